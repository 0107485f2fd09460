/** One message as it stands in a conversation or a thread. */

import { blocks } from "../blocks/blocks.js";
import { literal, mrkdwn } from "../blocks/mrkdwn.js";
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { day, momentOf, time } from "../times.js";
import { avatar } from "./avatar.js";

const PICTURE = /\.(png|jpe?g|gif)$/i;

export function messageItem(message, app, { inThread = false } = {}) {
  const { store, words } = app;
  const writer = store.person(message.user);
  const at = momentOf(message);
  const name = writer?.name ?? words("message.unknown");
  const said = time(at, words.language);
  const isApp = writer?.kind === "bot";
  const content = el("div.message-content", {}, ...said_(message, app), ...files(message, app));
  if (message.was_edited) content.append(el("span.edited", {}, words("message.edited")));
  return el(
    "li",
    {
      class: `message${message.ephemeral ? " alone" : ""}`,
      tabindex: -1, "data-ts": message.ts,
      "aria-label": words("message.by", { name, time: said }),
    },
    message.ephemeral && el("p.message-alone", {}, icon("eye"), words("message.alone")),
    avatar(writer, store.workspace),
    el("div.message-body", {},
      el("div.message-head", {},
        el("span.message-name", {}, name),
        isApp && el("span.app-badge", {}, words("message.app")),
        writer && !writer.home && el("span.app-badge.elsewhere", {}, words(`kind.${writer.kind}`)),
        el("time", { datetime: at.toISOString(), title: `${day(at, words.language)} ${said}` }, said),
      ),
      content,
      !inThread && answers(message, app),
    ),
    !inThread && !message.ephemeral && toolbar(message, app, name),
  );
}

function said_(message, app) {
  const { words } = app;
  const ctx = app.drawing((block, element, value) => app.acting.press(message, block, element, value));
  if (message.local) {
    return [
      el("p.text", { lang: "en" }, message.text),
      message.local.why && el("p.why", {}, message.local.why),
    ].filter(Boolean);
  }
  const nodes = [];
  if (message.blocks?.length) nodes.push(...blocks(message.blocks, ctx));
  else if (message.text) {
    // Text whose marks mean nothing: only the three escaped signs are written out.
    const read = message.mrkdwn === false ? [literal(message.text)] : mrkdwn(message.text, ctx);
    nodes.push(el("div.text", {}, ...read));
  }
  for (const attachment of message.attachments ?? []) {
    const inner = attachment.blocks ? blocks(attachment.blocks, ctx) : [el("p.text", {}, attachment.text ?? attachment.fallback ?? "")];
    nodes.push(el("div.attachment", {}, ...inner));
  }
  return nodes.length ? nodes : [el("p.quiet", {}, message.files ? "" : words("talk.empty"))];
}

function files(message, app) {
  return (message.files ?? []).map((file) => {
    const address = `/page/files/${encodeURIComponent(file.id)}?as=${encodeURIComponent(app.store.workspace.me)}`;
    if (PICTURE.test(file.name)) {
      return el("figure.file-picture", {}, el("figcaption", {}, file.title), el("img", { src: address, alt: file.title, loading: "lazy" }));
    }
    const size = `${Math.max(1, Math.round(file.size / 1000))} kB`;
    return el("a.file", { href: address, download: file.name },
      icon("file"),
      el("span", {}, el("strong", {}, file.title), el("small", {}, `${file.name} · ${size}`)),
    );
  });
}

function answers(message, app) {
  const replies = app.store.replies(message).length;
  if (!replies) return null;
  const text = replies === 1 ? app.words("message.reply.one") : app.words("message.replies", { n: replies });
  return el("button.replies", { on: { click: () => app.openThread(message) } }, icon("reply"), text);
}

function toolbar(message, app, name) {
  const label = `${app.words("message.reply")}: ${name}`;
  return el("div.toolbar", {},
    el("button", { title: app.words("message.reply"), "aria-label": label, on: { click: () => app.openThread(message) } }, icon("reply")),
  );
}
