/** Menus whose options the bot gives while somebody types. */

import { el, freshId } from "../dom.js";
import { naming } from "./choices.js";

const PAUSE_MS = 250;

export function searched(of, ctx, named) {
  const many = of.type.startsWith("multi_");
  let chosen = (many ? of.initial_options : [of.initial_option].filter(Boolean)) ?? [];
  const id = freshId("found");
  const field = el("input", {
    type: "text", class: "select", autocomplete: "off", role: "combobox", "aria-expanded": "false",
    "aria-controls": id, "aria-autocomplete": "list", placeholder: ctx.words("block.search"),
    ...naming(named),
  });
  const found = el("div", { id, class: "found", role: "listbox", "aria-label": ctx.words("block.results") });
  const kept = el("div.kept");
  const node = el("div.searched", {}, kept, field, found);

  const draw = () => {
    kept.replaceChildren(
      ...chosen.map((option) =>
        el("button", {
          class: "chip",
          on: { click: () => choose(chosen.filter((each) => each !== option)) },
        }, `${option.text.text} ×`),
      ),
    );
  };
  const choose = (options) => {
    chosen = options;
    field.value = "";
    show([]);
    draw();
    node.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  };
  const show = (options) => {
    field.setAttribute("aria-expanded", String(options.length > 0));
    found.replaceChildren(
      ...options.map((option) =>
        el("button", {
          role: "option", "aria-selected": "false",
          on: { click: () => choose(many ? [...chosen, option] : [option]) },
        }, option.text.text),
      ),
    );
  };
  let pause = 0;
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(pause);
    const text = field.value;
    if (!ctx.view || text.length < (of.min_query_length ?? 3)) return show([]);
    pause = setTimeout(async () => {
      const outcome = await ctx.acting.lookUp(ctx.view, of, text);
      if (field.value === text) show(outcome.options ?? []);
    }, PAUSE_MS);
  });
  field.addEventListener("change", (event) => event.stopPropagation());
  node.addEventListener("keydown", (event) => {
    const options = [...found.children];
    const at = options.indexOf(document.activeElement);
    if (event.key === "ArrowDown") options[Math.min(at + 1, options.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (options[at - 1] ?? field).focus();
    else return;
    event.preventDefault();
  });
  draw();
  return {
    node,
    focus: field,
    value: () => (many ? chosen.map((option) => option.value) : (chosen[0]?.value ?? null)),
    set: () => {},
  };
}
