/** A list of messages that stays where the reader is: only what changed is drawn anew. */

import { el, reconcile, walkable } from "../dom.js";
import { day, isoDay, momentOf } from "../times.js";
import { messageItem } from "./message.js";

const NEAR_END = 80;

export function messageList(app, where = {}) {
  const list = el("ol.messages", { role: "list" });
  const scroller = el("div.scroller", {}, list);
  walkable(list, "li.message");
  let following = true;
  let height = 0;
  scroller.addEventListener("scroll", () => {
    if (scroller.clientHeight !== height) return; // less room is not a reader who has moved
    following = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
  });
  // A picture that arrives later must not push the latest message out of sight.
  list.addEventListener("load", () => following && toEnd(), true);
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  new ResizeObserver(() => {
    height = scroller.clientHeight;
    if (following) toEnd();
  }).observe(scroller);
  let drawn = new Map();
  let days = new Map();

  /** Forget what was drawn: another conversation, another language. */
  const forget = () => {
    drawn = new Map();
    days = new Map();
    list.replaceChildren();
  };

  /** The line above a message that begins a day; a clock set back begins one anew. */
  const divider = ({ ts }, date) => {
    if (!days.has(ts)) days.set(ts, el("li.day", {}, el("span", {}, day(date, app.words.language))));
    return days.get(ts);
  };

  /** Draw these messages, oldest first; at the end the list follows what comes. */
  const draw = (messages) => {
    const focused = document.activeElement?.closest?.("li.message")?.dataset.ts;
    const fresh = new Map();
    const wanted = [];
    let before = null;
    for (const message of messages) {
      const replies = where.inThread ? 0 : app.store.replies(message).length;
      const known = drawn.get(message.ts);
      const same = known && known.message === message && known.replies === replies;
      const item = same ? known.item : messageItem(message, app, where);
      fresh.set(message.ts, { message, replies, item });
      const date = momentOf(message);
      if (isoDay(date) !== before && !where.inThread) wanted.push(divider(message, date));
      before = isoDay(date);
      wanted.push(item);
    }
    const lost = focused && drawn.get(focused)?.item !== fresh.get(focused)?.item;
    drawn = fresh;
    reconcile(list, wanted);
    const items = [...list.querySelectorAll("li.message")];
    if (items.length && !items.some((item) => item.tabIndex === 0)) items.at(-1).tabIndex = 0;
    if (lost) fresh.get(focused)?.item.focus({ preventScroll: true });
    if (following) toEnd();
  };

  return { node: scroller, list, draw, forget, toEnd };
}
