/** For developers: every request between the bot and Slack with its answer, as it happened. */

import { byId, el, walkable } from "../dom.js";
import { icon } from "../icons.js";

const MOST = 200;

export function drawer(app) {
  const root = byId("drawer");
  const { store } = app;
  const title = el("h2", { id: "drawer-title" });
  const leave = el("button.tool.plain", { on: { click: () => app.toggleDrawer(false) } }, icon("close"));
  const none = el("p.empty");
  const list = el("ol.exchanges", { "aria-labelledby": "drawer-title" });
  root.setAttribute("aria-labelledby", "drawer-title");
  root.append(el("div.panel-head", {}, title, leave), none, list);
  walkable(list, "summary");
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") app.toggleDrawer(false);
  });

  const add = (exchange) => {
    const item = exchangeItem(exchange, app);
    const known = list.querySelector(`[data-id="${exchange.id}"]`);
    if (known) known.replaceWith(item);
    else list.prepend(item);
    while (list.children.length > MOST) list.lastChild.remove();
    none.hidden = true;
  };
  const draw = () => {
    title.textContent = app.words("drawer.title");
    leave.setAttribute("aria-label", app.words("page.close"));
    none.textContent = app.words("drawer.none");
  };
  store.on("filled words", draw);
  store.on("exchange", ({ exchange }) => add(exchange));

  return {
    /** Open or close; open, the server tells of each exchange. */
    async show(open) {
      root.hidden = !open;
      const latest = await app.connection.ask("drawer", { open });
      if (!open) return;
      list.replaceChildren();
      none.hidden = latest.length > 0;
      latest.forEach(add);
    },
  };
}

function exchangeItem(exchange, app) {
  const { words } = app;
  const at = new Date(exchange.at * 1000).toLocaleTimeString("sv-SE");
  const took = exchange.took_ms === null || exchange.took_ms === undefined ? "" : `${Math.round(exchange.took_ms)} ms`;
  return el("li", { "data-id": exchange.id },
    el("details", {},
      el("summary", { class: exchange.ok ? "" : "bad" },
        el("span.exchange-at", {}, at),
        el("span", { class: exchange.to_bot ? "way to-bot" : "way from-bot" }, words(exchange.to_bot ? "drawer.to_bot" : "drawer.from_bot")),
        el("strong", {}, exchange.title),
        el("span.exchange-end", {}, `${exchange.status ?? ""} ${took}`),
      ),
      el("h3", {}, words("drawer.sent")),
      raw(exchange.sent, words),
      el("h3", {}, words("drawer.answer")),
      raw(exchange.answer, words),
    ),
  );
}

function raw(content, words) {
  const text = typeof content === "string" ? content : content ? JSON.stringify(content, null, 2) : "";
  return el("pre", { tabindex: 0 }, text || words("drawer.nothing"));
}
