import assert from "node:assert/strict";
import { test } from "node:test";

import { decode, linkOf, surface } from "../../../crisismap/webmap/page/data.js";
import { NO_DAY, dayNumber } from "../../../crisismap/webmap/page/bins.js";
import { island } from "./scene.js";

const model = decode(island());

test("records point to each other", () => {
  assert.equal(model.sentences[2].article.title, "Second");
  assert.equal(model.articles[2].source, "two.example");
  assert.equal(model.marks[0].place.name, "Kyïv");
  assert.equal(model.places[1].featureCode, "PCLI");
  assert.equal(model.marks[3].place, null);
  assert.equal(model.marks[3].relation, "border");
  assert.equal(model.marks[3].reason, "the northern part");
  assert.equal(model.markById.get("e0badcafe"), model.marks[3]);
  assert.deepEqual(model.rivals[0], [{ place: model.places[3], score: 0.25 }]);
});

test("a country's shape is the basemap's, others have their own", () => {
  assert.deepEqual([model.marks[1].country, model.marks[1].shape], ["UA", null]);
  assert.deepEqual([model.marks[3].country, model.marks[3].shape.type], ["", "MultiLineString"]);
  assert.equal(model.lands.get("UA").polygons[0][0].length, 5);
});

test("mentions of a mark are in reading order, and know their article and day", () => {
  assert.deepEqual([...model.marks[0].mentions], [0, 2, 5, 7]);
  assert.deepEqual([...model.mentions.article], [0, 0, 0, 1, 1, 1, 2, 2]);
  assert.equal(model.mentions.day[0], dayNumber("2022-02-04"));
  assert.equal(model.mentions.day[7], NO_DAY);
  assert.deepEqual([...model.mentions.bin], [0, 0, 0, 2, 2, 2, -1, -1]);
  assert.equal(model.located, 7);
});

test("offsets count code points", () => {
  assert.equal(surface(model, 0), "Kyiv");
  assert.equal(surface(model, 1), "Ukraine");
});

test("a cut sentence is linked by what is left of it", () => {
  assert.equal(linkOf(model.sentences[2]), "");
  const sentence = { ...model.sentences[2], article: model.articles[0] };
  assert.equal(linkOf(sentence), "https://one.example/1#:~:text=in%20Paris%20near%20the%20border%20of%20Kyiv");
  assert.equal(linkOf({ ...sentence, cut: false }), "https://one.example/1#:~:text=%E2%80%A6%20in%20Paris%20near%20the%20border%20of%20Kyiv%20%E2%80%A6");
});

test("an island without mentions", () => {
  const empty = island();
  for (const table of ["articles", "sentences", "places", "marks", "mentions"]) {
    for (const column of Object.keys(empty[table])) empty[table][column] = [];
  }
  const nothing = decode(empty);
  assert.equal(nothing.located, 0);
  assert.deepEqual(nothing.bins.starts, []);
});
