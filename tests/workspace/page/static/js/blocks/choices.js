/**
 * Menus, boxes and pickers.
 *
 * Each maker gives `{node, focus, value, set, settles, wrong}`: the element, what takes the keyboard,
 * how its choice is read as the bot is told it, how it is put back, how long to wait until a choice
 * that is still being typed counts, and what is wrong with it.
 */

import { dated, format } from "../dates.js";
import { el, freshId } from "../dom.js";
import { textObject } from "./mrkdwn.js";

const TYPING_MS = 700;

export function naming(named) {
  return {
    id: named.id ?? null,
    "aria-label": named.labelledby ? null : named.label,
    "aria-labelledby": named.labelledby ?? null,
    "aria-describedby": named.describedby ?? null,
    "aria-required": named.required ? "true" : null,
  };
}

/** What may be chosen in a menu: its own options, or people or conversations. */
function offered(of, ctx) {
  const { store } = ctx;
  if (of.type.includes("users")) {
    const people = store.workspace.people.filter((person) => person.id !== "USLACKBOT");
    return [{ options: people.map((person) => [person.id, person.name]) }];
  }
  if (/conversations|channels/.test(of.type)) {
    const talks = store.workspace.channels.filter((channel) => channel.kind !== "im");
    return [{ options: talks.map((channel) => [channel.id, `#${channel.name}`]) }];
  }
  const groups = of.option_groups ?? [{ options: of.options ?? [] }];
  return groups.map((group) => ({
    label: group.label?.text,
    options: group.options.map((option) => [option.value, option.text.text]),
  }));
}

function initial(of) {
  const found =
    of.initial_option?.value ?? of.initial_user ?? of.initial_conversation ?? of.initial_channel ??
    of.initial_date ?? of.initial_time ?? null;
  const several =
    of.initial_options?.map((option) => option.value) ?? of.initial_users ??
    of.initial_conversations ?? of.initial_channels ?? [];
  return of.type.startsWith("multi_") || of.type === "checkboxes" ? several : found;
}

export function choice(of, ctx, named) {
  return of.type.startsWith("multi_") ? several(of, ctx, named) : one(of, ctx, named);
}

function one(of, ctx, named) {
  const none = el("option", { value: "" }, of.placeholder?.text ?? ctx.words("block.choose"));
  const node = el("select.select", { ...naming(named) }, none);
  for (const group of offered(of, ctx)) {
    const options = group.options.map(([value, text]) => el("option", { value }, text));
    node.append(...(group.label ? [el("optgroup", { label: group.label }, ...options)] : options));
  }
  node.value = initial(of) ?? "";
  return {
    node,
    focus: node,
    value: () => node.value || null,
    set: (value) => {
      node.value = value ?? "";
    },
  };
}

function several(of, ctx, named) {
  const chosen = new Set(initial(of));
  const summary = el("summary.select", { ...naming({ ...named, required: false }) });
  const say = () => {
    summary.textContent = ctx.words("block.choose.many", { n: chosen.size });
  };
  const made = offered(of, ctx).flatMap((group) =>
    group.options.map(([value, text]) => {
      const box = el("input", { type: "checkbox", value, checked: chosen.has(value) });
      box.addEventListener("change", () => {
        if (box.checked) chosen.add(value);
        else chosen.delete(value);
        say();
      });
      return el("label.box", {}, box, el("span", {}, text));
    }),
  );
  say();
  const node = el("details.several", {}, summary, el("div.several-list", {}, ...made));
  return {
    node,
    focus: summary,
    settles: TYPING_MS,
    value: () => [...chosen],
    set: (values) => {
      chosen.clear();
      for (const value of values ?? []) chosen.add(value);
      for (const box of node.querySelectorAll("input")) box.checked = chosen.has(box.value);
      say();
    },
  };
}

/** Checkboxes and radio buttons. */
export function boxes(of, ctx, named) {
  const many = of.type === "checkboxes";
  const name = freshId("boxes");
  const held = initial(of);
  const checked = (value) => (many ? held.includes(value) : held === value);
  const labels = of.options.map((option) => {
    const box = el("input", {
      type: many ? "checkbox" : "radio", name, value: option.value, checked: checked(option.value),
    });
    const about = option.description && el("small", {}, ...textObject(option.description, ctx));
    return el("label.box", {}, box, el("span", {}, ...textObject(option.text, ctx), about));
  });
  const node = el("div.boxes", { role: many ? "group" : "radiogroup", ...naming(named) }, ...labels);
  const inputs = [...node.querySelectorAll("input")];
  return {
    node,
    focus: inputs[0],
    settles: many ? TYPING_MS : 0,
    value: () => {
      const on = inputs.filter((box) => box.checked).map((box) => box.value);
      return many ? on : (on[0] ?? null);
    },
    set: (value) => {
      for (const box of inputs) box.checked = many ? (value ?? []).includes(box.value) : box.value === value;
    },
  };
}

/** Date, time, or both. */
export function picker(of, ctx, named) {
  const both = of.type === "datetimepicker";
  const label = `${named.label} (${format(of.type, ctx.words)})`;
  const made = dated(of.type, ctx.words, { class: "select", ...naming({ ...named, label }) });
  const set = (value) => made.set(both && value ? local(value) : value);
  set(both ? of.initial_date_time : initial(of));
  return {
    ...made,
    settles: TYPING_MS,
    set,
    value: () => {
      const value = made.value();
      return both && value ? Math.floor(new Date(value).getTime() / 1000) : value;
    },
  };
}

function local(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
