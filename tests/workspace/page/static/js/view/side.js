/** The list at the side: channels, direct messages, apps, with marks for what is unread. */

import { byId, el, fill, point, unseen, walkable } from "../dom.js";
import { icon } from "../icons.js";
import { avatar } from "./avatar.js";

export function side(app) {
  const root = byId("side");
  const { store } = app;
  walkable(root, "button.place");

  const draw = () => {
    const { words, store: { workspace } } = app;
    if (!workspace) return;
    root.setAttribute("aria-label", words("side.label"));
    const channels = workspace.channels.filter((channel) => channel.kind !== "im");
    const direct = workspace.channels.filter((channel) => channel.kind === "im" && channel !== store.botChannel);
    const bot = workspace.app.reachable && [workspace.bot];
    const parts = [
      el("p.side-name", {}, words("top.workspace")),
      ...group("channels", channels.map(channelPlace)),
      ...group("direct", direct.map(directPlace)),
      ...group("apps", (bot || []).map(appPlace)),
      !channels.length && el("p.side-none", {}, words("side.none", { name: store.me.name })),
    ];
    const { dataset, classList } = document.activeElement;
    const stand = classList.contains("pointed") ? point : (place) => place.focus();
    fill(root, ...parts);
    const places = [...root.querySelectorAll("button.place")];
    const here = places.find((place) => place.getAttribute("aria-current")) ?? places[0];
    for (const place of places) {
      place.tabIndex = place === here ? 0 : -1;
      if (place.dataset.place === dataset.place) stand(place);
    }
  };

  const group = (name, places) => {
    if (!places.length) return [];
    const id = `side-${name}`;
    return [
      el("h2", { id }, app.words(`side.${name}`)),
      el("ul", { "aria-labelledby": id }, ...places.map((place) => el("li", {}, place))),
    ];
  };

  const place = (key, open, current, unread, ...children) =>
    el(
      "button",
      {
        class: `place${unread ? " unread" : ""}`, "data-place": key,
        "aria-current": current ? "page" : null,
        on: { click: () => app.go(open) },
      },
      ...children,
      unread > 0 && el("span.badge", { "aria-hidden": "true" }, String(unread)),
      unread > 0 && unseen(` ${app.words("side.unread", { n: unread })}`),
    );

  const channelPlace = (channel) => {
    const sign = icon(channel.kind === "private" ? "lock" : "hash");
    return place(
      channel.id, { channel: channel.id }, store.open.channel === channel.id, store.unread(channel.id),
      sign, el("span.place-name", {}, channel.name),
      channel.shared && el("span.place-sign", { title: app.words("side.shared") }, icon("shared"), unseen(app.words("side.shared"))),
    );
  };
  const directPlace = (channel) => {
    const others = channel.members.filter((id) => id !== store.workspace.me).map((id) => store.person(id));
    return place(
      channel.id, { channel: channel.id }, store.open.channel === channel.id, store.unread(channel.id),
      avatar(others[0], store.workspace), el("span.place-name", {}, others.map((each) => each?.name).join(", ")),
    );
  };
  const appPlace = (id) => {
    const unread = store.botChannel ? store.unread(store.botChannel.id) : 0;
    const tab = store.workspace.app.messages_tab ? "messages" : "home";
    return place(
      "app", { tab }, Boolean(store.open.tab), unread,
      avatar(store.person(id), store.workspace), el("span.place-name", {}, store.person(id).name),
    );
  };
  store.on("filled workspace messages open words", draw);
}
