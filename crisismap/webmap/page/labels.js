// Names on the map, set by rank: what articles mention first, then countries, seas, cities and lakes.  A name that
// would run into one already set tries another side of its point and otherwise waits for a closer view.

import { anchorOf, coreBounds, markBounds } from "./bounds.js";
import { el, foreign } from "./dom.js";
import { ranked } from "./filters.js";
import { countryName, markName } from "./naming.js";

const LABELED = 400; // marks that may carry a name; the list has them all
const MOST = 160; // names set at once
const REACHED = 0.02; // degrees within which a city of the basemap is the place of a mark

/** Centers of a name's box, relative to its point, best first. */
function sides({ gap, width, height }) {
  const dx = gap + width / 2;
  const dy = gap + height / 2;
  if (!gap) return [[0, 0], [0, -height * 0.8], [0, height * 0.8]];
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
      t: p.y + y - name.height / 2 - 1, b: p.y + y + name.height / 2 + 1,
    };
    const whole = box.l > 0 && box.t > 0 && box.r < size.x && box.b < size.y;
    const clear = whole && taken.every((other) => (other.mark && other.mark === name.mark) || apart(box, other));
    if (clear) return { x: x - name.width / 2, y: y - name.height / 2, box };
  }
  return null;
}

/** What the basemap can name, each with where, how and from which zoom; most important first. */
function worldNames(app) {
  const { model, words } = app;
  const own = model.world.names[words.language] || {};
  const named = (thing) => own[thing.id] || thing.name;
  const names = [];
  for (const land of model.world.lands) {
    if (!land.name || !land.polygons.length) continue;
    const room = coreBounds(land.polygons);
    const width = Math.min(9, room.getEast() - room.getWest());
    names.push({
      text: countryName(app, land.code) || named(land), at: [land.label[1], land.label[0]], style: "is-country",
      priority: 1000 - 10 * land.rank + width, room, code: land.code, until: 9,
    });
  }
  for (const water of model.world.waters) {
    names.push({
      id: water.id, text: named(water), at: [water.lat, water.lon], style: `is-water${water.zoom < 3 ? " is-ocean" : ""}`,
      priority: 700 - 10 * water.zoom, from: Math.max(2, water.zoom - 0.25),
    });
  }
  for (const lake of model.world.lakes) {
    if (!lake.label || !lake.name) continue;
    const from = Math.max(5, lake.zoom + 0.5);
    names.push({ id: lake.id, text: named(lake), at: [lake.label[1], lake.label[0]], style: "is-water", priority: 400 - 10 * lake.zoom, from });
  }
  for (const city of model.world.cities) {
    const capital = Boolean(city.capital);
    names.push({
      id: city.id, text: named(city), at: [city.lat, city.lon], style: `is-city${capital ? " is-capital" : ""}`, dotted: true, gap: 5,
      priority: 500 - 10 * city.rank - city.zoom + (capital ? 5 : 0), from: Math.max(4, city.zoom - (capital ? 0.25 : 0)),
    });
  }
  return names.sort((a, b) => b.priority - a.priority);
}

