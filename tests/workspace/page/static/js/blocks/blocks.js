/** Blocks as Slack shows them. What a block holds of elements is made in `elements.js`. */

import { el } from "../dom.js";
import { element } from "./elements.js";
import { input } from "./inputs.js";
import { mrkdwn, textObject } from "./mrkdwn.js";
import { link } from "./pieces.js";
import { richText } from "./rich_text.js";

/**
 * What blocks are drawn in.
 * @typedef {object} Ctx
 * @property {import("../store.js").Store} store
 * @property {import("../words.js").Words} words
 * @property {(block: any, element: any, value: unknown) => Promise<any>} act
 * @property {(title: any) => Promise<boolean>} confirm
 * @property {any} [view] the modal or home the blocks stand in
 * @property {any} [form] what the fields of a modal enter themselves into
 * @property {any} acting
 */

export function blocks(blocks, ctx) {
  return blocks.map((block) => {
    const made = (KINDS[block.type] ?? unknown)(block, ctx);
    made.classList.add("block", `block-${block.type}`);
    return made;
  });
}

const KINDS = {
  header: (block, ctx) => el("h3", {}, ...textObject(block.text, ctx)),
  divider: () => el("hr"),
  section,
  context,
  actions,
  input,
  image,
  video,
  table,
  rich_text: richText,
  markdown: (block, ctx) => el("div.text", {}, ...mrkdwn(block.text.replaceAll("**", "*"), ctx)),
};

function unknown(block, ctx) {
  return el("p.quiet", {}, ctx.words("block.unknown", { kind: block.type }));
}

function section(block, ctx) {
  const said = el("div.section-said");
  if (block.text) said.append(el("div.text", {}, ...textObject(block.text, ctx)));
  if (block.fields) {
    const fields = block.fields.map((field) => el("div.text", {}, ...textObject(field, ctx)));
    said.append(el("div.fields", {}, ...fields));
  }
  const beside = block.accessory && el("div.accessory", {}, element(block, block.accessory, ctx));
  return el("div", {}, said, beside);
}

function context(block, ctx) {
  const parts = block.elements.map((part) =>
    part.type === "image" ? element(block, part, ctx) : el("span.text", {}, ...textObject(part, ctx)),
  );
  return el("div", {}, ...parts);
}

function actions(block, ctx) {
  return el("div", {}, ...block.elements.map((each) => element(block, each, ctx)));
}

function image(block, ctx) {
  const title = block.title && el("figcaption", {}, ...textObject(block.title, ctx));
  return el("figure", {}, title, element(block, { ...block, type: "image" }, ctx));
}

function video(block, ctx) {
  const title = block.title_url ? link(block.title_url, block.title.text) : block.title.text;
  const about = block.description && el("p.text", {}, ...textObject(block.description, ctx));
  return el("figure", {}, el("figcaption", {}, title), about, el("p.quiet", {}, block.alt_text));
}

function table(block, ctx) {
  const [head, ...rows] = block.rows;
  const cell = (tag) => (content, place) => {
    const align = block.column_settings?.[place]?.align ?? "left";
    const said = content.type === "rich_text" ? richText(content, ctx) : content.text;
    return el(tag, { class: `align-${align}`, scope: tag === "th" ? "col" : null }, said);
  };
  const made = el("table", {},
    el("thead", {}, el("tr", {}, ...head.map(cell("th")))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map(cell("td"))))),
  );
  return el("div.table", { role: "region", tabindex: 0, "aria-label": ctx.words("block.table") }, made);
}
