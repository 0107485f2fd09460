/** The page: puts its parts together and lets them know of each other. */

import { actor } from "./acting.js";
import { Connection } from "./connection.js";
import { byId } from "./dom.js";
import { Store } from "./store.js";
import { clock } from "./view/clock.js";
import { conversation } from "./view/conversation.js";
import { drawer } from "./view/drawer.js";
import { confirmed, modals } from "./view/modals.js";
import { side } from "./view/side.js";
import { thread } from "./view/thread.js";
import { top } from "./view/top.js";
import { tour } from "./view/tour.js";
import { words } from "./words.js";

const SECTIONS = "#who, #clock-day, .place[tabindex='0'], .message[tabindex='0'], .write-field, #tour-close";

class App {
  store = new Store(sessionStorage);
  /** What this browser window remembers. */
  kept = sessionStorage;
  words = words(localStorage.getItem("language") ?? "sv");
  #parts;
  #threadOpener = null;

  constructor() {
    this.connection = new Connection({
      onNews: (told) => this.store.hear(told),
      onState: (open) => this.#connected(open),
    });
    this.acting = actor(this.store, this.connection, (...said) => this.words(...said));
    top(this);
    clock(this);
    side(this);
    this.#parts = {
      conversation: conversation(this),
      thread: thread(this),
      tour: tour(this),
      drawer: drawer(this),
    };
    modals(this);
    this.store.on("message edited", (message) => this.#tell(message));
    this.setLook(this.look());
    this.#frame();
    document.addEventListener("keydown", (event) => this.#keys(event));
    byId("skip").addEventListener("click", (event) => {
      event.preventDefault();
      byId("conversation").focus();
    });
    this.connection.open();
  }

  async #connected(open) {
    if (!open) return this.#lost(true);
    try {
      await this.be(this.store.workspace?.me ?? this.kept.getItem("me") ?? undefined);
      if (!byId("drawer").hidden) await this.#parts.drawer.show(true);
    } catch (error) {
      if (error.message === "lost") return; // once more, and it is tried again
      throw error;
    }
    this.#lost(false);
    if (document.body.classList.contains("ready")) return;
    document.body.classList.add("ready");
    if (this.#parts.tour.wanted() && this.store.clock) this.#parts.tour.show(true);
  }

  /** Say that the connection is lost, or there again: each once, not at every try. */
  #lost(lost) {
    const line = byId("lost");
    if (line.hidden === !lost) return;
    line.hidden = !lost;
    this.announce(this.words(lost ? "page.lost" : "page.back"));
  }

  // Who, where

  /** Be somebody. */
  async be(person) {
    this.store.fill(await this.connection.ask("be", { person }));
    this.kept.setItem("me", this.store.workspace.me);
  }

  go(open) {
    this.store.go(open);
    if (document.body.classList.contains("side-open")) this.closeSide();
    else if (open.tab !== "home") this.#parts.conversation.focus();
    if (open.tab) this.acting.openHome(open.tab);
  }

  openThread(message) {
    this.#threadOpener = message.ts;
    this.store.openThread({ channel: message.channel, ts: message.ts });
    this.#parts.thread.focus();
  }

  closeThread() {
    this.store.openThread(null);
    const item = document.querySelector(`#conversation [data-ts="${this.#threadOpener}"]`);
    (item ?? document.querySelector("#conversation .write-field"))?.focus();
  }

  // What is open beside

  toggleSide() {
    const open = document.body.classList.toggle("side-open");
    byId("menu").setAttribute("aria-expanded", String(open));
    byId("conversation").inert = open;
    if (open) document.querySelector(".place[tabindex='0']")?.focus();
    else byId("menu").focus();
  }

  closeSide() {
    document.body.classList.remove("side-open");
    byId("menu").setAttribute("aria-expanded", "false");
    byId("conversation").inert = false;
    document.querySelector("#conversation").focus();
  }

  toggleTour(open = byId("tour").hidden) {
    this.#parts.tour.show(open);
    byId(open ? "tour-next" : "tour-button")?.focus();
  }

  async toggleDrawer(open = byId("drawer").hidden) {
    await this.#parts.drawer.show(open);
    byId("drawer-button").setAttribute("aria-expanded", String(open));
    (open ? document.querySelector("#drawer .tool") : byId("drawer-button")).focus();
  }

  #keys(event) {
    if (event.key === "Escape" && document.body.classList.contains("side-open")) this.toggleSide();
    if (event.key === "F6") {
      event.preventDefault();
      this.#nextSection(event.shiftKey ? -1 : 1);
    }
  }

  /** F6, as in Slack: from section to section, each with its own first place. */
  #nextSection(step) {
    const sections = [...document.querySelectorAll(SECTIONS)].filter((place) => place.checkVisibility());
    const at = sections.findLastIndex((place) => place.parentElement.contains(document.activeElement));
    sections[(at + step + sections.length) % sections.length]?.focus();
  }

  // Language and look

  setLanguage(language) {
    localStorage.setItem("language", language);
    this.words = words(language);
    this.#frame();
    this.store.emit("words");
  }

  #frame() {
    document.documentElement.lang = this.words.language;
    for (const id of ["skip", "lost"]) byId(id).textContent = this.words(`page.${id}`);
  }

  look() {
    return localStorage.getItem("look") ?? "auto";
  }

  setLook(look) {
    localStorage.setItem("look", look);
    document.documentElement.dataset.look = look;
    this.store.emit("look");
  }

  // For the parts

  /** What blocks need to be drawn. */
  drawing(act, more = {}) {
    return {
      store: this.store, words: this.words, acting: this.acting, act,
      confirm: (question) => confirmed(question, this), ...more,
    };
  }

  /** Say something to those who hear the page. */
  announce(text) {
    byId("announcer").textContent = text;
  }

  #tell(message) {
    const { current, workspace } = this.store;
    if (message.channel !== current?.id || message.user === workspace.me) return;
    const name = this.store.person(message.user)?.name ?? "";
    const key = message.was_edited ? "talk.changed" : "talk.new";
    this.announce(this.words(key, { name, text: message.text }));
  }
}

new App();
