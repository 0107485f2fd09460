/** The input block: a label, a field, a hint, and the place where an error is said. */

import { format } from "../dates.js";
import { el, freshId } from "../dom.js";
import { naming } from "./choices.js";
import { control } from "./elements.js";
import { textObject } from "./mrkdwn.js";

const WRITTEN = {
  plain_text_input: "text",
  number_input: "text",
  email_text_input: "email",
  url_text_input: "url",
};

export function input(block, ctx) {
  const of = block.element;
  const id = freshId("field");
  const ids = { label: `${id}-label`, hint: `${id}-hint`, error: `${id}-error` };
  const required = !block.optional;
  const named = {
    id, required,
    labelledby: ids.label,
    describedby: `${block.hint ? `${ids.hint} ` : ""}${ids.error}`,
  };
  const made = field(of, ctx, named);
  const error = el("p.field-error", { id: ids.error });
  const how = format(of.type, ctx.words);
  const optional = !required && el("span.quiet", {}, ` ${ctx.words("block.optional")}`);
  const node = el("div", {},
    el("label", { id: ids.label, for: id }, ...textObject(block.label, ctx), how && el("span.quiet", {}, ` (${how})`), optional),
    made.node,
    block.hint && el("p.hint", { id: ids.hint }, ...textObject(block.hint, ctx)),
    error,
  );
  const complain = (words) => {
    error.textContent = words ?? "";
    node.classList.toggle("wrong", Boolean(words));
    if (words) made.focus.setAttribute("aria-invalid", "true");
    else made.focus.removeAttribute("aria-invalid");
  };
  ctx.form?.enter({ block, element: of, ...made, complain });
  made.node.addEventListener("change", () => {
    const wrong = made.wrong?.();
    if (made.wrong) complain(wrong);
    if (!wrong && (block.dispatch_action || !ctx.form)) ctx.act(block, of, made.value());
  });
  return node;
}

function field(of, ctx, named) {
  if (WRITTEN[of.type] || of.type === "rich_text_input") return written(of, named);
  if (of.type === "file_input") return files(of, ctx, named);
  return control(of, ctx, named);
}

function written(of, named) {
  const rich = of.type === "rich_text_input";
  const area = of.multiline || rich;
  const node = el(area ? "textarea" : "input", {
    type: area ? null : WRITTEN[of.type],
    inputmode: of.type === "number_input" ? "decimal" : null,
    class: "written",
    rows: area ? 4 : null,
    maxlength: of.max_length ?? (rich ? null : 3000),
    placeholder: of.placeholder?.text ?? null,
    value: typeof of.initial_value === "string" ? of.initial_value : "",
    autofocus: of.focus_on_load ?? null,
    ...naming(named),
  });
  return {
    node,
    focus: node,
    value: () => (rich && node.value ? richValue(node.value) : node.value || null),
    set: (value) => {
      if (typeof value === "string" || value === null) node.value = value ?? "";
    },
  };
}

function richValue(text) {
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
  };
}

function files(of, ctx, named) {
  const node = el("input", {
    type: "file", class: "written", multiple: (of.max_files ?? 10) > 1,
    accept: of.filetypes?.map((kind) => `.${kind}`).join(",") ?? null,
    ...naming(named),
  });
  let chosen = [];
  node.addEventListener("change", async () => {
    const every = [...node.files].slice(0, of.max_files ?? 10);
    chosen = await Promise.all(every.map(async (file) => ctx.acting.upload(file.name, await base64(file))));
  });
  return { node, focus: node, value: () => chosen, set: () => {} };
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let written = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    written += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(written);
}
