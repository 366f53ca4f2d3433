// Which mentions are shown: one filter, applied in one pass, drives marks, lists and counts alike.

import { NO_DAY, dayNumber } from "./bins.js";
import { fold, matches } from "./search.js";

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

/** Whether each item of `all` is among `wanted`; everything is where nothing is wanted. */
function chosen(all, wanted) {
  if (!wanted.length) return null;
  const set = new Set(wanted);
  return Uint8Array.from(all, (item) => (set.has(item) ? 1 : 0));
}

const foldedTexts = new WeakMap(); // by model, made when the first search needs them

function foldedOf(model) {
  if (!foldedTexts.has(model)) {
    foldedTexts.set(model, {
      places: model.places.map((place) => fold(`${place.name} ${place.admin1}`)),
      sentences: model.sentences.map((sentence) => fold(`${sentence.text} ${sentence.article.title}`)),
    });
  }
  return foldedTexts.get(model);
}

/** Which places and which sentences hold the words; null where no words are given. */
function search(model, text) {
  const wanted = fold(text.trim());
  if (!wanted) return null;
  const folded = foldedOf(model);
  const found = (texts) => Uint8Array.from(texts, (item) => (matches(item, wanted) ? 1 : 0));
  return { places: found(folded.places), sentences: found(folded.sentences) };
}

/** A test of one mention, by number, for everything but its date. */
function compile(model, filter) {
  const { mark, sentence, literal, confidence, precision, kind, anchor, article } = model.mentions;
  const sources = chosen(model.sources, filter.sources);
  const kinds = chosen(model.kinds, filter.kinds);
  const precisions = chosen([0, 1, 2, 3], filter.precisions);
  const countries = chosen(model.marks.map((item) => (item.place ? item.place.country : "")), filter.countries);
  const least = Math.round(1000 * filter.minConfidence);
  const words = search(model, filter.text);
  return (i) => {
    if (filter.roles === "literal" && !literal[i]) return false;
    if (!filter.anchors && anchor[i]) return false;
    if (kinds && !kinds[kind[i]]) return false;
    if (sources && !sources[model.articles[article[i]].sourceNumber]) return false;
    const where = mark[i];
    // What is nowhere on the map is in no country, of no precision, and not sure.
    if (confidence[i] < least) return false;
    if (precisions && !precisions[precision[i]]) return false;
    if (countries && (where < 0 || !countries[where])) return false;
    if (!words || words.sentences[sentence[i]]) return true;
    const place = where < 0 ? null : model.marks[where].place;
    return place !== null && words.places[place.index] === 1;
  };
}

/**
 * What the filter shows: `on`, 1 or 0 for each mention; `total` mentions on the map and `unlocated` ones off it;
 * `perMark`, columns by mark: total, literal, articles, confidence (the best, per mille); `histogram`, mentions
 * on the map for each of model.bins, whatever the filter says of dates.
 */
export function apply(model, filter) {
  const { size, mark, literal, confidence, article, day, bin } = model.mentions;
  const fits = compile(model, filter);
  const since = filter.since ? dayNumber(filter.since) : NO_DAY;
  const until = filter.until ? dayNumber(filter.until) : Infinity;
  const dated = Boolean(filter.since || filter.until);
  const on = new Uint8Array(size);
  const marks = model.marks.length;
  const perMark = {
    total: new Int32Array(marks), literal: new Int32Array(marks),
    articles: new Int32Array(marks), confidence: new Uint16Array(marks),
  };
  const lastArticle = new Int32Array(marks).fill(-1); // mentions come article by article
  const histogram = new Int32Array(model.bins.starts.length);
  let total = 0;
  let unlocated = 0;
  for (let i = 0; i < size; i++) {
    if (!fits(i)) continue;
    const where = mark[i];
    if (where >= 0 && bin[i] >= 0) histogram[bin[i]] += 1;
    if (dated && (day[i] === NO_DAY || day[i] < since || day[i] > until)) continue;
    on[i] = 1;
    if (where < 0) {
      unlocated += 1;
      continue;
    }
    total += 1;
    perMark.total[where] += 1;
    perMark.literal[where] += literal[i];
    if (confidence[i] > perMark.confidence[where]) perMark.confidence[where] = confidence[i];
    if (lastArticle[where] !== article[i]) perMark.articles[where] += 1;
    lastArticle[where] = article[i];
  }
  return Object.freeze({ on, total, unlocated, perMark, histogram });
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

/** Change some of the filter; everything that shows mentions hears of it through `shown`. */
export function refilter(app, patch) {
  const filter = Object.freeze({ ...app.store.get().filter, ...patch });
  app.store.set({ filter, shown: apply(app.model, filter) });
}
