/** Interactive elements outside fields: what is pressed or chosen is told to the bot at once. */

import { el, freshId } from "../dom.js";
import { icon } from "../icons.js";
import { boxes, choice, picker } from "./choices.js";
import { textObject } from "./mrkdwn.js";
import { searched } from "./searching.js";

export function element(block, of, ctx) {
  if (of.type === "image") return picture(of, ctx);
  if (of.type === "button") return button(block, of, ctx);
  if (of.type === "overflow") return overflow(block, of, ctx);
  return told(block, of, ctx);
}

/** Make a control by its kind; the field of a form and the element of a message share it. */
export function control(of, ctx, named) {
  if (of.type === "radio_buttons" || of.type === "checkboxes") return boxes(of, ctx, named);
  if (/picker$/.test(of.type)) return picker(of, ctx, named);
  if (/external_select$/.test(of.type)) return searched(of, ctx, named);
  return choice(of, ctx, named);
}

/** A control whose choice goes to the bot as it is made. */
function told(block, of, ctx) {
  const label = of.placeholder?.text ?? ctx.words("block.choose");
  const made = control(of, ctx, { label });
  const problem = el("p.problem", { role: "alert" });
  let sent = JSON.stringify(made.value());
  const send = async () => {
    problem.textContent = made.wrong?.() ?? "";
    if (problem.textContent || JSON.stringify(made.value()) === sent) return;
    const before = sent;
    sent = JSON.stringify(made.value());
    if (of.confirm && !(await ctx.confirm(of.confirm))) {
      made.set(JSON.parse(before));
      sent = before;
      return;
    }
    await acted(() => ctx.act(block, of, made.value()), problem, ctx);
  };
  let pause = 0;
  made.node.addEventListener("change", () => {
    clearTimeout(pause);
    pause = setTimeout(send, made.settles ?? 0);
  });
  return el("div.element", {}, made.node, problem);
}

function picture(of, ctx) {
  const own = of.slack_file?.id ?? null;
  const address = own ? `/page/files/${own}?as=${ctx.store.workspace.me}` : of.image_url;
  const here = address && new URL(address, location.href).origin === location.origin;
  if (here) return el("img", { src: address, alt: of.alt_text, loading: "lazy" });
  return el("span.picture-elsewhere", { title: ctx.words("block.image.elsewhere") },
    icon("file"),
    ctx.words("block.image", { alt: of.alt_text }),
  );
}

function button(block, of, ctx) {
  const problem = el("p.problem", { role: "alert" });
  const made = el(
    "button",
    {
      class: `button ${of.style ?? ""}`,
      "aria-label": of.accessibility_label ?? null,
      title: of.url ? ctx.words("block.link", { url: of.url }) : null,
      "data-action": of.action_id,
      on: {
        click: async () => {
          if (made.getAttribute("aria-disabled")) return;
          if (of.confirm && !(await ctx.confirm(of.confirm))) return;
          made.setAttribute("aria-disabled", "true");
          made.setAttribute("aria-busy", "true");
          await acted(() => ctx.act(block, of, of.value), problem, ctx);
          made.removeAttribute("aria-disabled");
          made.removeAttribute("aria-busy");
        },
      },
    },
    ...textObject(of.text, ctx),
  );
  return el("div.element", {}, made, problem);
}

/** Do something and say beside it if that went wrong. */
async function acted(act, problem, ctx) {
  problem.textContent = "";
  try {
    const outcome = await act();
    if (outcome.problem) problem.textContent = ctx.words("message.failed", { problem: outcome.problem });
  } catch (error) {
    problem.textContent = ctx.words("message.failed", { problem: error.message });
  }
}

/** The menu behind three dots: a button and a list that arrow keys walk in. */
function overflow(block, of, ctx) {
  const id = freshId("menu");
  const problem = el("p.problem", { role: "alert" });
  const choose = async (option) => {
    menu.hidePopover();
    if (of.confirm && !(await ctx.confirm(of.confirm))) return;
    await acted(() => ctx.act(block, of, option.value), problem, ctx);
  };
  const items = of.options.map((option) =>
    el("button", { role: "menuitem", tabindex: -1, on: { click: () => choose(option) } },
      el("span", {}, ...textObject(option.text, ctx)),
      option.description && el("small", {}, ...textObject(option.description, ctx)),
    ),
  );
  const menu = el("div", { id, class: "menu", role: "menu", popover: "auto" }, ...items);
  const opener = el(
    "button",
    {
      class: "button", popovertarget: id, "aria-haspopup": "menu",
      "aria-expanded": "false", "aria-label": ctx.words("block.more"),
    },
    icon("more"),
  );
  menu.addEventListener("toggle", (event) => {
    const open = event.newState === "open";
    opener.setAttribute("aria-expanded", String(open));
    if (open) {
      const box = opener.getBoundingClientRect();
      const left = Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8));
      const below = box.bottom + 4 + menu.offsetHeight < innerHeight;
      menu.style.left = `${left}px`;
      menu.style.top = `${below ? box.bottom + 4 : box.top - menu.offsetHeight - 4}px`;
      items[0]?.focus();
    }
  });
  menu.addEventListener("keydown", (event) => {
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    items[(to + items.length) % items.length].focus();
  });
  return el("div.element", {}, opener, menu, problem);
}
