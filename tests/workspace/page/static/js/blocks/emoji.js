/** The emoji names met most; a name that is not here stays as it was written. */

const SIGNS = {
  smile: "😄", slightly_smiling_face: "🙂", wink: "😉", heart: "❤️", tada: "🎉", star: "⭐",
  wave: "👋", clap: "👏", "+1": "👍", thumbsup: "👍", "-1": "👎", point_right: "👉", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌",
  warning: "⚠️", exclamation: "❗", question: "❓", information_source: "ℹ️", bulb: "💡",
  bell: "🔔", calendar: "📆", date: "📅", clock: "🕐", hourglass: "⌛", memo: "📝",
  pushpin: "📌", paperclip: "📎", link: "🔗", lock: "🔒", key: "🔑", moneybag: "💰",
  bar_chart: "📊", house: "🏠", office: "🏢", phone: "☎️", email: "✉️", robot_face: "🤖",
  red_circle: "🔴", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵",
};

export function emoji(name) {
  return SIGNS[name] ?? null;
}

/** Put signs in the place of `:names:` that are known. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (all, name) => emoji(name) ?? all);
}

/** The sign that code points such as `1f600-fe0f` mean, or null. */
export function fromCodePoints(written) {
  const points = (written ?? "").split("-").map((part) => Number.parseInt(part, 16));
  return points.length && points.every((p) => p > 0 && p <= 0x10ffff) ? String.fromCodePoint(...points) : null;
}
