// Names are set by rank: the places that articles mention first, then countries by size.  A name that
// would run into one already set tries another side of its mark and otherwise waits for a closer view.

import { anchorOf, coreBounds, markBounds } from "./bounds.js";
import { el, foreign } from "./dom.js";
import { ranked } from "./filters.js";
import { markName } from "./naming.js";

const LABELED = 300; // marks that may carry a name; the list has them all

const CITY_ZOOM = [0, 4.5, 5, 5.5, 6.5]; // from where a city of rank 1 to 4 is named

/** Centers of a name's box, relative to its point, best first. */
function sides(name) {
  const dx = name.gap + name.width / 2;
  const dy = name.gap + name.height / 2;
  if (!name.gap) return [[0, 0], [0, -name.height * 0.8], [0, name.height * 0.8]];
  return [[dx, 0], [-dx, 0], [0, -dy], [0, dy], [dx * 0.9, -dy * 0.8], [dx * 0.9, dy * 0.8], [-dx * 0.9, -dy * 0.8], [-dx * 0.9, dy * 0.8]];
}

function around(p, r) {
  return { l: p.x - r, r: p.x + r, t: p.y - r, b: p.y + r };
}

function apart(a, b) {
  return a.r <= b.l || a.l >= b.r || a.b <= b.t || a.t >= b.b;
}

function findSpot(name, p, size, taken) {
  if (name.dotted && !taken.every((other) => apart(around(p, 4), other))) return null;
  for (const [x, y] of sides(name)) {
    const box = {
      l: p.x + x - name.width / 2 - 2, r: p.x + x + name.width / 2 + 2,
      t: p.y + y - name.height / 2, b: p.y + y + name.height / 2,
    };
    const whole = box.l > 0 && box.t > 0 && box.r < size.x && box.b < size.y;
    const clear = whole && taken.every((other) => (other.mark && other.mark === name.mark) || apart(box, other));
    if (clear) return { x, y, box };
  }
  return null;
}

export function createLabels(app) {
  const { map, model, store, marks } = app;
  let names = [];

  function add(text, latlng, style, { priority, gap = 0, mark = null, room = null, from = 0 }) {
    const dotted = style === "is-city";
    const node = el("span", { class: "name" }, foreign(text));
    const face = el("span", { class: "name-face" }, dotted ? el("i", { class: "city-dot" }) : null, node);
    const marker = L.marker(latlng, {
      pane: "names", interactive: false, keyboard: false,
      icon: L.divIcon({ html: face, className: `name-icon ${style}`, iconSize: null }),
    }).addTo(map);
    names.push({ marker, node, face, latlng, priority, gap, mark, room, from, dotted, width: 0, height: 0 });
  }

  function nameMarks(shown) {
    for (const mark of ranked(model, shown).slice(0, LABELED)) {
      if (mark.form === "line") continue; // the line speaks for itself; its popup names it
      const total = shown.perMark.total[mark.index];
      const point = mark.form === "point";
      const style = point ? "is-place" : `is-area${mark.form === "area" && !mark.country ? " is-region" : ""}`;
      add(markName(app, mark), anchorOf(model, mark), style, {
        priority: (point ? 2e6 : 1e6) + total,
        gap: point ? marks.radius(total) + 3 : 0,
        room: point ? null : markBounds(model, mark),
        mark,
      });
    }
  }

  function nameCountries(shown) {
    const mentioned = new Set(model.marks.filter((mark) => shown.perMark.total[mark.index]).map((mark) => mark.country));
    for (const land of model.world.lands) {
      if (mentioned.has(land.code) || !land.name || !land.polygons.length) continue;
      const room = coreBounds(land.polygons);
      const width = Math.min(9, room.getEast() - room.getWest());
      add(land.name, L.latLng(land.label[1], land.label[0]), "is-country", { priority: 1000 - 10 * land.rank + width, room });
    }
  }

  function nameCities(shown) {
    const taken = model.marks.filter((mark) => mark.form === "point" && shown.perMark.total[mark.index]);
    for (const city of model.world.cities) {
      if (taken.some((mark) => Math.abs(mark.lat - city.lat) < 0.15 && Math.abs(mark.lon - city.lon) < 0.25)) continue;
      const priority = 500 - 10 * city.rank + (city.capital ? 5 : 0);
      const from = CITY_ZOOM[city.rank] - (city.capital ? 0.5 : 0);
      add(city.name, L.latLng(city.lat, city.lon), "is-city", { priority, gap: 5, from });
    }
  }

  /** Whether the area is wide enough on screen to carry its name. */
  function hasRoom(name) {
    if (!name.room || !name.room.isValid()) return true;
    const west = map.latLngToLayerPoint([0, name.room.getWest()]).x;
    const east = map.latLngToLayerPoint([0, name.room.getEast()]).x;
    return (east - west) * (name.mark ? 2.2 : 1.05) > name.width;
  }

  /** Boxes of what stands on the map and must not be written under. */
  function furniture() {
    const origin = map.getContainer().getBoundingClientRect();
    return [...document.querySelectorAll(".attribution, .chip:not([hidden]), .leaflet-control")]
      .map((node) => node.getBoundingClientRect())
      .map((r) => ({ l: r.left - origin.left, r: r.right - origin.left, t: r.top - origin.top, b: r.bottom - origin.top }));
  }

  function place() {
    const size = map.getSize();
    const taken = furniture();
    const { total } = store.get().shown.perMark;
    for (const mark of model.marks) {
      if (mark.form !== "point" || !total[mark.index] || !marks.standsAlone(mark)) continue;
      const p = map.latLngToContainerPoint([mark.lat, mark.lon]);
      taken.push({ mark, ...around(p, marks.radius(total[mark.index])) });
    }
    const zoom = map.getZoom();
    for (const name of names) {
      const p = map.latLngToContainerPoint(name.latlng);
      const seen = zoom >= name.from && p.x > 0 && p.y > 0 && p.x < size.x && p.y < size.y;
      const free = seen && hasRoom(name) && (!name.mark || marks.standsAlone(name.mark));
      const spot = free ? findSpot(name, p, size, taken) : null;
      name.face.classList.toggle("is-set", Boolean(spot));
      if (!spot) continue;
      name.node.style.transform = `translate(${spot.x - name.width / 2}px, ${spot.y - name.height / 2}px)`;
      taken.push(spot.box);
      if (name.dotted) taken.push(around(p, 4));
    }
  }

  function draw() {
    for (const name of names) name.marker.remove();
    names = [];
    const { shown } = store.get();
    nameMarks(shown);
    nameCountries(shown);
    nameCities(shown);
    names.sort((a, b) => b.priority - a.priority);
    for (const name of names) [name.width, name.height] = [name.node.offsetWidth, name.node.offsetHeight];
    place();
  }

  draw();
  map.on("zoomend moveend resize", place);
  store.subscribe((state, before) => {
    if (state.shown !== before.shown) draw();
  });
}
