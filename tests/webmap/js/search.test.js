import assert from "node:assert/strict";
import { test } from "node:test";

import { decode } from "../../../crisismap/webmap/page/data.js";
import { fold, matches, search, warmSearch } from "../../../crisismap/webmap/page/search.js";
import { island } from "./scene.js";

const model = decode({ ...island(), others: { 0: "kiev kief kijow" } });
const found = (text) => {
  const { places, sentences } = search(model, text);
  return [places, sentences].map((flags) => [...flags].flatMap((on, i) => (on ? [i] : [])));
};

test("case, accents and apostrophes do not matter", () => {
  assert.equal(fold("Târgu-Mureș"), "targu-mures");
  assert.equal(fold("ŁÓDŹ"), "lodz");
  assert.equal(fold("Donets’k, Sana'a, Ра́да"), "donetsk, sanaa, рада");
  assert.equal(fold("İstanbul"), "istanbul");
  assert.equal(fold("Straße Tromsø"), "strasse tromso");
});

test("every word has to be there", () => {
  assert.equal(matches("kyiv kyiv city", "city kyi"), true);
  assert.equal(matches("kyiv kyiv city", "kyiv lviv"), false);
});

test("of other names only the beginning of a word counts", () => {
  assert.equal(matches("kyiv", "kiev", " kiev kief"), true);
  assert.equal(matches("kyiv", "ief", " kiev kief"), false);
  assert.equal(matches("kyiv kyiv city", "kiev city", " kiev"), true);
});

test("a place is found by its other names, and by those of other languages", () => {
  assert.deepEqual(found("Kiev")[0], [0]);
  assert.deepEqual(found("київ")[0], [0]);
  assert.deepEqual(found("kyiv city"), [[0], []]);
});

test("sentences are found by their own words and by those of their title", () => {
  assert.deepEqual(found("denied")[1], [1]);
  assert.deepEqual(found("third")[1], [3]);
});

test("nothing is looked for where there are no words", () => {
  warmSearch(model);
  assert.equal(search(model, " \n"), null);
});
