// Land and borders are vectors styled by map.css, so that light and dark need no redrawing.  They are SVG:
// a step of panning took 40 ms, against 85 ms on a canvas, and a step of zooming about the same.
//
// Borders between countries are lines of their own; coasts need none.  Disputed ones get gaps in the land's color,
// so that they are dashed whether or not the worldview draws a border there.

import { calm } from "./dom.js";

const PANES = [["land", 200], ["borders", 250], ["areas", 300], ["lines", 350], ["names", 450], ["ring", 500]];
const PADDING = { land: 0.6, areas: 0.6, borders: 0.6, lines: 0.6, ring: 0.5 };
const DEEPEST = 11; // enough to take the marks of one city apart

/** The panes of the map, lowest first, and a renderer for each that holds shapes. */
export function createPaints(map) {
  for (const [name, z] of PANES) map.createPane(name).style.zIndex = z;
  return Object.fromEntries(Object.entries(PADDING).map(([pane, padding]) => [pane, L.svg({ pane, padding })]));
}

/** Polygons as GeoJSON. */
export function geojson(parts) {
  return { type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: parts } };
}

export function drawBasemap({ map, model, paints }) {
  const still = { interactive: false, smoothFactor: 0.8 };
  for (const land of model.world.lands) {
    const style = { renderer: paints.land, className: "land", ...still };
    L.geoJSON(geojson(land.polygons), { pane: "land", interactive: false, style }).addTo(map);
  }
  const draw = (parts, className) => {
    const lines = parts.map((part) => part.map(([lon, lat]) => [lat, lon]));
    L.polyline(lines, { pane: "borders", renderer: paints.borders, className, ...still }).addTo(map);
  };
  draw(model.world.borders, "border");
  draw(model.world.disputed, "border");
  draw(model.world.disputed, "border border-gap");
}

export function addControls({ map }) {
  L.control.zoom({ position: "topright" }).addTo(map);
  L.control.scale({ position: "bottomright", imperial: false, maxWidth: 90 }).addTo(map);
  map.setMinZoom(1).setMaxZoom(DEEPEST).setMaxBounds([[-86, -220], [86, 220]]);
}

/** Who asks for less motion gets jumps, also where Leaflet pans by itself to make room for a popup. */
export function keepCalm({ map }) {
  const panBy = map.panBy;
  map.panBy = (offset, options) => panBy.call(map, offset, calm() ? { ...options, animate: false } : options);
}
