/** A story in five steps. Each step is done when what it asks for has really happened. */

import { byId, el, fill, point } from "../dom.js";
import { icon } from "../icons.js";
import { role } from "./avatar.js";

const STEPS = 5;
const COORDINATOR = "U_ANNA";
const ASSOCIATION = "U_KJELL";
const TYPED = { 1: "/iop status kultur 1740", 5: "@Följsam status" };

const answers = ({ messages = [] }) => messages.some((message) => has(message, "show_funding"));
const reminds = (message, { store }) =>
  message?.user === store.workspace.bot && !message.ephemeral && has(message, "hold_evaluation") &&
  store.channel(message.channel)?.kind === "im";

/**
 * By step: what must have happened. It is told of a person's act with its outcome, of a message,
 * or of the clock, with what was to be sent when it arrived; whoever is not the coordinator sees
 * no more of the reminder than that.
 */
const DONE = [
  ({ act }) => act?.what === "types" && answers(act.outcome),
  ({ act }) => pressed(act, "show_rows"),
  ({ message, clock, app }) =>
    reminds(message, app) ||
    (clock?.by === "next" && app.store.me.id !== COORDINATOR && (clock.next?.recipient ?? COORDINATOR) === COORDINATOR),
  ({ act }) => pressed(act, "hold_evaluation"),
  ({ message, app }) => message?.thread_ts && has(message, "show_contacts") && app.store.me.id === ASSOCIATION,
];

/** By step: who can take it; for everybody else there is a button that makes them somebody who can. */
const ABLE = [
  (me) => me.kind === "member",
  (me) => me.kind === "member",
  () => true,
  (me) => me.id === COORDINATOR,
  (me) => me.id === ASSOCIATION,
];

/** By step: where it happens, the best place first. */
const FIELD = "#conversation .write-field";
const ELSEWHERE = "body:has(.place[data-place='app']:not([aria-current]))";
const PLACES = [
  [FIELD],
  [".message :is([data-action^='show_rows'], [data-action^='show_funding'])", FIELD],
  ["#clock-next"],
  [`${ELSEWHERE} [data-place='app']`, `${ELSEWHERE} #menu`, ".message [data-action^='hold_evaluation']"],
  [FIELD],
];

function has(message, action) {
  return (message.blocks ?? []).some((block) => block.elements?.some((each) => each.action_id?.startsWith(action)));
}

function pressed(act, action) {
  return act?.what === "presses" && act.facts.action_id.startsWith(action) && !act.outcome.problem;
}

