/** The panel beside: one message and what was answered to it. */

import { byId, el } from "../dom.js";
import { icon } from "../icons.js";
import { composer } from "./composer.js";
import { messageList } from "./messages.js";

export function thread(app) {
  const root = byId("thread");
  const { store } = app;
  const title = el("h2", { id: "thread-title" });
  const leave = el("button.tool.plain", { on: { click: () => app.closeThread() } }, icon("close"));
  const messages = messageList(app, { inThread: true });
  const write = composer(app, { thread: () => store.thread?.ts ?? null, label: () => app.words("write.thread") });
  root.setAttribute("aria-labelledby", "thread-title");
  root.append(el("div.panel-head", {}, title, leave), messages.node, write.node);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) app.closeThread();
  });
  let drawnFor = "";

  const draw = () => {
    const { words } = app;
    const open = store.thread;
    root.hidden = !open;
    if (!open) return;
    const key = `${store.workspace.me} ${open.channel} ${open.ts} ${words.language}`;
    if (key !== drawnFor) messages.forget();
    title.textContent = words("thread.title");
    leave.setAttribute("aria-label", words("thread.close"));
    messages.list.setAttribute("aria-label", words("thread.title"));
    const parent = store.messages.get(open.channel)?.get(open.ts);
    messages.draw([...(parent ? [parent] : []), ...store.list(open.channel, open.ts)]);
    if (key !== drawnFor) {
      write.draw();
      messages.toEnd();
    }
    drawnFor = key;
  };
  store.on("filled messages open thread words workspace", draw);
  return { focus: () => write.focus() };
}
