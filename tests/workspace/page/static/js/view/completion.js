/** What could be meant while somebody types: commands, people, channels. */

import { role } from "./avatar.js";

/** @param {string} text what is written before the caret */
export function candidates(text, app) {
  const nothing = { from: 0, title: "", candidates: [], hint: "" };
  const command = /^\/(\S*)$/.exec(text);
  if (command) return commands(text, app);
  const mention = /(?:^|\s)@([^\s@]*)$/.exec(text);
  if (mention) return people(mention[1], text.length - mention[1].length - 1, app);
  const room = /(?:^|\s)#([\w-]*)$/.exec(text);
  if (room) return rooms(room[1], text.length - room[1].length - 1, app);
  const typed = /^(\/\S+)\s/.exec(text);
  const known = typed && app.store.workspace.commands.find((each) => each.command === typed[1]);
  return known ? { ...nothing, hint: `${known.command} ${known.usage_hint ?? ""}` } : nothing;
}

function commands(typed, app) {
  const { store, words } = app;
  const found = store.workspace.commands
    .filter((each) => each.command.startsWith(typed))
    .map((each) => ({
      kind: "command", label: `${each.command} ${each.usage_hint ?? ""}`.trim(), about: each.description ?? "",
      insert: `${each.command} `,
    }));
  return { from: 0, title: words("write.commands"), candidates: found, hint: "" };
}

function people(typed, from, app) {
  const { store, words } = app;
  const wanted = typed.toLocaleLowerCase();
  const here = store.current?.members ?? [store.workspace.bot];
  const found = here
    .map((id) => store.person(id))
    .filter((person) => person && person.id !== store.workspace.me)
    .filter((person) => `${person.name} ${person.handle}`.toLocaleLowerCase().split(/\s/).some((word) => word.startsWith(wanted)))
    .sort((one, other) => Number(other.kind === "bot") - Number(one.kind === "bot"))
    .map((person) => ({
      kind: "person", label: person.name, insert: `@${person.name} `,
      about: person.kind === "bot" ? words("write.app") : role(person, words),
    }));
  return { from, title: words("write.people"), candidates: found, hint: "" };
}

function rooms(typed, from, app) {
  const found = app.store.workspace.channels
    .filter((channel) => channel.kind !== "im" && channel.name.startsWith(typed.toLowerCase()))
    .map((channel) => ({ kind: "room", label: `#${channel.name}`, about: "", insert: `#${channel.name} ` }));
  return { from, title: app.words("write.rooms"), candidates: found, hint: "" };
}

/** Write people by their handles, as Slack resolves them, where they stand by their names. */
export function withHandles(text, people) {
  const longest = [...people].sort((one, other) => other.name.length - one.name.length);
  return longest.reduce((said, person) => said.replaceAll(`@${person.name}`, `@${person.handle}`), text);
}
