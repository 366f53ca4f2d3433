// Rings and lines on the map, projected once: a new zoom level costs a multiplication a point, a move of the view only what
// its edge runs through.  Leaflet's own polygons project every point again, which with hundreds of countries is slow.

import { unitX, unitY } from "./mercator.js";

const MARGIN = 20; // pixels beyond the painted part, wider than any stroke
const NEAR = 2; // square pixels: a point nearer than that to the last one is left out
const LEAST = 0.5; // pixels across, below which nothing would be seen
const NOTHING = "M0 0";

/** A list of [lon, lat] as numbers x, y, x, y in units of the world, with their box. */
function unitsOf(points) {
  const xy = new Float64Array(2 * points.length);
  const ring = { xy, l: Infinity, t: Infinity, r: -Infinity, b: -Infinity };
  points.forEach(([lon, lat], index) => {
    const x = (xy[2 * index] = unitX(lon));
    const y = (xy[2 * index + 1] = unitY(lat));
    if (x < ring.l) ring.l = x;
    if (x > ring.r) ring.r = x;
    if (y < ring.t) ring.t = y;
    if (y > ring.b) ring.b = y;
  });
  return ring;
}

/** The pixels x, y, x, y of a ring or line, without those that could not be told from the one before. */
function pixelsOf({ xy }, scale, origin) {
  const found = [];
  let lastX = Infinity;
  let lastY = Infinity;
  const end = xy.length - 2;
  for (let i = 0; i <= end; i += 2) {
    const x = Math.round(xy[i] * scale - origin.x);
    const y = Math.round(xy[i + 1] * scale - origin.y);
    if (i < end && (x - lastX) ** 2 + (y - lastY) ** 2 < NEAR) continue;
    found.push(x, y);
    lastX = x;
    lastY = y;
  }
  return found;
}

function pointsOf(pixels) {
  const points = [];
  for (let i = 0; i < pixels.length; i += 2) points.push(L.point(pixels[i], pixels[i + 1]));
  return points;
}

/** The stretches of a line inside bounds. */
function clippedLine(points, bounds) {
  const parts = [];
  for (let i = 1; i < points.length; i++) {
    const segment = L.LineUtil.clipSegment(points[i - 1], points[i], bounds, i > 1, true);
    if (!segment) continue;
    const last = parts[parts.length - 1];
    if (last && last[last.length - 1].equals(segment[0])) last.push(segment[1]);
    else parts.push(segment);
  }
  return parts;
}

/** What of a ring or line is inside bounds, as lists of pixels x, y, x, y. */
function clipped(pixels, bounds, closed) {
  const points = pointsOf(pixels);
  const parts = closed ? [L.PolyUtil.clipPolygon(points, bounds, true)] : clippedLine(points, bounds);
  return parts.filter((part) => part.length).map((part) => part.flatMap(({ x, y }) => [x, y]));
}

/** A layer of `lists` of [lon, lat], closed to rings or not, with the options of Leaflet's paths. */
export function outline(lists, closed, options) {
  const rings = lists.map(unitsOf);

  /** The path in a view, and whether it is cut off by the view's edge. */
  function pathIn(bounds, scale, origin) {
    const { min, max } = bounds;
    let path = "";
    let whole = true;
    for (const ring of rings) {
      const [l, r] = [ring.l * scale - origin.x, ring.r * scale - origin.x];
      const [t, b] = [ring.t * scale - origin.y, ring.b * scale - origin.y];
      const inside = l >= min.x && r <= max.x && t >= min.y && b <= max.y;
      whole &&= inside;
      if (l > max.x || r < min.x || t > max.y || b < min.y || Math.max(r - l, b - t) < LEAST) continue;
      const pixels = pixelsOf(ring, scale, origin);
      for (const part of inside ? [pixels] : clipped(pixels, bounds, closed)) path += `M${part.join(" ")}${closed ? "z" : ""}`;
    }
    return { path: path || NOTHING, whole };
  }

  let drawn = null; // { path, whole, origin, bounds }
  const Outline = L.Path.extend({
    options: { ...options, fill: closed },
    onAdd(map) {
      drawn = null;
      L.Path.prototype.onAdd.call(this, map);
    },
    _project() {}, // done
    _update() {
      if (!this._map) return;
      const origin = this._map.getPixelOrigin();
      const { min, max } = this._renderer._bounds;
      const bounds = L.bounds(min.subtract([MARGIN, MARGIN]), max.add([MARGIN, MARGIN]));
      if (drawn && drawn.origin === origin && (drawn.whole || bounds.equals(drawn.bounds))) return;
      const before = drawn && drawn.path;
      drawn = { ...pathIn(bounds, 256 * 2 ** this._map.getZoom(), origin), origin, bounds };
      if (drawn.path !== before) this.getElement().setAttribute("d", drawn.path);
    },
  });
  return new Outline();
}
