/** Fields for days and times as Swedes write them, whatever language the browser itself speaks. */

import { el } from "./dom.js";
import { icon } from "./icons.js";

/** By kind: the browser's own picker, what is taken, the moment it means, the part that counts, an example. */
const KINDS = {
  datepicker: ["date", /^([1-9]\d{3})\D?(\d\d)\D?(\d\d)$/, "$1-$2-$3T00:00", [0, 10], "2021-09-01"],
  timepicker: ["time", /^(\d\d)\D?(\d\d)$/, "2021-09-01T$1:$2", [11, 16], "14:30"],
  datetimepicker: ["datetime-local", /^([1-9]\d{3})\D?(\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)$/, "$1-$2-$3T$4:$5", [0, 16], "2021-09-01 14:30"],
};

/** How a field of this kind is to be filled in; nothing for other kinds. */
export function format(kind, words) {
  return KINDS[kind] ? words(`date.${kind}`) : "";
}

/**
 * A text field, and beside it a button for the browser's own calendar or clock.
 * @param {Record<string, unknown>} props of the text field: its id, class and name
 */
export function dated(kind, words, props) {
  const [type, taken, moment, part, sample] = KINDS[kind];
  const native = el("input", { type, class: "unseen", tabindex: -1, "aria-hidden": "true" });
  const text = el("input", { inputmode: "numeric", autocomplete: "off", placeholder: format(kind, words), ...props });
  const choose = el("button", { id: props.id ? `${props.id}-choose` : null, class: "tool plain", "aria-label": words("date.choose"), on: { click: () => native.showPicker() } }, icon(type === "time" ? "clock" : "calendar"));
  const set = (value) => {
    text.value = (value ?? "").replace("T", " ");
  };
  /** What stands there; null where that is no day or time: 31 February would be read as 3 March. */
  const value = () => {
    const said = text.value.trim();
    const meant = taken.test(said) ? said.replace(taken, moment) : "";
    const read = new Date(`${meant}Z`);
    const exists = !Number.isNaN(read.getTime()) && read.toISOString().startsWith(meant);
    native.value = exists ? meant.slice(...part) : "";
    return native.value || null;
  };
  native.addEventListener("change", () => set(native.value));
  text.addEventListener("change", () => value() && set(value()));
  return {
    node: el("span.dated", {}, text, choose, native),
    focus: text,
    value,
    set,
    /** What is wrong with what stands there, in words; an empty field is not. */
    wrong: () => {
      const said = text.value.trim();
      if (!said || value()) return "";
      const gone = taken.test(said) ? `${words("date.gone", { said })} ` : "";
      return gone + words("date.how", { sample });
    },
  };
}
