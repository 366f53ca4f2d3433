// What the reader chose, as the part of the address after "#", and back.  Whatever the address says is
// checked against the model; what does not fit is left out, and nothing here throws.

import { dayNumber, isoDay, NO_DAY } from "./bins.js";
import { EVERYTHING, PRECISIONS, countriesOf } from "./filters.js";

const LONGEST = 20_000; // characters of an address that are looked at
const LONGEST_TEXT = 200;

/** The lists of the panel; the first is the one that is open at first. */
export const TABS = Object.freeze(["places", "articles", "unlocated"]);

function readDay(text) {
  const day = dayNumber(text || "");
  return day !== NO_DAY && isoDay(day) === text ? text : "";
}

function readNumber(text, least, most) {
  const number = /^-?\d{1,4}(\.\d{1,6})?$/.test(text || "") ? Number(text) : NaN;
  return number >= least && number <= most ? number : null;
}

/** Those of `given` that are among `known`, each once. */
function readList(given, known) {
  const set = new Set(known);
  return [...new Set(given)].filter((item) => set.has(item));
}

function readView(text) {
  const [lat, lon, zoom, ...rest] = (text || "").split(",");
  const view = { lat: readNumber(lat, -90, 90), lon: readNumber(lon, -540, 540), zoom: readNumber(zoom, 0, 19) };
  return rest.length || Object.values(view).includes(null) ? null : view;
}

/**
 * { filter, mark, view, language, tab } of an address's hash; `mark` is the number of the chosen mark or -1, `view`
 * { lat, lon, zoom } in degrees or null, `language` "" where none of `languages` is named.
 */
export function decodeState(hash, model, languages) {
  const given = new URLSearchParams(String(hash).slice(0, LONGEST).replace(/^#/, ""));
  const value = (key) => given.get(key) || "";
  const split = (key) => value(key).split(",");
  const mark = model.markById.get(value("p"));
  const filter = {
    ...EVERYTHING,
    since: readDay(value("since")),
    until: readDay(value("until")),
    sources: readList(given.getAll("src"), model.sources),
    kinds: readList(split("kind"), model.kinds),
    roles: value("role") === "literal" ? "literal" : "all",
    anchors: value("anchors") !== "0",
    minConfidence: readNumber(value("sure"), 0, 1) ?? 0,
    precisions: readList(split("prec").map(Number), PRECISIONS),
    countries: readList(split("country"), countriesOf(model).codes),
    text: value("q").slice(0, LONGEST_TEXT),
  };
  return {
    filter,
    mark: mark ? mark.index : -1,
    view: readView(value("v")),
    language: readList([value("lg")], languages)[0] || "",
    tab: readList([value("t")], TABS)[0] || TABS[0],
  };
}

/** The hash, without "#", that decodeState reads as the same state; what is as at first is left out. */
export function encodeState({ filter, mark, view, language, tab }, model) {
  const hash = new URLSearchParams();
  const add = (key, value) => {
    if (value) hash.append(key, value);
  };
  add("p", mark >= 0 ? model.marks[mark].id : "");
  add("q", filter.text.trim());
  add("since", filter.since);
  add("until", filter.until);
  for (const source of filter.sources) add("src", source);
  add("kind", filter.kinds.join(","));
  add("role", filter.roles === "all" ? "" : filter.roles);
  add("anchors", filter.anchors ? "" : "0");
  add("sure", filter.minConfidence ? String(filter.minConfidence) : "");
  add("prec", filter.precisions.join(","));
  add("country", filter.countries.join(","));
  add("t", tab === TABS[0] ? "" : tab);
  add("lg", language === model.language ? "" : language);
  if (view) add("v", [view.lat.toFixed(3), view.lon.toFixed(3), String(Number(view.zoom.toFixed(2)))].join(","));
  return hash.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}