export function tour(app) {
  const root = byId("tour");
  const { store } = app;
  const kept = app.kept;
  const done = new Set(JSON.parse(kept.getItem("tour-done") ?? "[]"));
  let at = Math.min(Number(kept.getItem("tour-at") ?? 0), STEPS - 1);
  root.setAttribute("aria-labelledby", "tour-title");
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") app.toggleTour(false);
  });

  const hear = (told) => {
    DONE.forEach((test, step) => {
      if (done.has(step) || step > at || !test({ ...told, app })) return;
      done.add(step);
      kept.setItem("tour-done", JSON.stringify([...done]));
      if (!root.hidden && step === at) {
        app.announce(`${app.words("tour.done")} ${seen()}`);
        draw();
        root.querySelector(".tour-seen").scrollIntoView({ block: "nearest" });
      }
    });
  };

  const go = (to) => {
    at = to;
    kept.setItem("tour-at", String(at));
    draw();
    root.querySelector("h3").focus();
  };

  /** Who is to take the step in this person's place; nobody where they can, or have. */
  const other = () =>
    done.has(at) || ABLE[at](store.me) ? undefined : store.person(at === 4 ? ASSOCIATION : COORDINATOR);

  const become = async (person) => {
    await app.be(person.id).catch(() => undefined); // lost: the page says so
    root.querySelector("h3").focus();
  };

  const show = () => {
    const shown = [...PLACES[at], ".place", "#menu"].map((where) =>
      [...document.querySelectorAll(where)].findLast((place) => place.checkVisibility({ visibilityProperty: true })),
    );
    const place = shown.find(Boolean);
    place?.scrollIntoView({ block: "nearest" });
    if (place) point(place);
  };

  const first = (person) => person?.name.split(" ")[0] ?? "";
  const names = () => ({
    first: first(store.me), asker: first(store.person(COORDINATOR)),
    other: first(store.person(at === 4 ? ASSOCIATION : COORDINATOR)),
  });

  const seen = () => app.words(at === 2 && store.me.id !== COORDINATOR ? "tour.3.other" : `tour.${at + 1}.seen`, names());

  /** What keeps this person from the step. */
  const cannot = () => {
    if (at === 4) return app.words("tour.5.become", names());
    const { kind } = store.me;
    const nowhere = !store.workspace.channels.length;
    const why = nowhere ? "stranger" : at === 3 ? "member" : kind.includes("guest") ? "guest" : "outsider";
    return app.words(`tour.cannot.${why}`, names());
  };

  const draw = () => {
    const { words } = app;
    if (!store.workspace) return;
    const number = at + 1;
    const isDone = done.has(at);
    const last = at === STEPS - 1;
    const able = other();
    const within = root.contains(document.activeElement);
    fill(
      root,
      el("div.panel-head", {},
        el("h2", { id: "tour-title" }, words("tour.title"), el("small", {}, ` ${words("tour.step", { n: number, of: STEPS })}`)),
        el("button.tool.plain", { id: "tour-close", "aria-label": `${words("page.close")}: ${words("tour.title")}`, on: { click: () => app.toggleTour(false) } }, icon("close")),
      ),
      el("ol.tour-dots", { "aria-hidden": "true" }, ...Array.from({ length: STEPS }, (_, step) => el("li", { class: `${done.has(step) ? "done" : ""} ${step === at ? "now" : ""}` }))),
      el("h3", { tabindex: -1 }, words(`tour.${number}.title`)),
      !isDone && el("p.tour-me", {}, words("tour.me", { name: store.me.name, role: role(store.me, words) })),
      !isDone && el("p.tour-text", {}, able ? cannot() : words(`tour.${number}.text`)),
      !isDone && !able && TYPED[number] && el("p.tour-type", {}, el("kbd", {}, TYPED[number])),
      isDone && el("p.tour-seen", { "data-step-done": number }, icon("done"), el("strong", {}, `${words("tour.done")} `), seen()),
      isDone && last && el("p", {}, words("tour.finished")),
      el("div.tour-feet", {},
        able && el("button.button.primary", { id: "tour-be", on: { click: () => become(able) } }, words("tour.be", { name: able.name })),
        !able && !isDone && el("button.button", { on: { click: show } }, words("tour.show")),
        at > 0 && el("button.button", { on: { click: () => go(at - 1) } }, words("tour.back")),
        el("button", { id: "tour-next", class: `button ${isDone ? "primary" : ""}`, on: { click: () => (last ? app.toggleTour(false) : go(at + 1)) } }, words(last ? "tour.finish" : "tour.next")),
      ),
    );
    if (within && !root.contains(document.activeElement)) root.querySelector("h3").focus();
  };

  store.on("acted", (act) => hear({ act }));
  store.on("message", (message) => hear({ message }));
  store.on("forwarded", (clock) => hear({ clock }));
  store.on("filled words", draw);
  return {
    /** Open or close; opened again after its end it begins anew. */
    show(open) {
      root.hidden = !open;
      kept.setItem("tour-open", open ? "yes" : "no");
      if (!open) return;
      if (done.size === STEPS) {
        done.clear();
        at = 0;
        kept.setItem("tour-done", "[]");
      }
      draw();
    },
    wanted: () => kept.getItem("tour-open") !== "no",
  };
}
