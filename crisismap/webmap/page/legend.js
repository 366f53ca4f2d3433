// What the signs on the map mean; only those that are there.

import { byId, el } from "./dom.js";
import { dot } from "./dots.js";
import { tally } from "./filters.js";

export function drawLegend({ model, store, words }) {
  const { shown } = store.get();
  const all = model.marks.map((mark) => ({ form: mark.form, ...tally(shown, mark) })).filter((mark) => mark.total);
  const row = (picture, key) =>
    el("li", {}, el("span", { class: "legend-key", "aria-hidden": "true" }, picture), words.text(`legend.${key}`));
  const swatch = (name) => el("span", { class: `swatch ${name}` });
  const rows = [];
  if (all.some((m) => m.form === "point")) {
    rows.push(
      row(dot(2, 2, false, 6), "literal"),
      row(dot(2, 0, false, 6), "associative"),
      row(el("span", { class: "sizes" }, dot(1, 0, false, 4), dot(1, 0, false, 8)), "sizes"),
    );
  }
  if (all.some((m) => m.form === "area" && m.literal)) rows.push(row(swatch("is-area"), "area"));
  if (all.some((m) => m.form === "area" && !m.literal)) rows.push(row(swatch("in-name"), "area-associative"));
  if (all.some((m) => m.form === "line")) rows.push(row(swatch("is-line"), "line"));
  if (all.some((m) => m.unsure)) rows.push(row(dot(2, 0, true, 6), "unsure"));
  byId("legend-fold").hidden = rows.length === 0;
  byId("legend").replaceChildren(el("ul", {}, ...rows));
}
