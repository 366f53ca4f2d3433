// Where marks lie, in Leaflet's terms.

import { ringArea } from "./topology.js";

function boundsOf(points) {
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon, lat] of points) {
    if (lon < w) w = lon;
    if (lon > e) e = lon;
    if (lat < s) s = lat;
    if (lat > n) n = lat;
  }
  return w <= e ? L.latLngBounds([s, w], [n, e]) : L.latLngBounds([]);
}

/** The box of the largest part, so that far islands do not make a country as wide as the world. */
export function coreBounds(parts) {
  let best = null;
  let size = -1;
  for (const [outer] of parts) {
    const area = Math.abs(ringArea(outer));
    if (area > size) [best, size] = [outer, area];
  }
  return best ? boundsOf(best) : L.latLngBounds([]);
}

/** The polygons of an area mark, as GeoJSON coordinates. */
export function partsOf(model, mark) {
  if (mark.country) return model.lands.get(mark.country).polygons;
  return mark.form === "area" ? mark.shape.coordinates : [];
}

const boxes = new WeakMap(); // by mark

/** What a view must hold to show the mark; not to be changed. */
export function markBounds(model, mark) {
  if (!boxes.has(mark)) boxes.set(mark, boxOf(model, mark));
  return boxes.get(mark);
}

function boxOf(model, mark) {
  if (mark.form === "area") return coreBounds(partsOf(model, mark));
  if (mark.form === "line") return boundsOf(mark.shape.coordinates.flat());
  if (mark.form === "disc" && mark.radius) return L.latLng(mark.lat, mark.lon).toBounds(2000 * mark.radius);
  return L.latLngBounds([[mark.lat, mark.lon]]);
}

/** Where the mark's label sits: a point inside it. */
export function anchorOf(model, mark) {
  const label = mark.country && model.lands.get(mark.country).label;
  return label ? L.latLng(label[1], label[0]) : L.latLng(mark.lat, mark.lon);
}

/** Where the mark's popup points: inside it, or on the line. */
export function tipOf(model, mark) {
  const target = anchorOf(model, mark);
  if (mark.form !== "line") return target;
  const points = mark.shape.coordinates.flat().map(([lon, lat]) => L.latLng(lat, lon));
  return points.reduce((a, b) => (target.distanceTo(b) < target.distanceTo(a) ? b : a));
}

export function union(boxes) {
  return boxes.reduce((sum, box) => sum.extend(box), L.latLngBounds([]));
}
