/** People, channels, links and dates within a text, wherever they stand. */

import { el } from "../dom.js";
import { formatted } from "../times.js";

const OPENABLE = new Set(["http:", "https:", "mailto:", "tel:"]);

/** A mention of a person; of oneself it stands out. */
export function mention(id, ctx) {
  const person = ctx.store.person(id);
  const mine = id === ctx.store.workspace.me;
  const name = person ? person.name : ctx.words("message.unknown");
  return el("span", { class: mine ? "mention mention-me" : "mention" }, `@${name}`);
}

/** A mention of a channel; somebody who is not in it sees only that there is one. */
export function channelMention(id, ctx) {
  const channel = ctx.store.channel(id);
  return el("span.mention", {}, `#${channel?.name ?? ctx.words("message.unknown")}`);
}

/** A mention of everybody: only Slack's own markup makes one, never what somebody typed. */
export function broadcast(range) {
  return el("span.mention.mention-me", {}, `@${range}`);
}

/** A link that may be opened, or its text alone where the address is of another kind. */
export function link(url, text) {
  let address;
  try {
    address = new URL(url);
  } catch {
    return document.createTextNode(text || url);
  }
  if (!OPENABLE.has(address.protocol)) return document.createTextNode(text || url);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text || url);
}

/** A moment, written as a format string says. */
export function date(seconds, format, url, fallback, ctx) {
  const said = Number.isFinite(seconds) ? formatted(seconds, format, ctx.words.language) : fallback;
  const moment = Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : null;
  const shown = moment ? el("time", { datetime: moment }, said) : document.createTextNode(said ?? "");
  return url ? link(url, said) : shown;
}
