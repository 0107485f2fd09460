/** The bot's clock: where it stands, letting time pass, and what will be sent next. */

import { dated, format } from "../dates.js";
import { byId, el } from "../dom.js";
import { icon } from "../icons.js";
import { day, isoDay, shortDay, time } from "../times.js";

const SETTLES_MS = 600;

export function clock(app) {
  const root = byId("clock");
  const { store } = app;
  let moving = false;
  let problem = "";
  let asked = 0;
  let asking = false;
  let pause = 0;

  const forward = async (by, to) => {
    if (moving) return;
    moving = true;
    problem = "";
    draw();
    const [next] = ahead();
    try {
      await app.connection.ask("forward", { by, to });
      store.emit("forwarded", { by, next });
      app.announce(app.words("clock.arrived", { when: stands() }));
    } catch (error) {
      problem = app.words("message.failed", { problem: error.message });
    }
    moving = false;
    draw();
    await look();
  };

  const toDay = (field) => {
    const to = field.value();
    if (to) return forward("date", to);
    problem = field.wrong() || app.words("date.how", { sample: isoDay(new Date(store.clock.now)) });
    draw();
    root.querySelector("#clock-date").focus();
  };

  /** Ask what is coming; what was asked before the latest question is no longer of use. */
  const look = async () => {
    asked += 1;
    const mine = asked;
    if (!store.clock) return;
    asking = true;
    try {
      const coming = await app.connection.ask("coming");
      if (mine !== asked) return;
      store.coming = coming;
      asking = false;
    } catch {
      return;
    }
    store.emit("coming");
  };

  /** What was counted before the clock moved is past now. */
  const ahead = () => (store.coming ?? []).filter((row) => new Date(row.moment) > new Date(store.clock.now));

  const stands = () => {
    const now = new Date(store.clock.now);
    return `${day(now, app.words.language)} ${time(now, app.words.language)}`;
  };

  const draw = () => {
    root.hidden = !store.clock;
    if (!store.clock) return;
    const { words } = app;
    const now = new Date(store.clock.now);
    const focused = root.contains(document.activeElement) ? document.activeElement.id : null;
    const open = root.querySelector("details")?.open;
    root.setAttribute("aria-label", words("clock.label"));
    const go = (by) => ({ class: "small", id: `clock-${by}`, "aria-disabled": moving ? "true" : null, on: { click: () => forward(by) } });
    const date = dated("datepicker", words, { id: "clock-date", class: "small", "aria-label": `${words("clock.date")} (${format("datepicker", words)})`, "aria-describedby": "clock-problem", "aria-invalid": problem ? "true" : null });
    const before = root.querySelector("#clock-date");
    date.focus.defaultValue = isoDay(now); // it follows the clock until somebody writes in it
    if (before && before.value !== before.defaultValue) date.set(before.value);
    root.replaceChildren(
      el("p.clock-now", {}, icon("clock"), el("span.unseen", {}, `${words("clock.stands")} `), el("time", { datetime: store.clock.now }, stands())),
      el("div.clock-moves", {},
        el("button", go("day"), words("clock.day")),
        el("button", go("week"), words("clock.week")),
        el("button", { ...go("next"), class: "small strong" }, words("clock.next")),
        el("form.clock-date", { novalidate: true, on: { submit: (event) => { event.preventDefault(); toDay(date); } } }, date.node, el("button.small", { id: "clock-go", type: "submit", "aria-label": words("clock.date") }, words("clock.go"))),
      ),
      el("div.clock-coming", {}, ...coming(moving, open)),
      el("p.problem", { id: "clock-problem", role: "alert" }, problem),
    );
    if (focused) root.querySelector(`#${focused}`)?.focus();
  };

  const coming = (busy, open) => {
    const { words } = app;
    if (busy) return [el("p", {}, words("clock.moving"))];
    if (!store.coming || (asking && !ahead().length)) return [el("p", {}, `${words("clock.coming")}: ${words("clock.coming.loading")}`)];
    const rows = ahead();
    const [first] = rows;
    if (!first) return [el("p", {}, `${words("clock.coming")}: ${words("clock.coming.none")}`)];
    const all = el("details.coming-all", { open },
      el("summary", { id: "clock-all" }, words("clock.all", { n: rows.length })),
      el("ol", { "aria-label": words("clock.coming.label") }, ...rows.map((row) => el("li", {}, line(row), el("p", {}, row.text)))),
    );
    return [el("p.coming-first", { title: first.text }, el("strong", {}, `${words("clock.coming")}: `), line(first)), all];
  };

  const line = (row) => {
    const { words } = app;
    const at = new Date(row.moment);
    const who = store.person(row.recipient)?.name ?? store.channel(row.recipient)?.name ?? row.recipient;
    const step = row.step.startsWith("-") ? row.step.replace("-", "−") : `+${row.step}`;
    return el("span", {},
      el("time", { datetime: row.moment }, `${shortDay(at, words.language)} ${time(at, words.language)}`),
      ` → ${who} · ${row.agreement} · ${words("clock.step", { step })}`,
    );
  };

  root.addEventListener("keydown", (event) => {
    const details = root.querySelector("details[open]");
    if (event.key !== "Escape" || !details) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
  store.on("filled words", () => {
    draw();
    look();
  });
  store.on("clock coming", draw);
  // What the bot sends to others or changes in its place is a trace of something done.
  store.on("message edited", (message) => {
    const trace = message.user === store.workspace.bot && (message.was_edited || !message.ephemeral);
    if (!trace || moving) return;
    clearTimeout(pause);
    pause = setTimeout(look, SETTLES_MS);
  });
}
