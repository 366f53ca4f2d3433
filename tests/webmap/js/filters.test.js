import assert from "node:assert/strict";
import { test } from "node:test";

import { decode } from "../../../crisismap/webmap/page/data.js";
import { EVERYTHING, LEVELS, PRECISIONS, apply, countriesOf, ranked, refilter, tally } from "../../../crisismap/webmap/page/filters.js";
import { createStore } from "../../../crisismap/webmap/page/state.js";
import { island } from "./scene.js";

const model = decode(island());
const shownBy = (patch) => apply(model, { ...EVERYTHING, ...patch });
const numbers = (patch) => [...shownBy(patch).on].flatMap((on, i) => (on ? [i] : []));

test("nothing is left out by the filter of everything", () => {
  const shown = shownBy({});
  assert.deepEqual([...shown.on], [1, 1, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual([shown.total, shown.unlocated], [7, 1]);
  assert.deepEqual(tally(shown, model.marks[0]), { total: 4, literal: 3, articles: 3, confidence: 0.97, unsure: false });
  assert.deepEqual(ranked(model, shown).map((mark) => mark.index), [0, 1, 2, 3]);
});

test("each field leaves out what it says", () => {
  assert.deepEqual(numbers({ since: "2022-02-05" }), [3, 4, 5]);
  assert.deepEqual(numbers({ until: "2022-02-04" }), [0, 1, 2]);
  assert.deepEqual(numbers({ since: "2022-02-04", until: "2022-02-06" }), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(numbers({ sources: ["two.example"] }), [6, 7]);
  assert.deepEqual(numbers({ sources: ["nobody"] }), []);
  assert.deepEqual(numbers({ kinds: ["country", "expression"] }), [1, 4]);
  assert.deepEqual(numbers({ roles: "literal" }), [0, 1, 3, 4, 5, 6, 7]);
  assert.deepEqual(numbers({ anchors: false }), [0, 1, 2, 3, 4, 6, 7]);
  assert.deepEqual(numbers({ minConfidence: 0.9 }), [0, 1, 2, 5, 7]);
  assert.deepEqual(numbers({ precisions: [3] }), [1, 4]);
  assert.deepEqual(numbers({ countries: ["FR"] }), [3]);
});

test("fields are taken together", () => {
  assert.deepEqual(numbers({ countries: ["UA"], roles: "literal", since: "2022-02-05" }), [5]);
});

test("words are looked for in places, sentences and titles, without case or accents", () => {
  assert.deepEqual(numbers({ text: " KYIV city" }), [0, 2, 5, 7]);
  assert.deepEqual(numbers({ text: "denied" }), [2]);
  assert.deepEqual(numbers({ text: "third" }), [6, 7]);
  assert.deepEqual(numbers({ text: "zzz" }), []);
});

test("the histogram does not follow the dates of the filter, but all else of it", () => {
  assert.deepEqual([...shownBy({}).histogram], [3, 0, 3]);
  assert.deepEqual([...shownBy({ since: "2022-02-05" }).histogram], [3, 0, 3]);
  assert.deepEqual([...shownBy({ roles: "literal" }).histogram], [2, 0, 3]);
});

test("a change of the filter changes what is shown, once", () => {
  const store = createStore({ filter: EVERYTHING, shown: shownBy({}) });
  const heard = [];
  store.subscribe((state) => heard.push(state.shown.total));
  refilter({ store, model }, { countries: ["FR"] });
  refilter({ store, model }, { minConfidence: 0.9 });
  assert.deepEqual(heard, [1, 0]);
  assert.deepEqual(store.get().filter.countries, ["FR"]);
});

test("each choice is counted as if nothing were chosen in its own respect", () => {
  const facets = (patch) => Object.fromEntries(Object.entries(shownBy(patch).facets).map(([name, counts]) => [name, [...counts]]));
  const all = facets({});
  assert.deepEqual(countriesOf(model).codes, ["UA", "FR"]);
  assert.deepEqual(all, { sources: [6, 1], kinds: [5, 1, 1], roles: [7, 6], levels: [0, 1, 1, 1, 4], precisions: [0, 5, 0, 2], countries: [5, 1] });
  assert.deepEqual([LEVELS.length, PRECISIONS.length], [5, 3]);
  const french = facets({ countries: ["FR"] });
  assert.deepEqual(french.countries, all.countries);
  assert.deepEqual(french.sources, [1, 0]);
  assert.deepEqual(french.kinds, [1, 0, 0]);
  const two = facets({ countries: ["FR"], kinds: ["country"] });
  assert.deepEqual([two.countries, two.kinds, two.sources], [[1, 0], [1, 0, 0], [0, 0]]);
});

test("articles are those that hold a mention that is shown", () => {
  assert.equal(shownBy({}).articles, 3);
  assert.equal(shownBy({ text: "denied" }).articles, 1);
  assert.equal(shownBy({ kinds: ["nothing"] }).articles, 0);
});

test("a change that changes nothing is not told", () => {
  const store = createStore({ filter: EVERYTHING, shown: shownBy({}) });
  let heard = 0;
  store.subscribe(() => { heard += 1; });
  refilter({ store, model }, { text: "", countries: [] });
  assert.equal(heard, 0);
});
