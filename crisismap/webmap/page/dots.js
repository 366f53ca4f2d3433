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

function picture(r, names, ...shapes) {
  const size = 2 * Math.ceil(r + 2);
  return svg("svg", {
    width: size, height: size, viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, "aria-hidden": "true", class: names,
  }, ...shapes);
}

/** The picture of a point mark: an svg element, also used by the list and the legend. */
export function dot(total, literal, unsure, r) {
  const inner = r * Math.sqrt(literal / total);
  return picture(r, `dot${unsure ? " is-unsure" : ""}${literal ? "" : " in-name"}`,
    svg("circle", { class: "dot-halo", r: r + 1.2 }),
    svg("circle", { class: "dot-rim", r }),
    svg("circle", { class: "dot-core", r: unsure ? Math.max(0, inner - 2.5) : inner }),
  );
}

/** How wide the circle of a group of places is, by its mentions. */
export function groupRadius(total) {
  return Math.min(20, 10 + 1.3 * Math.log2(total));
}

/** The picture of several places: a number in a ring, of which the share that means the places themselves is dark. */
export function ring(total, literal, r, number) {
  const around = 2 * Math.PI * r;
  const label = svg("text", { class: "group-count", y: 0.36 * 12, "text-anchor": "middle" });
  label.textContent = number;
  return picture(r, "group",
    svg("circle", { class: "group-face", r }),
    svg("circle", { class: "group-rest", r: r - 1.5 }),
    svg("circle", {
      class: "group-share", r: r - 1.5, transform: "rotate(-90)", "stroke-dasharray": `${(around * literal) / total} ${around}`,
    }),
    label);
}
