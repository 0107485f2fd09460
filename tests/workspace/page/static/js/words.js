/** The page's own words, in the language chosen; what the bot says is the bot's. */

import { ENGLISH } from "./words_en.js";
import { SWEDISH } from "./words_sv.js";

const CATALOGUES = { sv: SWEDISH, en: ENGLISH };

export function words(language) {
  const catalogue = CATALOGUES[language] ?? SWEDISH;
  const say = (key, facts = {}) =>
    (catalogue[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => String(catalogue[`${name}.${facts[name]}`] ?? facts[name] ?? all));
  return Object.assign(say, { language, known: (key) => key in catalogue });
}
