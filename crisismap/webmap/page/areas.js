// The layers of areas, lines and discs: Leaflet layers made from marks, not yet on the map.

import { markBounds, partsOf } from "./bounds.js";
import { outline } from "./outline.js";
import { sortOf } from "./symbols.js";

const WIDE = 45; // degrees across: continents and oceans, whose tint would cover all else

function isWide(model, mark) {
  if (mark.country) return false;
  const box = markBounds(model, mark);
  return box.isValid() && box.getEast() - box.getWest() > WIDE;
}

function areaLayer({ model, paints }, mark) {
  const className = `area ${sortOf(mark)}${isWide(model, mark) ? " is-wide" : ""}`;
  return outline(partsOf(model, mark).flat(), true, { pane: "areas", renderer: paints.areas, className });
}

/** A line with the band around it in which it is good. */
function lineLayer({ paints }, mark) {
  const { coordinates } = mark.shape;
  const options = { pane: "lines", renderer: paints.lines };
  return L.featureGroup([
    outline(coordinates, false, { ...options, className: `line-band ${sortOf(mark)}` }),
    outline(coordinates, false, { ...options, className: `line ${sortOf(mark)}`, interactive: false }),
  ]);
}

/** An area whose outline is unknown: the circle that surely holds it. */
function discLayer({ model, paints }, mark) {
  return L.circle([mark.lat, mark.lon], {
    pane: "areas", renderer: paints.areas, radius: 1000 * (mark.radius || 50), className: `area is-disc ${sortOf(mark)}${isWide(model, mark) ? " is-wide" : ""}`,
  });
}

const MAKERS = { area: areaLayer, line: lineLayer, disc: discLayer };

/** The layer of a mark that is no point. */
export function shapeLayer(app, mark) {
  return MAKERS[mark.form](app, mark);
}

/** How the layer looks: names of classes and whether they hold; `most` is the largest number of mentions of any mark. */
export function shapeNames(mark, { total, literal, unsure }, most) {
  const tint = literal ? Math.ceil((4 * Math.sqrt(total)) / Math.sqrt(most)) : 0;
  const tints = [1, 2, 3, 4].map((step) => [`tint-${step}`, step === tint]);
  return { ...Object.fromEntries(tints), "in-name": total > 0 && !literal, "is-unsure": unsure, "is-off": total === 0 };
}

/** Wide ones first: a country inside a continent stays on top and can be chosen. */
export function inDrawingOrder(model, marks) {
  const width = (mark) => {
    const box = markBounds(model, mark);
    return box.isValid() ? box.getEast() - box.getWest() : 0;
  };
  const order = ["area", "disc", "line"];
  return marks
    .map((mark) => ({ mark, rank: order.indexOf(mark.form), width: mark.form === "area" ? width(mark) : 0 }))
    .sort((a, b) => a.rank - b.rank || b.width - a.width || a.mark.index - b.mark.index)
    .map((item) => item.mark);
}
