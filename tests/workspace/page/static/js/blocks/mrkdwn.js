/**
 * Slack's mrkdwn, read piece by piece into elements.
 *
 * Entities (`&amp; &lt; &gt;`) are only undone in what ends as text; whatever does not follow the
 * form of a mention, link or date stays as it was written.
 */

import { el } from "../dom.js";
import { withEmoji } from "./emoji.js";
import { broadcast, channelMention, date, link, mention } from "./pieces.js";

const MARKS = { "*": "strong", _: "em", "~": "s" };
const EDGE = /[\s.,;:!?"'()[\]{}<>/\-–—*_~`]/;
const ADDRESS = /\bhttps?:\/\/[^\s<>]+[^\s<>.,;:!?"')]/g;

export function literal(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export function mrkdwn(text, ctx, { verbatim = false } = {}) {
  const nodes = [];
  const parts = text.split(/```([\s\S]+?)```/);
  parts.forEach((part, place) => {
    if (place % 2) nodes.push(el("pre", {}, literal(part.replace(/^\n|\n$/g, ""))));
    else nodes.push(...paragraphs(part, ctx, verbatim));
  });
  return nodes;
}

function paragraphs(text, ctx, verbatim) {
  const nodes = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const quoted = [];
    while (at < lines.length && /^&gt;/.test(lines[at])) {
      quoted.push(lines[at].replace(/^&gt; ?/, ""));
      at += 1;
    }
    if (quoted.length) nodes.push(el("blockquote", {}, ...inline(quoted.join("\n"), ctx, verbatim)));
    if (at < lines.length) {
      const last = at === lines.length - 1;
      nodes.push(...inline(lines[at] + (last ? "" : "\n"), ctx, verbatim));
    }
  }
  return nodes;
}

function inline(text, ctx, verbatim) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push(...bare(plain, verbatim));
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = entity(text, at, ctx) ?? code(text, at) ?? marked(text, at, ctx, verbatim);
    if (found) {
      flush();
      nodes.push(found.node);
      at = found.end;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

/** Text without any marks: signs for emoji names, and addresses as links unless told not to. */
function bare(text, verbatim) {
  if (verbatim) return [document.createTextNode(withEmoji(literal(text)))];
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    nodes.push(document.createTextNode(withEmoji(literal(text.slice(from, found.index)))));
    nodes.push(link(literal(found[0]), literal(found[0])));
    from = found.index + found[0].length;
  }
  nodes.push(document.createTextNode(withEmoji(literal(text.slice(from)))));
  return nodes;
}

function entity(text, at, ctx) {
  if (text[at] !== "<") return null;
  const end = text.indexOf(">", at);
  if (end < 0) return null;
  const [inner, ...labels] = text.slice(at + 1, end).split("|");
  const label = literal(labels.join("|"));
  const node = meaning(inner, label, ctx);
  return node && { node, end: end + 1 };
}

function meaning(inner, label, ctx) {
  if (/^@[A-Z0-9_]+$/.test(inner)) return mention(inner.slice(1), ctx);
  if (/^#[A-Z0-9_]+$/.test(inner)) return channelMention(inner.slice(1), ctx);
  if (/^!(here|channel|everyone)$/.test(inner)) return broadcast(inner.slice(1));
  const dated = /^!date\^(\d+)\^([^^]+)(?:\^(.+))?$/.exec(inner);
  if (dated) return date(Number(dated[1]), dated[2], dated[3], label, ctx);
  if (/^(https?:\/\/|mailto:|tel:)/.test(inner)) return link(literal(inner), label);
  return null;
}

function code(text, at) {
  if (text[at] !== "`") return null;
  const end = text.indexOf("`", at + 1);
  if (end < at + 2 || text.slice(at, end).includes("\n")) return null;
  return { node: el("code", {}, literal(text.slice(at + 1, end))), end: end + 1 };
}

function marked(text, at, ctx, verbatim) {
  const sign = text[at];
  const tag = MARKS[sign];
  if (!tag || (at > 0 && !EDGE.test(text[at - 1])) || /\s/.test(text[at + 1] ?? " ")) return null;
  for (let end = text.indexOf(sign, at + 2); end > 0; end = text.indexOf(sign, end + 1)) {
    if (text.slice(at, end).includes("\n")) return null;
    const closes = !/\s/.test(text[end - 1]) && (end + 1 === text.length || EDGE.test(text[end + 1]));
    if (closes) {
      const within = inline(text.slice(at + 1, end), ctx, verbatim);
      return { node: el(tag, {}, ...within), end: end + 1 };
    }
  }
  return null;
}

/** A text object: plain text is shown as it is written to the letter, mrkdwn is read. */
export function textObject(object, ctx) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, ctx, object);
  return [document.createTextNode(object.emoji === false ? object.text : withEmoji(object.text))];
}
