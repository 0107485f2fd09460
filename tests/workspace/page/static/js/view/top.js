/** The bar above: whom you are, the tour, the drawer, look and language. */

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { avatar, role } from "./avatar.js";

const LOOKS = ["auto", "light", "dark"];

/** @param {import("../main.js").App} app */
export function top(app) {
  const root = document.getElementById("top");
  const draw = () => {
    const { store, words } = app;
    if (!store.workspace) return;
    const me = store.me;
    const who = el(
      "select",
      { id: "who", class: "who-choice", on: { change: () => app.be(who.value) } },
      ...store.workspace.people
        .filter((person) => person.playable)
        .map((person) =>
          el("option", { value: person.id, selected: person.id === me?.id }, `${person.name} – ${role(person, words)}`),
        ),
    );
    const look = app.look();
    const next = LOOKS[(LOOKS.indexOf(look) + 1) % LOOKS.length];
    const focused = document.activeElement?.id;
    root.replaceChildren(
      action("menu", words("page.menu"), "menu", () => app.toggleSide(), { class: "tool only-narrow", "aria-expanded": "false", "aria-controls": "side" }),
      el("h1", { class: "brand" }, el("img", { src: "/page/icon.svg", alt: "" }), el("span", {}, "Följsam")),
      el("div", { class: "who" }, avatar(me, store.workspace), el("label", { for: "who" }, words("top.me")), who),
      el(
        "div",
        { class: "tools" },
        action("tour-button", words("top.tour"), "guide", () => app.toggleTour(), { wide: words("top.tour") }),
        action("drawer-button", words("top.drawer.title"), "code", () => app.toggleDrawer(), { wide: words("top.drawer"), "aria-expanded": String(!document.getElementById("drawer").hidden), "aria-controls": "drawer" }),
        action("look-button", words(`top.theme.${look}`), "theme", () => app.setLook(next), { class: `tool look-${look}` }),
        el("button", { id: "language-button", type: "button", class: "tool", lang: words.language === "sv" ? "en" : "sv", "aria-label": words("top.language"), on: { click: () => app.setLanguage(words.language === "sv" ? "en" : "sv") } }, words.language === "sv" ? "EN" : "SV"),
      ),
    );
    if (focused && root.querySelector(`#${focused}`)) root.querySelector(`#${focused}`).focus();
  };
  app.store.on("filled workspace words look drawer", draw);
}

function action(id, label, sign, click, { wide, ...props } = {}) {
  return el(
    "button",
    { id, type: "button", class: "tool", title: label, "aria-label": wide ? null : label, ...props, on: { click } },
    icon(sign),
    wide && el("span", { class: "tool-word" }, wide),
  );
}
