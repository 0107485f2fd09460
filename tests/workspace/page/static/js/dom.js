/** Making elements. Text only ever becomes text: nothing here, or anywhere, reads markup. */

/**
 * Make an element.
 * @param {string} what the tag, and after dots its classes
 * @param {Record<string, unknown>} [props] `class`, `on` (listeners), properties and attributes;
 *   what is null, undefined or false is left out; a button sends no form unless its type says so
 * @param {...(Node|string|null|undefined|false|Array<Node|string|null|undefined|false>)} children
 * @returns {HTMLElement}
 */
export function el(what, props = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const made = document.createElement(tag);
  made.classList.add(...classes);
  if (tag === "button") made.type = tag;
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    } else if (name === "value" || name === "checked" || name === "selected") {
      made[name] = value;
    } else {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Put children in the place of those that are there; what is null or false is left out. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
}

/**
 * Let an element hold exactly these children, without moving those that are there already:
 * who stands with the keyboard in one of them stays there.
 * @param {Element} parent
 * @param {Element[]} wanted
 */
export function reconcile(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, place) => {
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
  });
}

/** Point at it while it has the focus. */
export function point(place) {
  place.focus();
  place.classList.add("pointed");
  place.addEventListener("blur", () => place.classList.remove("pointed"), { once: true });
}

let numbers = 0;

export function freshId(prefix = "e") {
  numbers += 1;
  return `${prefix}-${numbers}`;
}

/** Text for those who hear the page only. */
export function unseen(text) {
  return el("span", { class: "unseen" }, text);
}

/**
 * Let arrow keys walk between the elements that a selector finds; one of them is in the tab order.
 * @param {HTMLElement} root
 * @param {string} selector
 */
export function walkable(root, selector) {
  const all = () => [...root.querySelectorAll(selector)];
  root.addEventListener("keydown", (event) => {
    const every = all();
    const at = every.indexOf(/** @type {HTMLElement} */ (event.target));
    if (at < 0) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: every.length - 1 }[event.key];
    if (to === undefined || !every[to]) return;
    event.preventDefault();
    enter(every[to]);
  });
  root.addEventListener("focusin", (event) => {
    if (all().includes(/** @type {HTMLElement} */ (event.target))) mark(event.target);
  });
  const mark = (chosen) => {
    for (const each of all()) each.tabIndex = each === chosen ? 0 : -1;
  };
  const enter = (chosen) => {
    mark(chosen);
    chosen.focus();
  };
}
