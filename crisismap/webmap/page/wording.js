// How the parts of a filter are said.

import { NO_DAY, dayNumber } from "./bins.js";
import { countryName } from "./naming.js";

/** The name of a country that marks lie in, its code where the basemap has no name for it. */
export function countryLabel(app, code) {
  return countryName(app, code) || code;
}

/** A least confidence in words, with its number. */
export function levelWords({ words }, level) {
  const name = level >= 0.95 ? "certain" : level >= 0.85 ? "very-likely" : level >= 0.7 ? "likely" : "uncertain";
  return words.text("level.at-least", { words: words.text(`sureness.${name}`), percent: Math.round(100 * level) });
}

/** The days of a filter: "4 – 6 Feb 2022", "since 4 Feb 2022", "until 6 Feb 2022". */
export function dateRange({ words }, { since, until }) {
  if (!since || !until) return words.text(since ? "date.since" : "date.until", { date: words.date(since || until) });
  return words.dates(since, until);
}

/** The dates of the first and the last article that has one, "" where none has. */
export function daysOf(model) {
  const dates = model.articles.map((article) => article.date).filter((date) => dayNumber(date) !== NO_DAY).sort();
  return [dates[0] || "", dates[dates.length - 1] || ""];
}
