/** Days and times, always in the workspace's own zone. */

const ZONE = "Europe/Stockholm";

function written(date, language, how) {
  const locale = language === "sv" ? "sv-SE" : "en-GB";
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...how }).format(date);
}

const DAY = { weekday: "long", day: "numeric", month: "long", year: "numeric" };

/** When a message was shown: by the bot's clock where it has its own, else by its timestamp. */
export function momentOf(message) {
  return message.moment ? new Date(message.moment) : new Date(Number(message.ts) * 1000);
}

export function time(date, language) {
  return written(date, language, { hour: "2-digit", minute: "2-digit" });
}

export function day(date, language) {
  return written(date, language, DAY);
}

export function shortDay(date, language) {
  return written(date, language, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
}

/** The same day as `YYYY-MM-DD`. */
export function isoDay(date) {
  return written(date, "sv", { year: "numeric", month: "2-digit", day: "2-digit" });
}

const TOKENS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { day: "numeric", month: "long", year: "numeric" },
  date_short: { day: "numeric", month: "short", year: "numeric" },
  date_long: DAY,
  day_divider: DAY,
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

/** Write a moment the way Slack's date format strings say; a pretty one is written in full, too. */
export function formatted(seconds, format, language) {
  const date = new Date(seconds * 1000);
  return format.replace(/\{(\w+?)(?:_pretty)?\}/g, (all, token) =>
    TOKENS[token] ? written(date, language, TOKENS[token]) : all,
  );
}
