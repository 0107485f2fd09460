/** A story in five steps. Each step is done when what it asks for has really happened. */

import { el, fill } from "../dom.js";
import { icon } from "../icons.js";

const STEPS = 5;

/** By step: what must have happened. `seen` is a person's act with its outcome, or a message. */
const DONE = [
  ({ act }) => act?.what === "types" && /^\/iop(-status| status)\b/.test(act.facts.text) && answered(act),
  ({ act }) => act?.what === "presses" && act.facts.action_id.startsWith("show_rows") && !act.outcome.problem,
  ({ message, app }) => Boolean(message) && fromBot(message, app) && !message.ephemeral && actions(message).some((id) => id.startsWith("hold_evaluation")),
  ({ act }) => act?.what === "presses" && act.facts.action_id.startsWith("hold_evaluation") && !act.outcome.problem,
  ({ act, app }) => act?.what === "types" && act.outcome.refused && app.store.me.kind.includes("outsider"),
];

/** Where each step happens. */
const PLACES = [
  "#conversation .write-field",
  ".message [data-action^='show_funding'], .message [data-action^='show_rows']",
  "#clock-next",
  ".message [data-action^='hold_evaluation'], .place[data-place='app']",
  "#who",
];

function answered({ outcome }) {
  return outcome.reached_bot && !outcome.problem && outcome.messages.length > 0;
}

function fromBot(message, app) {
  return message.user === app.store.workspace.bot && app.store.channel(message.channel)?.kind === "im";
}

function actions(message) {
  return (message.blocks ?? []).flatMap((block) => (block.elements ?? []).map((each) => each.action_id ?? ""));
}

/** @param {import("../main.js").App} app */
export function tour(app) {
  const root = document.getElementById("tour");
  const { store } = app;
  const kept = app.kept;
  const done = new Set(JSON.parse(kept.getItem("tour-done") ?? "[]"));
  let at = Math.min(Number(kept.getItem("tour-at") ?? 0), STEPS - 1);
  root.setAttribute("aria-labelledby", "tour-title");
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") app.toggleTour(false);
  });

  const hear = (seen) => {
    DONE.forEach((test, step) => {
      if (done.has(step) || step > at || !test({ ...seen, app })) return;
      done.add(step);
      kept.setItem("tour-done", JSON.stringify([...done]));
      if (!root.hidden && step === at) {
        app.announce(`${app.words("tour.done")} ${app.words(`tour.${step + 1}.seen`)}`);
        draw();
      }
    });
  };

  const go = (to) => {
    at = to;
    kept.setItem("tour-at", String(at));
    draw();
    root.querySelector("h3")?.focus();
  };

  const show = () => {
    if (at < 4 && store.me.id !== "U_ANNA" && store.person("U_ANNA")) {
      document.getElementById("who")?.focus();
      return;
    }
    const places = [...document.querySelectorAll(PLACES[at])].filter((place) => place.checkVisibility());
    const place = places.at(-1);
    if (!place) return;
    place.scrollIntoView({ block: "nearest" });
    place.focus();
    place.classList.add("pointed");
    setTimeout(() => place.classList.remove("pointed"), 2400);
  };

  const draw = () => {
    const { words } = app;
    if (!store.workspace) return;
    const number = at + 1;
    const isDone = done.has(at);
    const last = at === STEPS - 1;
    const typed = words.known(`tour.${number}.type`) && words(`tour.${number}.type`);
    fill(
      root,
      el(
        "div",
        { class: "panel-head" },
        el("h2", { id: "tour-title" }, words("tour.title"), el("small", {}, ` ${words("tour.step", { n: number, of: STEPS })}`)),
        el("button", { type: "button", class: "tool plain", id: "tour-close", "aria-label": `${words("page.close")}: ${words("tour.title")}`, on: { click: () => app.toggleTour(false) } }, icon("close")),
      ),
      el("ol", { class: "tour-dots", "aria-hidden": "true" }, ...Array.from({ length: STEPS }, (_, step) => el("li", { class: `${done.has(step) ? "done" : ""} ${step === at ? "now" : ""}` }))),
      el("h3", { tabindex: -1 }, words(`tour.${number}.title`)),
      el("p", {}, words(`tour.${number}.text`)),
      typed && el("p", { class: "tour-type" }, el("kbd", {}, typed)),
      isDone && el("p", { class: "tour-seen", "data-step-done": number }, icon("done"), el("strong", {}, `${words("tour.done")} `), words(`tour.${number}.seen`)),
      isDone && last && el("p", {}, words("tour.finished")),
      el(
        "div",
        { class: "tour-feet" },
        el("button", { type: "button", class: "button", on: { click: show } }, words("tour.show")),
        at > 0 && el("button", { type: "button", class: "button", on: { click: () => go(at - 1) } }, words("tour.back")),
        el("button", { type: "button", id: "tour-next", class: `button ${isDone ? "primary" : ""}`, on: { click: () => (last ? app.toggleTour(false) : go(at + 1)) } }, words(last ? "tour.finish" : "tour.next")),
      ),
    );
  };

  store.on("acted", (act) => hear({ act }));
  store.on("message", (message) => hear({ message }));
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
