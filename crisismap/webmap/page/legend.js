// What the signs on the map mean; only those that are there.

import { byId, el } from "./dom.js";
import { dot, ring } from "./dots.js";
import { tally } from "./filters.js";
import { swatch } from "./symbols.js";

const RELATIONS = ["part", "border", "offset", "proximity", "between", "water"];

function rowsOf({ model, words, marks }, shown) {
  const all = model.marks.map((mark) => ({ mark, form: mark.form, ...tally(shown, mark) })).filter((item) => item.total);
  const named = all.filter(({ mark, form }) => mark.place && form !== "point");
  const sea = named.filter(({ mark }) => mark.place.featureClass === "H");
  const land = named.filter(({ mark, form }) => mark.place.featureClass !== "H" && form !== "disc");
  const points = all.some((item) => item.form === "point");
  const row = (picture, key) =>
    el("li", {}, el("span", { class: "legend-key", "aria-hidden": "true" }, picture), el("span", {}, words.text(`legend.${key}`)));
  const rows = [];
  const add = (condition, key, picture) => {
    if (condition) rows.push(row(picture(), key));
  };
  add(points, "literal", () => dot(2, 2, false, 6));
  add(points, "associative", () => dot(2, 0, false, 6));
  add(points, "sizes", () => el("span", { class: "sizes" }, dot(1, 0, false, 4), dot(1, 0, false, 8)));
  add(marks.groups().some(({ others }) => others.length), "group", () => ring(4, 3, 11, words.number(12)));
  add(land.some((item) => item.literal), "area", () => swatch("is-area", "is-named"));
  add(land.some((item) => !item.literal), "area-associative", () => swatch("is-area", "is-named", "in-name"));
  add(sea.length, "sea", () => swatch("is-area", "is-sea"));
  add(named.some((item) => item.form === "disc"), "disc", () => swatch("is-disc"));
  for (const relation of RELATIONS) {
    const form = relation === "border" ? "is-line" : "is-area";
    add(all.some(({ mark }) => !mark.place && mark.relation === relation), relation, () => swatch(form, "is-described", `is-${relation}`));
  }
  add(all.some((item) => item.unsure), "unsure", () => dot(2, 0, true, 6));
  return rows;
}

export function drawLegend(app) {
  const { store } = app;
  function draw() {
    const rows = rowsOf(app, store.get().shown);
    byId("legend-fold").hidden = rows.length === 0;
    byId("legend").replaceChildren(el("ul", {}, ...rows));
  }
  draw();
  store.subscribe((state, before) => {
    if (state.shown !== before.shown) draw();
  });
}
