/** Where one writes: text, mentions, commands; with completion as Slack has it. */

import { el, freshId, reconcile } from "../dom.js";
import { icon } from "../icons.js";
import { candidates, withHandles } from "./completion.js";

export function composer(app, { thread = () => null, label }) {
  const ids = { list: freshId("offers"), hint: freshId("hint"), field: freshId("write") };
  const field = el("textarea", {
    id: ids.field, rows: 1, class: "write-field", role: "combobox", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": ids.list, "aria-describedby": ids.hint,
    autocomplete: "off", spellcheck: "false",
  });
  const offers = el("div.offers", { id: ids.list, role: "listbox", hidden: true });
  const title = el("p.offers-title", { "aria-hidden": "true" });
  const box = el("div.offers-box", { hidden: true }, title, offers);
  const hint = el("p.write-hint", { id: ids.hint });
  const send = el("button", { type: "submit", class: "send" }, icon("send"));
  const form = el("form.composer", {}, box, el("div.write", {}, field, send), hint);
  const drafts = new Map();
  let current = { from: 0, candidates: [] };
  let chosen = -1;

  const key = () => `${app.store.workspace?.me} ${app.store.open.channel ?? app.store.open.tab} ${thread() ?? ""}`;
  let drawnFor = "";

  const close = () => {
    current = { from: 0, candidates: [] };
    chosen = -1;
    box.hidden = offers.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const mark = (at) => {
    chosen = at;
    [...offers.children].forEach((offer, place) => {
      offer.setAttribute("aria-selected", String(place === at));
      if (place === at) {
        field.setAttribute("aria-activedescendant", offer.id);
        offer.scrollIntoView({ block: "nearest" });
      }
    });
  };

  const take = (candidate) => {
    const after = field.value.slice(field.selectionStart);
    field.value = field.value.slice(0, current.from) + candidate.insert;
    const caret = field.value.length;
    field.value += after;
    field.setSelectionRange(caret, caret);
    field.focus();
    look();
  };

  const look = () => {
    drafts.set(key(), field.value);
    current = candidates(field.value.slice(0, field.selectionStart), app);
    hint.textContent = current.hint || app.words("write.hint");
    hint.classList.toggle("usage", Boolean(current.hint));
    if (!current.candidates.length) return close();
    title.textContent = current.title;
    offers.setAttribute("aria-label", current.title);
    reconcile(
      offers,
      current.candidates.map((candidate) =>
        el(
          "div",
          {
            id: freshId("offer"), role: "option", class: `offer offer-${candidate.kind}`, "aria-selected": "false",
            on: { mousedown: (event) => event.preventDefault(), click: () => take(candidate) },
          },
          el("strong", {}, candidate.label),
          candidate.about && el("small", {}, candidate.about),
        ),
      ),
    );
    box.hidden = offers.hidden = false;
    field.setAttribute("aria-expanded", "true");
    mark(0);
  };

  const submit = async () => {
    const text = withHandles(field.value.trim(), app.store.workspace.people);
    if (!text) return;
    const written = field.value;
    const place = key();
    field.value = "";
    drafts.delete(place);
    close();
    try {
      await app.acting.write({ channel: app.store.current, text, thread: thread() });
    } catch (error) {
      // Back where it was written, before what has been begun there since.
      drafts.set(place, [written, drafts.get(place)].filter(Boolean).join("\n"));
      if (place === key()) field.value = drafts.get(place);
      app.announce(app.words("message.failed", { problem: error.message }));
    }
    look();
  };

  const keys = {
    ArrowDown: () => mark((chosen + 1) % current.candidates.length),
    ArrowUp: () => mark((chosen - 1 + current.candidates.length) % current.candidates.length),
    Tab: () => take(current.candidates[chosen]),
    Enter: () => take(current.candidates[chosen]),
    Escape: close,
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    // A command written to its end is sent by Enter, though longer ones begin alike.
    const whole = current.candidates[chosen]?.kind === "command" &&
      app.store.workspace.commands.some((each) => each.command === field.value.trim());
    const offered = current.candidates.length > 0 && !(whole && event.key === "Enter");
    if (offered && keys[event.key] && !event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      keys[event.key]();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  });
  field.addEventListener("input", look);
  field.addEventListener("click", look);
  field.addEventListener("blur", close);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });

  const draw = () => {
    const { words, store } = app;
    const said = label();
    field.setAttribute("aria-label", said);
    field.placeholder = said;
    send.setAttribute("aria-label", words("write.send"));
    send.title = words("write.send");
    const readOnly = store.open.tab && store.workspace.app.read_only;
    const closed = readOnly || store.current?.archived;
    field.disabled = send.disabled = Boolean(closed);
    hint.textContent = closed ? words(readOnly ? "app.read_only" : "write.closed") : words("write.hint");
    if (drawnFor !== key()) {
      drawnFor = key();
      field.value = drafts.get(drawnFor) ?? "";
      close();
    }
  };
  return { node: form, draw, focus: () => field.focus(), field };
}