export function createLabels(app) {
  const { map, model, store, marks, words } = app;
  const pane = map.getPane("names");
  const sizes = new Map(); // [width, height] by style and text
  const faces = new Map(); // what is set, by the same and the place
  const world = worldNames(app);
  let marked = [];

  function face(name) {
    const dot = name.dotted ? el("i", { class: "city-dot" }) : null;
    return el("span", { class: `name-face is-set ${name.style}` }, dot, el("span", { class: "name" }, foreign(name.text)));
  }

  /** Sizes of names, all that are new in one go, since each look at a size makes the browser lay out the page. */
  function measure(names) {
    const news = names.filter((name) => !sizes.has(`${name.style}|${name.text}`)).map((name) => [name, face(name)]);
    pane.append(...news.map(([, node]) => node));
    for (const [name, node] of news) {
      const { offsetWidth, offsetHeight } = node.lastChild;
      sizes.set(`${name.style}|${name.text}`, [offsetWidth, offsetHeight]);
    }
    for (const [, node] of news) node.remove();
    for (const name of names) [name.width, name.height] = sizes.get(`${name.style}|${name.text}`);
  }

  /** The names of marks, those with most mentions first; a group of points has that of its first. */
  function nameMarks() {
    const { shown } = store.get();
    const points = marks.groups().slice(0, LABELED).map(({ mark, others, total, r }) => ({
      text: others.length ? words.text("group.name", { name: markName(app, mark), n: others.length }) : markName(app, mark),
      at: [mark.lat, mark.lon], style: "is-place", priority: 2e6 + total, gap: r + 3, mark,
    }));
    const areas = ranked(model, shown).filter((mark) => mark.form === "area" || mark.form === "disc").slice(0, LABELED).map((mark) => ({
      text: markName(app, mark), at: anchorOf(model, mark), mark, priority: 1e6 + shown.perMark.total[mark.index], room: markBounds(model, mark),
      style: mark.place ? `is-area ${mark.country ? "" : mark.place.featureClass === "H" ? "is-sea" : "is-region"}` : "is-described",
    }));
    marked = [...points, ...areas].sort((a, b) => b.priority - a.priority);
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
    return [...document.querySelectorAll(".attribution, .chip:not([hidden]), .stage .leaflet-control")]
      .map((node) => node.getBoundingClientRect())
      .map((r) => ({ l: r.left - origin.left, r: r.right - origin.left, t: r.top - origin.top, b: r.bottom - origin.top }));
  }

  /** What may be named in this view: marks, and of the world what they do not name already. */
  function candidates(view, zoom) {
    const { total } = store.get().shown.perMark;
    const groups = marks.groups();
    const mentioned = new Set(model.marks.filter((mark) => total[mark.index] && mark.place).map((mark) => mark.place.id));
    const lands = new Set(model.marks.filter((mark) => total[mark.index] && mark.country).map((mark) => mark.country));
    const seen = ({ at, from = 0, until = 99 }) => zoom >= from && zoom <= until && view.contains(at);
    const near = groups.filter(({ mark }) => view.contains([mark.lat, mark.lon])).map(({ mark }) => mark);
    const taken = (name) => name.dotted && near.some((mark) =>
      Math.abs(mark.lat - name.at[0]) < REACHED && Math.abs(mark.lon - name.at[1]) < REACHED);
    return [...marked.filter(seen), ...world.filter((name) => seen(name) && !lands.has(name.code) && !mentioned.has(name.id) && !taken(name))];
  }

  function place() {
    const size = map.getSize();
    const zoom = map.getZoom();
    const view = map.getBounds();
    const names = candidates(view, zoom);
    measure(names);
    const taken = furniture();
    for (const { mark, r } of marks.groups()) {
      if (view.contains([mark.lat, mark.lon])) taken.push({ mark, ...around(map.latLngToContainerPoint([mark.lat, mark.lon]), r) });
    }
    const corner = map.containerPointToLayerPoint([0, 0]);
    const kept = new Set();
    for (const name of names) {
      if (kept.size >= MOST) break;
      if (!hasRoom(name)) continue;
      const p = map.latLngToContainerPoint(name.at);
      const spot = findSpot(name, p, size, taken);
      if (!spot) continue;
      taken.push(spot.box);
      if (name.dotted) taken.push(around(p, 4));
      const key = `${name.style}|${name.text}|${name.at}`;
      if (!faces.has(key)) faces.set(key, pane.appendChild(face(name)));
      const node = faces.get(key);
      L.DomUtil.setPosition(node, p.add(corner).round());
      node.lastChild.style.transform = `translate(${Math.round(spot.x)}px, ${Math.round(spot.y)}px)`;
      kept.add(key);
    }
    for (const [key, node] of faces) {
      if (kept.has(key)) continue;
      node.remove();
      faces.delete(key);
    }
  }

  function draw() {
    nameMarks();
    place();
  }

  // Once a frame, when everything else has been drawn: looking at sizes makes the browser lay out the page.
  let due = "";
  function later(what) {
    if (!due) {
      requestAnimationFrame(() => {
        const all = due === "all";
        due = "";
        if (all) draw();
        else place();
      });
    }
    if (due !== "all") due = what;
  }

  draw();
  marks.onDrawn(() => later("all"));
  map.on("moveend resize", () => later("places"));
}
