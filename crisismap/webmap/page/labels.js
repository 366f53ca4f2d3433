// ---- Names on the map ---------------------------------------------------------------------------
// Names are set by rank: the places that articles mention first, then countries by size.  A name that
// would run into one already set tries another side of its mark and otherwise waits for a closer view.

const LABELED = 300; // marks that may carry a name; the list has them all

const names = [];

function addName(text, latlng, style, { priority, gap = 0, mark = null, room = null }) {
  const node = el("span", { class: "name" }, foreign(text));
  const marker = L.marker(latlng, {
    pane: "names", interactive: false, keyboard: false,
    icon: L.divIcon({ html: node, className: `name-icon ${style}`, iconSize: null }),
  }).addTo(map);
  names.push({ marker, node, latlng, priority, gap, mark, room, width: 0, height: 0 });
}

function drawNames() {
  const mentioned = new Set();
  for (const mark of ranked.slice(0, LABELED)) {
    if (mark.form === "line") continue; // the line speaks for itself; its popup names it
    const isPoint = mark.form === "point";
    if (mark.country) mentioned.add(mark.country);
    const style = isPoint ? "is-place" : "is-area";
    const priority = (isPoint ? 2e6 : 1e6) + mark.total;
    const room = isPoint ? null : markBounds(mark);
    addName(mark.name, anchor(mark), style, { priority, gap: isPoint ? radius(mark.total) + 3 : 0, mark, room });
  }
  for (const country of countries.values()) {
    if (mentioned.has(country.code) || !country.label || !country.polygons.length) continue;
    const box = coreBounds(country.polygons);
    addName(country.name, L.latLng(country.label[1], country.label[0]), "is-country", {
      priority: 1000 - 10 * country.rank + Math.min(9, box.getEast() - box.getWest()), room: box,
    });
  }
  names.sort((a, b) => b.priority - a.priority);
  for (const name of names) [name.width, name.height] = [name.node.offsetWidth, name.node.offsetHeight];
  map.on("zoomend moveend resize", placeNames);
  placeNames();
}

/** Centers of a name's box, relative to its point, best first. */
function sides(name) {
  const dx = name.gap + name.width / 2;
  const dy = name.gap + name.height / 2;
  if (!name.gap) return [[0, 0], [0, -name.height * 0.8], [0, name.height * 0.8]];
  return [[dx, 0], [-dx, 0], [0, -dy], [0, dy], [dx * 0.9, -dy * 0.8], [dx * 0.9, dy * 0.8], [-dx * 0.9, -dy * 0.8], [-dx * 0.9, dy * 0.8]];
}

/** Whether the area is wide enough on screen to carry its name. */
function hasRoom(name) {
  if (!name.room || !name.room.isValid()) return true;
  const west = map.latLngToLayerPoint([0, name.room.getWest()]).x;
  const east = map.latLngToLayerPoint([0, name.room.getEast()]).x;
  return (east - west) * (name.mark ? 2.2 : 1.05) > name.width;
}

function placeNames() {
  const size = map.getSize();
  const taken = [];
  for (const mark of marks) {
    if (mark.form !== "point" || !standsAlone(mark)) continue;
    const p = map.latLngToContainerPoint([mark.lat, mark.lon]);
    const r = radius(mark.total);
    taken.push({ mark, l: p.x - r, r: p.x + r, t: p.y - r, b: p.y + r });
  }
  for (const name of names) {
    const p = map.latLngToContainerPoint(name.latlng);
    const seen = p.x > -80 && p.y > -80 && p.x < size.x + 80 && p.y < size.y + 80;
    const spot = seen && hasRoom(name) && (!name.mark || standsAlone(name.mark)) ? findSpot(name, p, taken) : null;
    name.node.classList.toggle("is-set", Boolean(spot));
    if (!spot) continue;
    name.node.style.transform = `translate(${spot.x - name.width / 2}px, ${spot.y - name.height / 2}px)`;
    taken.push(spot.box);
  }
}

function findSpot(name, p, taken) {
  for (const [x, y] of sides(name)) {
    const box = {
      l: p.x + x - name.width / 2 - 2, r: p.x + x + name.width / 2 + 2,
      t: p.y + y - name.height / 2, b: p.y + y + name.height / 2,
    };
    const clear = taken.every((other) => (other.mark && other.mark === name.mark)
      || box.r <= other.l || box.l >= other.r || box.b <= other.t || box.t >= other.b);
    if (clear) return { x, y, box };
  }
  return null;
}
