// A circle's area is proportional to the mentions; the filled core is the share that means the place
// itself, the open rim the share that means what the place stands for.

import { svg } from "./dom.js";

/** Pixels of radius by the root of a number of mentions, so that `most` mentions fit on the map. */
export function unitFor(most) {
  return Math.min(6, 26 / Math.sqrt(Math.max(most, 1)));
}

export function radiusOf(unit, total) {
  return Math.max(4, unit * Math.sqrt(total));
}

/** The picture of a point mark: an svg element, also used by the list and the legend. */
export function dot(total, literal, unsure, r) {
  const size = 2 * Math.ceil(r + 2);
  const inner = r * Math.sqrt(literal / total);
  return svg(
    "svg",
    { width: size, height: size, viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, "aria-hidden": "true",
      class: `dot${unsure ? " is-unsure" : ""}${literal ? "" : " in-name"}` },
    svg("circle", { class: "dot-halo", r: r + 1.2 }),
    svg("circle", { class: "dot-rim", r }),
    svg("circle", { class: "dot-core", r: unsure ? Math.max(0, inner - 2.5) : inner }),
  );
}
