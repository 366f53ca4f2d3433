// Which mentions are shown: one filter, applied in one pass, drives marks, lists and counts alike.

import { NO_DAY, dayNumber } from "./bins.js";
import { search } from "./search.js";

/** The filter that lets everything through; a list that is empty lets everything through. */
export const EVERYTHING = Object.freeze({
  since: "", // ISO date, the first day shown; "" for no bound
  until: "", // ISO date, the last day shown
  sources: [], // outlets
  kinds: [], // kinds of mention: settlement, country ...
  roles: "all", // "all", or "literal" for mentions of the place itself alone
  anchors: true, // whether to show toponyms that only say where an expression lies
  minConfidence: 0, // 0 to 1
  precisions: [], // 1, 2, 3
  countries: [], // ISO codes
  text: "", // words of places, sentences or titles
});

/** The least confidences that a reader may ask for, and the words for them. */
export const LEVELS = Object.freeze([0, 0.5, 0.7, 0.85, 0.95]);

export const PRECISIONS = Object.freeze([1, 2, 3]);

const DATE = 1;
const SOURCE = 2;
const KIND = 4;
const ROLE = 8;
const ANCHOR = 16;
const CONFIDENCE = 32;
const PRECISION = 64;
const COUNTRY = 128;
const TEXT = 256;

const countries = new WeakMap(); // by model

/** The countries of the marks: { codes, ofMark }, the number of each mark's country in codes, -1 for none. */
export function countriesOf(model) {
  if (!countries.has(model)) {
    const numbers = new Map();
    const ofMark = Int32Array.from(model.marks, ({ place }) => {
      if (!place || !place.country) return -1;
      if (!numbers.has(place.country)) numbers.set(place.country, numbers.size);
      return numbers.get(place.country);
    });
    countries.set(model, { codes: [...numbers.keys()], ofMark });
  }
  return countries.get(model);
}

/** Whether each item of `all` is among `wanted`; null where nothing is wanted. */
function chosen(all, wanted) {
  if (!wanted.length) return null;
  const set = new Set(wanted);
  return Uint8Array.from(all, (item) => (set.has(item) ? 1 : 0));
}

/** A function that says, as bits, in which respects a mention, given by number, does not fit the filter. */
function compile(model, filter) {
  const { mark, sentence, literal, confidence, precision, kind, anchor, article, day } = model.mentions;
  const { codes, ofMark } = countriesOf(model);
  const sources = chosen(model.sources, filter.sources);
  const kinds = chosen(model.kinds, filter.kinds);
  const precisions = chosen([0, ...PRECISIONS], filter.precisions);
  const lands = chosen(codes, filter.countries);
  const words = search(model, filter.text);
  const least = Math.round(1000 * filter.minConfidence);
  const since = filter.since ? dayNumber(filter.since) : NO_DAY;
  const until = filter.until ? dayNumber(filter.until) : Infinity;
  const dated = Boolean(filter.since || filter.until);
  const literalOnly = filter.roles === "literal";
  return (i) => {
    const where = mark[i];
    let bits = 0;
    if (dated && (day[i] === NO_DAY || day[i] < since || day[i] > until)) bits |= DATE;
    if (sources && !sources[model.articles[article[i]].sourceNumber]) bits |= SOURCE;
    if (kinds && !kinds[kind[i]]) bits |= KIND;
    if (literalOnly && !literal[i]) bits |= ROLE;
    if (!filter.anchors && anchor[i]) bits |= ANCHOR;
    // What is nowhere on the map is in no country, of no precision, and not sure.
    if (confidence[i] < least) bits |= CONFIDENCE;
    if (precisions && !precisions[precision[i]]) bits |= PRECISION;
    if (lands && (where < 0 || ofMark[where] < 0 || !lands[ofMark[where]])) bits |= COUNTRY;
    if (words && !words.sentences[sentence[i]]) {
      const place = where < 0 ? null : model.marks[where].place;
      if (!place || !words.places[place.index]) bits |= TEXT;
    }
    return bits;
  };
}

/** The number of the highest level that a confidence (per mille) reaches. */
function levelOf(confidence) {
  let level = LEVELS.length - 1;
  while (level > 0 && confidence < 1000 * LEVELS[level]) level -= 1;
  return level;
}

