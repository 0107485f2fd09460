/** What the page knows: the workspace as one person has it. Views listen; nothing here is drawn. */

/** @typedef {{id: string, name: string, handle: string, kind: string, title: string, home: boolean, stranger: boolean, playable: boolean}} Person */
/** @typedef {{channel: string, ts: string, user: string, text: string, blocks?: any[], ephemeral: boolean, was_edited: boolean, thread_ts?: string, moment: string|null, local?: any}} Message */

export class Store {
  #listeners = new Map();
  #read = {};
  #kept;

  workspace = null;
  clock = null;
  coming = null;
  home = null;
  modals = [];
  born = "";
  /** What is open: a conversation's id, or `app` with a tab. */
  open = { channel: null, tab: null };
  /** @type {{channel: string, ts: string}|null} */
  thread = null;
  /** @type {Map<string, Map<string, Message>>} */
  messages = new Map();

  /** @param {Storage} kept where what has been read is remembered */
  constructor(kept) {
    this.#kept = kept;
  }

  on(topics, listener) {
    for (const topic of topics.split(" ")) {
      this.#listeners.set(topic, [...(this.#listeners.get(topic) ?? []), listener]);
    }
  }

  emit(topic, detail) {
    for (const listener of this.#listeners.get(topic) ?? []) listener(detail);
  }

  // Who and where

  get me() {
    return this.person(this.workspace?.me);
  }

  person(id) {
    return this.workspace?.people.find((person) => person.id === id);
  }

  channel(id) {
    return this.workspace?.channels.find((channel) => channel.id === id);
  }

  /** The direct conversation with the bot, once there is one. */
  get botChannel() {
    return this.workspace?.channels.find(
      (channel) => channel.kind === "im" && channel.members.includes(this.workspace.bot),
    );
  }

  /** The conversation whose messages are in the middle now, or undefined. */
  get current() {
    if (this.open.tab === "home") return undefined;
    return this.open.tab ? this.botChannel : this.channel(this.open.channel);
  }

  go(open) {
    this.open = { channel: null, tab: null, ...open };
    this.thread = null;
    this.markRead();
    this.emit("open");
  }

  openThread(thread) {
    this.thread = thread;
    this.emit("thread");
  }

  // Filling

  /** Take everything anew: at the start, after a break, as another person. */
  fill(all) {
    const same = this.workspace?.me === all.workspace.me;
    Object.assign(this, {
      workspace: all.workspace,
      clock: all.clock,
      home: all.home,
      modals: all.modals,
    });
    if (this.born !== all.born) {
      this.born = all.born;
      this.#read = JSON.parse(this.#kept.getItem(`read-${all.born}`) ?? "{}");
    }
    this.messages = new Map();
    for (const message of all.messages) this.#place(message);
    if (!same || (!this.open.tab && !this.channel(this.open.channel))) {
      const first = this.workspace.channels.find((channel) => channel.kind !== "im");
      this.open = { channel: first?.id ?? null, tab: null };
      this.thread = null;
    }
    this.markRead();
    this.emit("filled", { same });
  }

  #place(message) {
    const { channel, ts } = message;
    if (!this.messages.has(channel)) this.messages.set(channel, new Map());
    const known = this.messages.get(channel).has(ts);
    this.messages.get(channel).set(ts, message);
    return known;
  }

  /** Take a piece of news. */
  hear(told) {
    switch (told.news) {
      case "message":
        this.take(told.message);
        break;
      case "deleted":
        this.messages.get(told.channel)?.delete(told.ts);
        this.emit("messages");
        break;
      case "workspace":
        this.workspace = told.workspace;
        this.emit("workspace");
        break;
      case "modals":
      case "home":
      case "clock":
        this[told.news] = told[told.news];
        this.emit(told.news);
        break;
      default:
        this.emit(told.news, told);
    }
  }

  /** Take a message: new, edited, or one of the page's own (`local`). */
  take(message) {
    const known = this.#place(message);
    this.markRead();
    this.emit("messages");
    this.emit(known ? "edited" : "message", message);
  }

  // Reading

  /** The messages of a conversation, oldest first; `thread` picks a thread's replies. */
  list(channel, thread = null) {
    const every = [...(this.messages.get(channel)?.values() ?? [])];
    every.sort((one, other) => (one.ts < other.ts ? -1 : 1));
    return every.filter((message) => {
      const parent = message.thread_ts && message.thread_ts !== message.ts ? message.thread_ts : null;
      return parent === thread;
    });
  }

  replies(message) {
    return this.list(message.channel, message.ts);
  }

  /** How many messages of a conversation this person has not seen. */
  unread(channel) {
    const since = this.#read[`${this.workspace.me} ${channel}`] ?? "";
    return [...(this.messages.get(channel)?.values() ?? [])].filter(
      (message) => message.ts > since && message.user !== this.workspace.me,
    ).length;
  }

  markRead() {
    const channel = this.current?.id;
    if (!channel) return;
    const latest = [...(this.messages.get(channel)?.keys() ?? [])].sort().at(-1) ?? "";
    const key = `${this.workspace.me} ${channel}`;
    if (latest <= (this.#read[key] ?? "")) return;
    this.#read[key] = latest;
    this.#kept.setItem(`read-${this.born}`, JSON.stringify(this.#read));
  }
}
