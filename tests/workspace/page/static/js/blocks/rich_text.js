/** The rich_text block: sections, lists, quotes and preformatted text. */

import { el } from "../dom.js";
import { emoji, fromCodePoints } from "./emoji.js";
import { broadcast, channelMention, date, link, mention } from "./pieces.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u", highlight: "mark" };

export function richText(block, ctx) {
  return el("div.rich", {}, ...block.elements.map((element) => part(element, ctx)));
}

function part(element, ctx) {
  switch (element.type) {
    case "rich_text_list":
      return list(element, ctx);
    case "rich_text_quote":
      return el("blockquote", {}, ...pieces(element.elements, ctx));
    case "rich_text_preformatted":
      return el("pre", { tabindex: 0 }, ...pieces(element.elements, ctx));
    default:
      return el("p", {}, ...pieces(element.elements, ctx));
  }
}

function list(element, ctx) {
  const items = element.elements.map((item) => el("li", {}, ...pieces(item.elements, ctx)));
  const ordered = element.style === "ordered";
  return el(
    ordered ? "ol" : "ul",
    { class: `indent-${Math.min(element.indent ?? 0, 3)}`, start: ordered && element.offset ? element.offset + 1 : null },
    ...items,
  );
}

function pieces(elements, ctx) {
  return elements.map((piece) => styled(piece, bare(piece, ctx)));
}

function bare(piece, ctx) {
  switch (piece.type) {
    case "text":
      return document.createTextNode(piece.text);
    case "link":
      return link(piece.url, piece.text);
    case "user":
      return mention(piece.user_id, ctx);
    case "channel":
      return channelMention(piece.channel_id, ctx);
    case "usergroup":
      return el("span.mention", {}, `@${piece.usergroup_id}`);
    case "broadcast":
      return broadcast(piece.range);
    case "emoji":
      return document.createTextNode(fromCodePoints(piece.unicode) ?? emoji(piece.name) ?? `:${piece.name}:`);
    case "date":
      return date(piece.timestamp, piece.format, piece.url, piece.fallback, ctx);
    case "color":
      return el("code", {}, piece.value);
    default:
      return document.createTextNode("");
  }
}

function styled(piece, node) {
  return Object.entries(STYLES)
    .filter(([name]) => piece.style?.[name])
    .reduce((inner, [, tag]) => el(tag, {}, inner), node);
}
