/** The one WebSocket: asks and awaits answers, hands on news, comes back after a break. */

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;

export class Connection {
  #socket = null;
  #number = 0;
  #waiting = new Map();
  #pause = FIRST_PAUSE_MS;
  #onNews;
  #onState;

  constructor({ onNews, onState }) {
    this.#onNews = onNews;
    this.#onState = onState;
  }

  /** Open the socket, and again whenever it is lost: soon at first, then ever more seldom. */
  open() {
    const where = new URL("/page/live", location.href);
    where.protocol = where.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(where);
    socket.addEventListener("open", () => {
      this.#socket = socket;
      this.#onState(true);
    });
    socket.addEventListener("message", (event) => this.#take(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      this.#socket = null;
      for (const { reject } of this.#waiting.values()) reject(new Error("lost"));
      this.#waiting.clear();
      this.#onState(false);
      setTimeout(() => this.open(), this.#pause);
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
    });
  }

  /**
   * Ask for something to be done.
   * @param {string} what
   * @param {Record<string, unknown>} [facts]
   * @returns {Promise<any>} the answer; rejects with the reason, or `lost`
   */
  ask(what, facts = {}) {
    if (!this.#socket) return Promise.reject(new Error("lost"));
    this.#number += 1;
    const id = this.#number;
    this.#socket.send(JSON.stringify({ id, do: what, facts }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #take(told) {
    this.#pause = FIRST_PAUSE_MS;
    if (told.answers === undefined) {
      this.#onNews(told);
      return;
    }
    const { resolve, reject } = this.#waiting.get(told.answers) ?? {};
    this.#waiting.delete(told.answers);
    if (told.problem === undefined) resolve?.(told.answer);
    else reject?.(new Error(told.problem));
  }
}
