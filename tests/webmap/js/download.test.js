import assert from "node:assert/strict";
import { test } from "node:test";

import { decode } from "../../../crisismap/webmap/page/data.js";
import { cell, fileName, toCSV, toGeoJSON } from "../../../crisismap/webmap/page/download.js";
import { EVERYTHING, apply } from "../../../crisismap/webmap/page/filters.js";
import { island } from "./scene.js";

const model = decode(island());
const shown = (patch, of = model) => apply(of, { ...EVERYTHING, ...patch }).on;
const lines = (csv) => csv.slice(1).split("\r\n");

test("a table has a line for each mention on the map, after its names and a mark of its encoding", () => {
  const csv = toCSV(model, shown({}));
  assert.equal(csv[0], "\ufeff");
  assert.equal(lines(csv).length, 1 + model.located + 1);
  assert.equal(lines(csv)[0].split(",").length, 25);
  assert.equal(
    lines(csv)[1],
    "a1,First,https://one.example/1,2022-02-04,one.example,0,🚩 Kyiv and Ukraine.,Kyiv,settlement,literal,,t:kyiv,Kyïv,UA,Kyiv City,P,PPLC,"
      + "50.4,30.5,1,15,0.97,https://one.example/1#:~:text=%F0%9F%9A%A9%20Kyiv%20and%20Ukraine.,international,",
  );
  assert.ok(!csv.includes(",Nowhere,"));
});

test("a filter is kept to", () => {
  assert.equal(lines(toCSV(model, shown({ countries: ["FR"] }))).length, 3);
  assert.equal(JSON.parse(toGeoJSON(model, shown({ countries: ["FR"] }))).features.length, 1);
  assert.equal(lines(toCSV(model, shown({ text: "no such words" }))).length, 2);
});

test("a text that would be computed becomes a text, a negative number stays a number", () => {
  const given = island();
  const formula = '=HYPERLINK("http://evil.example","x")';
  given.articles.title = [formula, "+1", "\t@SUM(A1)"];
  given.marks.lon[0] = -30.5;
  const csv = toCSV(decode(given), shown({}));
  assert.ok(csv.includes(`a1,"'=HYPERLINK(""http://evil.example"",""x"")",`));
  assert.ok(csv.includes(",'+1,"));
  assert.ok(csv.includes(",'\t@SUM(A1),"));
  assert.ok(csv.includes(",50.4,-30.5,"));
  assert.ok(!/(^|,)"?[=+@\t]/m.test(csv.slice(1)));
});

test("a cell", () => {
  assert.deepEqual([null, undefined, "", -1.5, "a,b", "-1", "'="].map(cell), ["", "", "", "-1.5", '"a,b"', "'-1", "'="]);
});

test("GeoJSON has points for places and the shape of what is described", () => {
  const { features, disclaimer, attribution, borders, generator } = JSON.parse(toGeoJSON(model, shown({})));
  assert.equal(features.length, model.located);
  assert.deepEqual(features[0].geometry, { type: "Point", coordinates: [30.5, 50.4] });
  assert.equal(features.find(({ properties }) => properties.relation === "border").geometry.type, "MultiLineString");
  assert.equal(features[features.length - 1].properties.article_date, null);
  assert.equal(borders, "international");
  assert.equal(generator, "crisismap 0");
  assert.match(disclaimer, /check the sentence/);
  assert.match(attribution, /GeoNames/);
});

test("a title becomes a file name of letters and digits", () => {
  assert.equal(fileName("Ukraine: what is said?", "csv"), "ukraine-what-is-said.csv");
  assert.equal(fileName("../../etc/passwd\0", "csv"), "etc-passwd.csv");
  assert.equal(fileName("Київ — 2022", "svg"), "київ-2022.svg");
  assert.equal(fileName("\u202e<>|", "geojson"), "map.geojson");
  assert.equal(fileName("a".repeat(200), "csv").length, 64);
});
