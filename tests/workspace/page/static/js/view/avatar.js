/** A person's picture: initials on a quiet colour, the bot's own sign for the bot. */

import { el } from "../dom.js";

const COLOURS = 6;

export function avatar(person, workspace) {
  if (person?.id === workspace.bot) {
    return el("img.avatar", { src: "/page/icon.svg", alt: "" });
  }
  const name = person?.name ?? "?";
  const initials = name.split(/\s+/).map((part) => [...part][0] ?? "").slice(0, 2).join("");
  const number = [...name].reduce((sum, sign) => sum + sign.codePointAt(0), 0) % COLOURS;
  return el("span", { class: `avatar colour-${number}`, "aria-hidden": "true" }, initials.toUpperCase());
}

/** What a person is, in a word or two. */
export function role(person, words) {
  const title = person.title && words.known(`title.${person.title}`) ? words(`title.${person.title}`) : person.title;
  return title || words(`kind.${person.kind}`);
}
