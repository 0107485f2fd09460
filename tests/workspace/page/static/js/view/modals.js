/** Modals as the bot opens them: a stack, fields, their errors; and the question before an act. */

import { blocks } from "../blocks/blocks.js";
import { textObject } from "../blocks/mrkdwn.js";
import { el, freshId } from "../dom.js";
import { icon } from "../icons.js";

/** The fields of one modal: what they hold, and what is wrong with them. */
class Form {
  fields = [];

  enter(field) {
    this.fields.push(field);
  }

  key(field) {
    return `${field.block.block_id}.${field.element.action_id}`;
  }

  values() {
    return Object.fromEntries(this.fields.map((field) => [this.key(field), field.value()]));
  }

  /** What is wrong already before the bot is asked, by block id. */
  wrongs() {
    const found = this.fields.map((field) => [field.block.block_id, field.wrong?.()]);
    return Object.fromEntries(found.filter(([, wrong]) => wrong));
  }

  /** Take over what another form of the same view held. */
  fill(values) {
    for (const field of this.fields) if (this.key(field) in values) field.set(values[this.key(field)]);
  }

  /** @param {Record<string, string>} errors by block id */
  complain(errors, words) {
    let first = null;
    for (const field of this.fields) {
      const said = errors[field.block.block_id];
      field.complain(said && words.known(`field.${said}`) ? words(`field.${said}`) : said);
      if (said && !first) first = field.focus;
    }
    first?.focus();
  }
}

export function modals(app) {
  const { store } = app;
  const dialog = el("dialog.modal");
  document.body.append(dialog);
  /** @type {Map<string, {hash: string, form: Form, parts: Node[]}>} */
  const kept = new Map();
  let opener = null;
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (event.target === dialog) leave(); // a file field's own cancel comes by here, too
  });

  const top = () => store.modals.at(-1);
  let leaving = null;
  const leave = async () => {
    const view = top();
    if (!view || leaving === view.id) return;
    leaving = view.id;
    await app.acting.close(view).catch(() => undefined);
    leaving = null;
  };

  const draw = () => {
    const view = top();
    for (const id of [...kept.keys()]) {
      if (!store.modals.some((each) => each.id === id)) kept.delete(id);
    }
    if (!view) {
      if (!dialog.open) return;
      dialog.close();
      dialog.replaceChildren();
      (opener?.isConnected ? opener : document.querySelector("#conversation .write-field"))?.focus();
      return;
    }
    const known = kept.get(view.id);
    if (known?.hash !== view.hash) {
      const made = build(view);
      made.form.fill(known?.form.values() ?? {});
      kept.set(view.id, made);
    }
    const { parts } = kept.get(view.id);
    dialog.setAttribute("aria-labelledby", parts[0].firstChild.id);
    if (dialog.firstChild !== parts[0]) dialog.replaceChildren(...parts);
    if (!dialog.open) {
      opener = document.activeElement;
      dialog.showModal();
      dialog.querySelector("[autofocus], .modal-blocks input, .modal-blocks select, .modal-blocks textarea")?.focus();
    }
  };

  const build = (view) => {
    const form = new Form();
    const { words } = app;
    const trouble = el("p.problem", { role: "alert" });
    const ctx = app.drawing((block, element, value) => app.acting.pressIn(view, block, element, value), { view, form });
    const title = el("h2", { id: freshId("modal") }, ...textObject(view.title, ctx));
    const close = view.close?.text ?? words("page.cancel");
    const submit = async (event) => {
      event.preventDefault();
      trouble.textContent = "";
      form.complain({}, words);
      try {
        let errors = form.wrongs();
        const outcome = Object.keys(errors).length ? {} : await app.acting.submit(view, form.values());
        errors = outcome.errors ?? errors;
        form.complain(errors, words);
        const many = Object.keys(errors).length;
        if (many) trouble.textContent = words("modal.errors", { n: many });
        else if (outcome.problem) trouble.textContent = words("modal.trouble", { problem: outcome.problem });
      } catch (error) {
        trouble.textContent = words("modal.trouble", { problem: error.message });
      }
    };
    const id = freshId("form");
    const parts = [
      el("div.panel-head", {}, title, el("button.tool.plain", { "aria-label": words("page.close"), on: { click: leave } }, icon("close"))),
      el("form", { id, class: "modal-blocks", novalidate: true, on: { submit } }, ...blocks(view.blocks, ctx)),
      trouble,
      el("div.modal-feet", {},
        el("button.button", { on: { click: leave } }, close),
        view.submit && el("button", { type: "submit", class: "button primary", form: id, disabled: view.submit_disabled || null }, ...textObject(view.submit, ctx)),
      ),
    ];
    return { hash: view.hash, form, parts };
  };

  store.on("filled modals", draw);
}

/**
 * Ask before an act, in the bot's own words.
 * @returns {Promise<boolean>}
 */
export function confirmed(question, app) {
  return new Promise((resolve) => {
    const id = freshId("confirm");
    const ctx = app.drawing(async () => ({}));
    const opener = document.activeElement;
    const done = (yes) => {
      dialog.close();
      dialog.remove();
      opener?.focus?.();
      resolve(yes);
    };
    const answer = (object, style, yes, first) =>
      el("button", { class: `button ${style}`, autofocus: first, on: { click: () => done(yes) } }, ...textObject(object, ctx));
    const dialog = el("dialog.modal.confirm", { "aria-labelledby": id, "aria-describedby": `${id}-text` },
      el("div.panel-head", {}, el("h2", { id }, ...textObject(question.title, ctx))),
      el("div.modal-blocks.text", { id: `${id}-text` }, ...textObject(question.text, ctx)),
      el("div.modal-feet", {}, answer(question.deny, "", false), answer(question.confirm, question.style ?? "primary", true, true)),
    );
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      done(false);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