/**
 * What the filter shows: `on`, 1 or 0 for each mention; `total` mentions on the map, in `articles` articles, and
 * `unlocated` ones off it; `perMark`, columns by mark: total, literal, articles, confidence (the best, per mille).
 * `histogram` and `facets` count mentions on the map by model.bins, source, kind, role (all, literal), level,
 * precision and country: for each respect as if the filter said nothing of that respect itself.
 */
export function apply(model, filter) {
  const { size, mark, literal, confidence, precision, kind, article, bin } = model.mentions;
  const { codes, ofMark } = countriesOf(model);
  const misfits = compile(model, filter);
  const on = new Uint8Array(size);
  const marks = model.marks.length;
  const perMark = {
    total: new Int32Array(marks), literal: new Int32Array(marks),
    articles: new Int32Array(marks), confidence: new Uint16Array(marks),
  };
  const facets = {
    sources: new Int32Array(model.sources.length), kinds: new Int32Array(model.kinds.length),
    roles: new Int32Array(2), levels: new Int32Array(LEVELS.length),
    precisions: new Int32Array(PRECISIONS.length + 1), countries: new Int32Array(codes.length),
  };
  const lastArticle = new Int32Array(marks).fill(-1); // mentions come article by article
  const histogram = new Int32Array(model.bins.starts.length);
  let total = 0;
  let articles = 0;
  let latest = -1;
  let unlocated = 0;
  for (let i = 0; i < size; i++) {
    const bits = misfits(i);
    if (bits & (bits - 1)) continue; // amiss in two respects: no count is for it
    const where = mark[i];
    if (where < 0) {
      on[i] = bits ? 0 : 1;
      unlocated += on[i];
      continue;
    }
    if (!(bits & ~DATE) && bin[i] >= 0) histogram[bin[i]] += 1;
    if (!(bits & ~SOURCE)) facets.sources[model.articles[article[i]].sourceNumber] += 1;
    if (!(bits & ~KIND)) facets.kinds[kind[i]] += 1;
    if (!(bits & ~ROLE)) {
      facets.roles[0] += 1;
      facets.roles[1] += literal[i];
    }
    if (!(bits & ~CONFIDENCE)) facets.levels[levelOf(confidence[i])] += 1;
    if (!(bits & ~PRECISION)) facets.precisions[precision[i]] += 1;
    if (!(bits & ~COUNTRY) && ofMark[where] >= 0) facets.countries[ofMark[where]] += 1;
    if (bits) continue;
    on[i] = 1;
    total += 1;
    if (latest !== article[i]) articles += 1;
    latest = article[i];
    perMark.total[where] += 1;
    perMark.literal[where] += literal[i];
    if (confidence[i] > perMark.confidence[where]) perMark.confidence[where] = confidence[i];
    if (lastArticle[where] !== article[i]) perMark.articles[where] += 1;
    lastArticle[where] = article[i];
  }
  return Object.freeze({ on, total, articles, unlocated, perMark, histogram, facets });
}

/** What is shown of one mark: counts, the best confidence (0 to 1), and whether that is low. */
export function tally(shown, mark) {
  const { total, literal, articles, confidence } = shown.perMark;
  const best = confidence[mark.index] / 1000;
  return {
    total: total[mark.index], literal: literal[mark.index], articles: articles[mark.index], confidence: best, unsure: best < 0.7,
  };
}

/** The marks that are shown, those with most mentions first. */
export function ranked(model, shown) {
  const { total } = shown.perMark;
  return model.marks.filter((mark) => total[mark.index]).sort((a, b) => total[b.index] - total[a.index] || a.index - b.index);
}

/** Whether two filters say the same. */
function sameFilter(a, b) {
  return JSON.stringify({ ...EVERYTHING, ...a }) === JSON.stringify({ ...EVERYTHING, ...b });
}

/** Change some of the filter; everything that shows mentions hears of it through `shown`. */
export function refilter(app, patch) {
  const before = app.store.get().filter;
  const filter = Object.freeze({ ...before, ...patch });
  if (!sameFilter(filter, before)) app.store.set({ filter, shown: apply(app.model, filter) });
}
