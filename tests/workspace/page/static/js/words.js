/** The page's own words, in the language chosen; what the bot says is the bot's. */

import { ENGLISH } from "./words_en.js";
import { SWEDISH } from "./words_sv.js";

const CATALOGUES = { sv: SWEDISH, en: ENGLISH };

/** @typedef {((key: string, facts?: Record<string, unknown>) => string) & {language: "sv"|"en", known: (key: string) => boolean}} Words */

/** @returns {Words} */
export function words(language) {
  const catalogue = CATALOGUES[language] ?? SWEDISH;
  const say = (key, facts = {}) =>
    (catalogue[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => String(facts[name] ?? all));
  return Object.assign(say, { language, known: (key) => key in catalogue });
}
