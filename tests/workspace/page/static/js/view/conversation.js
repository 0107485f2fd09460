/** The middle: the open conversation, or the app's home. */

import { blocks } from "../blocks/blocks.js";
import { byId, el } from "../dom.js";
import { icon } from "../icons.js";
import { avatar } from "./avatar.js";
import { composer } from "./composer.js";
import { messageList } from "./messages.js";

export function conversation(app) {
  const root = byId("conversation");
  const { store } = app;
  const head = el("div.talk-head");
  const messages = messageList(app);
  const home = el("div.home", { role: "tabpanel", id: "home-panel", tabindex: 0, "aria-labelledby": "tab-home" });
  const empty = el("p.empty");
  const write = composer(app, { label: () => app.words("write.label", { name: name() }) });
  root.append(head, home, empty, messages.node, write.node);
  let drawnFor = "";

  const name = () => {
    const { current } = store;
    if (store.open.tab) return store.person(store.workspace.bot).name;
    if (!current) return "";
    return current.kind === "im" ? current.members.map((id) => store.person(id)?.name).join(", ") : `#${current.name}`;
  };

  const draw = () => {
    if (!store.workspace) return;
    const { words } = app;
    const { current, open } = store;
    const key = `${store.workspace.me} ${open.channel} ${open.tab} ${words.language}`;
    const anew = key !== drawnFor;
    drawnFor = key;
    if (anew) messages.forget();
    const atHome = open.tab === "home";
    const nowhere = !open.channel && !open.tab;
    if (anew) head.replaceChildren(...heading(app, name(), current));
    home.hidden = !atHome;
    messages.node.hidden = atHome || nowhere;
    write.node.hidden = atHome || nowhere;
    messages.list.setAttribute("aria-label", words("talk.messages", { name: name() }));
    const listed = current ? store.list(current.id) : [];
    empty.hidden = atHome || listed.length > 0;
    empty.textContent = nowhere ? words("talk.outside", { name: store.me.name }) : words("talk.empty");
    if (atHome) drawHome();
    else messages.draw(listed);
    if (anew && !nowhere) {
      write.draw();
      messages.toEnd();
    }
    document.title = `${name() || "Följsam"} – ${words("page.title")}`;
  };

  const drawHome = () => {
    const view = store.home;
    if (!view) {
      home.replaceChildren(el("p.empty", {}, app.words("app.nothing")));
      return;
    }
    const ctx = app.drawing((block, element, value) => app.acting.pressIn(view, block, element, value), { view });
    home.replaceChildren(...blocks(view.blocks, ctx));
  };

  store.on("filled messages open words workspace home", draw);
  return { focus: () => write.focus() };
}

function heading(app, name, current) {
  const { store, words } = app;
  if (store.open.tab) {
    return [avatar(store.person(store.workspace.bot), store.workspace), el("h2", {}, name), tabs(app)];
  }
  if (!current) return [el("h2", {}, words("side.channels"))];
  const sign = current.kind === "private" ? "lock" : "hash";
  const members = current.members.length;
  return [
    el("h2", {}, current.kind === "im" ? null : icon(sign), current.kind === "im" ? name : current.name),
    el("p.talk-about", {}, words("talk.members", { n: members })),
    current.shared && el("p.talk-about.shared", {}, icon("shared"), el("span", {}, words("talk.shared"))),
    current.archived && el("p.talk-about", {}, words("talk.archived")),
  ].filter(Boolean);
}

/** The app's tabs: its home and its messages. */
function tabs(app) {
  const { store, words } = app;
  const has = { home: store.workspace.app.home_tab, messages: store.workspace.app.messages_tab };
  const every = ["home", "messages"].filter((tab) => has[tab]);
  const made = every.map((tab) =>
    el("button", {
      role: "tab", id: `tab-${tab}`, tabindex: store.open.tab === tab ? 0 : -1,
      "aria-selected": String(store.open.tab === tab),
      on: {
        click: () => {
          app.go({ tab });
          byId(`tab-${tab}`)?.focus();
        },
      },
    }, words(`app.${tab}`)),
  );
  const walk = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    made[(made.indexOf(event.target) + step + made.length) % made.length]?.click();
  };
  return el("div.tabs", { role: "tablist", on: { keydown: walk } }, ...made);
}
