// Small pictures of the signs on the map, for the lists and the legend.

import { el } from "./dom.js";
import { dot } from "./dots.js";

/** A swatch of the sign that has these classes (symbols.css). */
export function swatch(...names) {
  return el("span", { class: ["swatch", ...names].filter(Boolean).join(" "), "aria-hidden": "true" });
}

/** What stands for a mark on the map: a water, a place, or what a sentence describes. */
export function sortOf(mark) {
  if (!mark.place) return `is-described is-${mark.relation}`;
  return mark.place.featureClass === "H" ? "is-named is-sea" : "is-named";
}

/** The sign of a mark. */
export function symbolOf(mark, { total, literal, unsure }) {
  if (mark.form === "point") return dot(2, literal ? (literal === total ? 2 : 1) : 0, unsure, 6);
  return swatch(`is-${mark.form}`, ...sortOf(mark).split(" "), !literal && "in-name", unsure && "is-unsure");
}
