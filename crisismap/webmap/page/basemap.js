// The world under the marks, painted on one canvas in the colors of ground.css.
//
// Everything is kept as paths in units of the whole world (Web Mercator, 0 to 1), so that a new view costs a
// new matrix and one painting of what is in sight, and no projecting.  Disputed stretches get gaps in the land's color, so
// that they are dashed whether or not the worldview draws a border there.

import { calm } from "./dom.js";
import { unitX, unitY } from "./mercator.js";

const PANES = [["ground", 200], ["areas", 300], ["lines", 350], ["names", 450], ["ring", 500]];
const PADDING = { areas: 0.4, lines: 0.4, ring: 0.4 };
const DEEPEST = 11; // enough to take the marks of one city apart
const DEEPEST_WITH_TILES = 17;

/** The panes of the map, and a renderer for each that holds shapes. */
export function createPaints(map) {
  for (const [name, z] of PANES) map.createPane(name).style.zIndex = z;
  return Object.fromEntries(Object.entries(PADDING).map(([pane, padding]) => [pane, L.svg({ pane, padding })]));
}

/** Rings or lines as one path with its box, in units of the world. */
function pathOf(lists, closed) {
  const path = new Path2D();
  const box = { l: 1, t: 1, r: 0, b: 0 };
  for (const points of lists) {
    points.forEach(([lon, lat], index) => {
      const x = unitX(lon);
      const y = unitY(lat);
      if (index) path.lineTo(x, y);
      else path.moveTo(x, y);
      box.l = Math.min(box.l, x);
      box.r = Math.max(box.r, x);
      box.t = Math.min(box.t, y);
      box.b = Math.max(box.b, y);
    });
    if (closed) path.closePath();
  }
  return { path, box };
}

/** A list of { path, box, zoom } that is made when it is first looked at. */
function lazily(make) {
  let made = null;
  return () => (made ??= make());
}

function layersOf(world) {
  const areas = (things) => things.flatMap(({ zoom, polygons }) => polygons.map((rings) => ({ zoom, ...pathOf(rings, true) })));
  const paths = (things) => things.flatMap(({ zoom, lines }) => lines.map((line) => ({ zoom, ...pathOf([line], false) })));
  const plain = (parts) => parts.map((line) => ({ zoom: 0, ...pathOf([line], false) }));
  return {
    lands: lazily(() => areas(world.lands)),
    lakes: lazily(() => areas(world.lakes)),
    rivers: lazily(() => paths(world.rivers)),
    divisions: lazily(() => paths(world.divisions)),
    borders: lazily(() => plain(world.borders)),
    disputed: lazily(() => plain(world.disputed)),
  };
}

/** The strokes and fills at a zoom level, lowest first: [layer, fill, stroke, width in pixels, dashes]. */
function coats(zoom, bare) {
  const lines = [
    ["borders", "", "--border", zoom < 4 ? 0.8 : 1.1],
    ["disputed", "", "--border", zoom < 4 ? 0.8 : 1.1],
    ["disputed", "", bare ? "--paper" : "--land", zoom < 4 ? 1.4 : 1.8, [3, 3.5]],
  ];
  if (bare) return lines;
  const coast = zoom < 3 ? 0.5 : 0.7;
  return [
    ["lands", "", "--coast", 2 * coast],
    ["lands", "--land", "--land", 0.5], // its own stroke closes the hairlines between neighbors
    zoom >= 4 && ["lakes", "--sea", "--coast", coast],
    zoom >= 2.5 && ["rivers", "", "--river", zoom < 5 ? 0.6 : zoom < 7 ? 0.9 : 1.3],
    zoom >= 5 && ["divisions", "", "--division", zoom < 7 ? 0.7 : 0.9, [1.5, 2.5]],
    ...lines,
  ].filter(Boolean);
}

function createGround({ map, model }, bare) {
  const layers = layersOf(model.world);
  let colors = null; // by name, as far as they have been asked for
  const color = (name) => (colors[name] ??= getComputedStyle(map.getContainer()).getPropertyValue(name));
  const Ground = L.Renderer.extend({
    _initContainer() {
      this._container = L.DomUtil.create("canvas", "ground leaflet-zoom-animated");
      this._container.setAttribute("aria-hidden", "true");
    },
    _destroyContainer() {
      L.DomUtil.remove(this._container);
    },
    _update() {
      if (map._animatingZoom && this._bounds) return;
      const before = this._bounds;
      L.Renderer.prototype._update.call(this);
      const origin = map.getPixelOrigin();
      if (colors && origin === this._origin && this._bounds.equals(before)) return; // Leaflet asks twice after a zoom
      this._origin = origin;
      colors ??= {};
      const { min } = this._bounds;
      const size = this._bounds.getSize();
      const sharpness = Math.min(2, window.devicePixelRatio || 1);
      const canvas = this._container;
      L.DomUtil.setPosition(canvas, min);
      canvas.width = Math.round(sharpness * size.x);
      canvas.height = Math.round(sharpness * size.y);
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
      this._paint(canvas.getContext("2d"), origin.add(min), size, sharpness);
    },
    _paint(brush, from, size, sharpness) {
      const zoom = map.getZoom();
      const scale = 256 * 2 ** zoom;
      const seen = { l: from.x / scale, t: from.y / scale, r: (from.x + size.x) / scale, b: (from.y + size.y) / scale };
      const factor = sharpness * scale;
      brush.setTransform(factor, 0, 0, factor, -sharpness * from.x, -sharpness * from.y);
      brush.lineJoin = "round";
      for (const [name, fill, stroke, width, dashes = []] of coats(zoom, bare)) {
        brush.lineWidth = width / scale;
        brush.setLineDash(dashes.map((pixels) => pixels / scale));
        brush.strokeStyle = color(stroke);
        if (fill) brush.fillStyle = color(fill);
        for (const { path, box, zoom: least } of layers[name]()) {
          if (least > zoom + 0.5 || box.l > seen.r || box.r < seen.l || box.t > seen.b || box.b < seen.t) continue;
          if (fill) brush.fill(path, "evenodd");
          brush.stroke(path);
        }
      }
    },
    /** Paint again, in the colors that hold now. */
    repaint() {
      colors = null;
      this._update();
    },
  });
  return new Ground({ pane: "ground", padding: 0.25 });
}

/** Paint the world; over raster tiles, where the reader of the command line asked for them, only its borders. */
export function drawBasemap(app) {
  const { map, model } = app;
  if (model.tiles) L.tileLayer(model.tiles.url, { maxZoom: DEEPEST_WITH_TILES, zIndex: 1 }).addTo(map);
  const ground = createGround(app, Boolean(model.tiles)).addTo(map);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => ground.repaint());
}

export function addControls({ map, model }) {
  L.control.zoom({ position: document.documentElement.dir === "rtl" ? "topleft" : "topright" }).addTo(map);
  L.control.scale({ position: document.documentElement.dir === "rtl" ? "bottomleft" : "bottomright", imperial: false, maxWidth: 90 }).addTo(map);
  map.setMinZoom(1).setMaxZoom(model.tiles ? DEEPEST_WITH_TILES : DEEPEST).setMaxBounds([[-86, -220], [86, 220]]);
}

/** Who asks for less motion gets jumps, also where Leaflet pans by itself to make room for a popup. */
export function keepCalm({ map }) {
  const panBy = map.panBy;
  map.panBy = (offset, options) => panBy.call(map, offset, calm() ? { ...options, animate: false } : options);
}
