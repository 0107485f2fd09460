/** What a person does, and the words their own client answers with. */

export function actor(store, connection, words) {
  async function act(what, facts) {
    const outcome = await connection.ask(what, facts);
    store.emit("acted", { what, facts, outcome });
    return outcome;
  }

  /** Show something that nobody but this client says. */
  function say(channel, thread, text, why = null) {
    const ts = `${(Date.now() / 1000).toFixed(6)}`;
    const moment = store.clock?.now ?? null;
    store.take({
      channel, ts, text, moment, user: "USLACKBOT", ephemeral: true, was_edited: false,
      thread_ts: thread ?? undefined, local: { why },
    });
  }

  function whyNot(typed, thread) {
    const me = store.me;
    if (thread) return words("why.thread");
    if (me.kind.includes("outsider") || me.kind === "stranger") {
      return words("why.outsider", { name: me.name.split(" ")[0] });
    }
    return me.kind.includes("guest") ? words("why.guest") : null;
  }

  return {
    /** Press or choose in a message. */
    press: (message, block, element, value) =>
      act("presses", {
        channel: message.channel, ts: message.ts, value,
        action_id: element.action_id, block_id: block.block_id,
      }),
    /** Press or choose in a modal or the home. */
    pressIn: (view, block, element, value) =>
      act("presses", {
        view: view.id, value, action_id: element.action_id, block_id: block.block_id,
      }),
    lookUp: (view, element, text) =>
      act("looks_up", { view: view.id, action_id: element.action_id, text }),
    submit: (view, values) => act("submits", { view: view.id, values }),
    close: (view) => act("closes", { view: view.id }),
    openHome: (tab) => act("opens_home", { tab }),
    upload: (name, base64) => act("upload", { name, base64 }),

    /**
     * Send what was written: a command or a message.
     * @returns {Promise<boolean>} whether it was taken
     */
    async write({ channel, text, thread }) {
      const place = channel ? { channel: channel.id } : {};
      const toBot = !channel || channel === store.botChannel;
      const command = text.startsWith("/");
      const facts = { ...place, text, thread_ts: thread ?? null };
      const what = command ? "types" : toBot ? "writes_to_bot" : "writes";
      const outcome = await act(what, facts);
      const where = channel?.id ?? store.botChannel?.id;
      if (outcome.refused && where) {
        say(where, thread, outcome.problem, command ? whyNot(text, thread) : null);
      } else if (outcome.problem && command && where) {
        const name = text.split(" ")[0];
        say(where, thread, `${name} failed with the error "${outcome.problem}"`);
      }
      return !outcome.refused || command;
    },
  };
}
