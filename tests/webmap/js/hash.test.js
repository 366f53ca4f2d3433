import assert from "node:assert/strict";
import { test } from "node:test";

import { decode } from "../../../crisismap/webmap/page/data.js";
import { EVERYTHING } from "../../../crisismap/webmap/page/filters.js";
import { TABS, decodeState, encodeState } from "../../../crisismap/webmap/page/hash.js";
import { island } from "./scene.js";

const model = decode(island());
const LANGUAGES = ["en", "uk", "fr", "ar"];
const NOTHING = { filter: { ...EVERYTHING }, mark: -1, view: null, language: "", tab: "places" };
const read = (hash) => decodeState(hash, model, LANGUAGES);

test("a state comes back as it was", () => {
  const state = {
    filter: {
      since: "2022-02-04", until: "2022-02-06", sources: ["two.example", "one.example"], kinds: ["settlement", "country"],
      roles: "literal", anchors: false, minConfidence: 0.85, precisions: [1, 3], countries: ["FR"], text: "“kiev” & 100% #1 є,+",
    },
    mark: 2, view: { lat: 50.45, lon: -30.524, zoom: 5.25 }, language: "uk", tab: TABS[1],
  };
  const hash = encodeState(state, model);
  assert.deepEqual(read(`#${hash}`), state);
  assert.deepEqual(read(hash), state);
});

test("an address is short and can be read", () => {
  const filter = { ...EVERYTHING, text: "kiev", kinds: ["settlement", "country"], since: "2022-02-04" };
  const hash = encodeState({ filter, mark: 0, view: { lat: 50.4501, lon: 30, zoom: 5 }, language: "en", tab: "places" }, model);
  assert.equal(hash, "p=t:kyiv&q=kiev&since=2022-02-04&kind=settlement,country&v=50.450,30.000,5");
  assert.equal(encodeState({ ...NOTHING, language: "en" }, model), "");
});

test("an address that says nothing, or nothing that is known, is the state at first", () => {
  const hashes = [
    "", "#", "#&&&", "#=", "#%", "#p=%E0%A4%A", "#q=%00%ff%", "#p=__proto__", "#p=constructor&t=toString", "#__proto__=1&constructor=2",
    "#p=<script>alert(1)</script>", "#src=javascript:alert(1)&kind=__proto__&country=constructor", "#lg=xx&t=hasOwnProperty",
    "#v=1", "#v=a,b,c", "#v=1,2,3,4", "#v=91,0,3", "#v=0,0,99", "#v=NaN,Infinity,1e9", "#v=,,", "#v=0x10,1,1",
    "#since=2022-02-30", "#since=tomorrow&until=-1", "#sure=2", "#sure=-1", "#sure=abc", "#prec=0,7,1.5,x", "#role=all&anchors=1",
    `#${"p=a&".repeat(100_000)}`, "#💥=💥&p=\ud800",
  ];
  for (const hash of hashes) {
    const { text, ...filter } = read(hash).filter;
    assert.deepEqual({ ...read(hash), filter: { ...filter, text: "" } }, NOTHING, hash.slice(0, 60));
    assert.ok(text.length <= 200);
  }
  for (const odd of [null, undefined, 7, {}]) assert.deepEqual(read(odd).mark, -1);
});

test("a text that is too long is cut, a list holds each item once", () => {
  assert.equal(read(`#q=${"a".repeat(5000)}`).filter.text.length, 200);
  assert.deepEqual(read(`#kind=${"settlement,".repeat(50)}country`).filter.kinds, ["settlement", "country"]);
});

test("a lone surrogate in a search does not stop the address from being written", () => {
  const hash = encodeState({ ...NOTHING, language: "en", filter: { ...EVERYTHING, text: "a\ud800" } }, model);
  assert.equal(read(hash).filter.text, "a\ufffd");
});
