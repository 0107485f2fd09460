/** The bar above: whom you are, the tour, the drawer, look and language. */

import { byId, el } from "../dom.js";
import { icon } from "../icons.js";
import { avatar, role } from "./avatar.js";

const LOOKS = ["auto", "light", "dark"];

export function top(app) {
  const root = byId("top");
  const draw = () => {
    const { store, words } = app;
    if (!store.workspace) return;
    const me = store.me;
    const who = el("select", { id: "who", class: "who-choice", on: { change: () => app.be(who.value) } },
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
      el("h1.brand", {}, el("img", { src: "/page/icon.svg", alt: "" }), el("span", {}, "Följsam")),
      el("div.who", {}, avatar(me, store.workspace), el("label", { for: "who" }, words("top.me")), who),
      el("div.tools", {},
        action("tour-button", words("top.tour"), "guide", () => app.toggleTour(), { wide: words("top.tour") }),
        action("drawer-button", words("top.drawer.title"), "code", () => app.toggleDrawer(), { wide: words("top.drawer"), "aria-expanded": String(!byId("drawer").hidden), "aria-controls": "drawer" }),
        action("look-button", words(`top.theme.${look}`), "theme", () => app.setLook(next), { class: `tool look-${look}` }),
        el("button.tool", { id: "language-button", lang: words.language === "sv" ? "en" : "sv", "aria-label": words("top.language"), on: { click: () => app.setLanguage(words.language === "sv" ? "en" : "sv") } }, words.language === "sv" ? "EN" : "SV"),
      ),
    );
    if (focused && root.querySelector(`#${focused}`)) root.querySelector(`#${focused}`).focus();
  };
  app.store.on("filled workspace words look drawer", draw);
}

function action(id, label, sign, click, { wide, ...props } = {}) {
  return el("button", { id, class: "tool", title: label, "aria-label": wide ? null : label, ...props, on: { click } },
    icon(sign),
    wide && el("span.tool-word", {}, wide),
  );
}
