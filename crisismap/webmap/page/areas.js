// The layers of areas, lines and discs: Leaflet layers made from marks, not yet on the map.

import { geojson } from "./basemap.js";
import { markBounds, partsOf } from "./bounds.js";

function areaLayer({ model, paints }, mark, { total, literal, unsure }, most) {
  const tint = Math.ceil((4 * total) / most);
  const names = ["area", literal ? `tint-${tint}` : "in-name"];
  if (!mark.country) names.push("is-region");
  if (unsure) names.push("is-unsure");
  const style = { renderer: paints.areas, className: names.join(" "), smoothFactor: 0.8 };
  return L.geoJSON(geojson(partsOf(model, mark)), { pane: "areas", style });
}

function lineLayer({ paints }, mark, { unsure }) {
  const path = mark.shape.coordinates.map((part) => part.map(([lon, lat]) => [lat, lon]));
  return L.featureGroup([
    L.polyline(path, { pane: "lines", renderer: paints.lines, className: "line-band" }),
    L.polyline(path, { pane: "lines", renderer: paints.lines, className: `line${unsure ? " is-unsure" : ""}`, interactive: false }),
  ]);
}

/** An area whose outline is unknown: the circle that surely holds it. */
function discLayer({ paints }, mark) {
  return L.circle([mark.lat, mark.lon], {
    pane: "areas", renderer: paints.areas, radius: 1000 * (mark.radius || 50), className: "area is-disc",
  });
}

const MAKERS = { area: areaLayer, line: lineLayer, disc: discLayer };

/** The layer of a mark that is no point; `most` is the largest number of mentions of any mark. */
export function shapeLayer(app, mark, counts, most) {
  return MAKERS[mark.form](app, mark, counts, most);
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
