// ---- Basemap ------------------------------------------------------------------------------------
// Land and borders are vectors styled by page.css, so that light and dark need no redrawing.  They are SVG:
// a step of panning took 40 ms, against 85 ms on a canvas, and a step of zooming about the same.

// Borders between countries are lines of their own; coasts need none.  Disputed ones get gaps in the land's color,
// so that they are dashed whether or not the worldview draws a border there.

for (const [name, z] of [["land", 200], ["borders", 250], ["areas", 300], ["lines", 350], ["names", 450], ["ring", 500]]) {
  map.createPane(name).style.zIndex = z;
}

function paint(name, padding) {
  return L.svg({ pane: name, padding });
}

const paints = { land: paint("land", 0.6), areas: paint("areas", 0.6), borders: paint("borders", 0.6), lines: paint("lines", 0.6), ring: paint("ring", 0.5) };

function geojson(parts) {
  return { type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: parts } };
}

function drawBasemap() {
  const still = { interactive: false, smoothFactor: 0.8 };
  for (const land of world.lands) {
    const style = { renderer: paints.land, className: "land", ...still };
    L.geoJSON(geojson(land.polygons), { pane: "land", interactive: false, style }).addTo(map);
  }
  const draw = (parts, className) => {
    const lines = parts.map((part) => part.map(([lon, lat]) => [lat, lon]));
    L.polyline(lines, { pane: "borders", renderer: paints.borders, className, ...still }).addTo(map);
  };
  draw(world.borders, "border");
  draw(world.disputed, "border");
  draw(world.disputed, "border border-gap");
}

// ---- Controls -----------------------------------------------------------------------------------

function addControls() {
  L.control.zoom({ position: "topright" }).addTo(map);
  L.control.scale({ position: "bottomright", imperial: false, maxWidth: 90 }).addTo(map);
  map.setMinZoom(1).setMaxZoom(DEEPEST).setMaxBounds([[-86, -220], [86, 220]]);
}

/** Who asks for less motion gets jumps, also where Leaflet pans by itself to make room for a popup. */
function keepCalm() {
  const panBy = map.panBy;
  map.panBy = (offset, options) => panBy.call(map, offset, calm() ? { ...options, animate: false } : options);
}

// ---- Views --------------------------------------------------------------------------------------

const READABLE = small() ? 3 : 4; // the lowest zoom at which the countries of Europe can be told apart
const CLOSE = 6; // the basemap shows what surrounds a place down to here
const DEEPEST = 11; // enough to take the marks of one city apart

function padding() {
  const side = small() ? 28 : 70;
  return { paddingTopLeft: [side, 60], paddingBottomRight: [side + (small() ? 0 : 30), 60] };
}

function zoomFor(bounds) {
  const { paddingTopLeft: a, paddingBottomRight: b } = padding();
  return map.getBoundsZoom(bounds, false, L.point(a[0] + b[0], a[1] + b[1]));
}

function show(bounds, animate) {
  const options = { ...padding(), maxZoom: CLOSE };
  if (animate && !calm()) map.flyToBounds(bounds, { ...options, duration: 0.7 });
  else map.fitBounds(bounds, { ...options, animate: false });
}

/** What has to be in view for a mark to count as seen: an area by its label's point, the rest whole. */
function core(mark) {
  return mark.form === "area" || mark.form === "disc" ? L.latLngBounds([anchor(mark)]) : markBounds(mark);
}

function union(boxes) {
  return boxes.reduce((sum, box) => sum.extend(box), L.latLngBounds([]));
}

function everything() {
  return union(marks.map(core));
}

/**
 * The opening view: all marks, or, where that would be too wide to read, the part where most happens.
 * Far outliers are left out one by one, at most 45 % of the weight; the button "outside" names them.
 */
function openingBounds() {
  let kept = marks
    .filter((mark) => mark.literal || mark.form === "point")
    .map((mark) => ({ mark, box: core(mark), weight: mark.literal + 0.25 * (mark.total - mark.literal) }));
  if (!kept.length) kept = marks.map((mark) => ({ mark, box: core(mark), weight: mark.total }));
  let spare = 0.45 * kept.reduce((sum, item) => sum + item.weight, 0);
  while (kept.length > 1 && zoomFor(union(kept.map((item) => item.box))) < READABLE) {
    const weight = kept.reduce((sum, item) => sum + item.weight, 0);
    const lat = kept.reduce((sum, item) => sum + item.weight * item.box.getCenter().lat, 0) / weight;
    const lng = kept.reduce((sum, item) => sum + item.weight * item.box.getCenter().lng, 0) / weight;
    const away = (item) => Math.hypot(item.box.getCenter().lng - lng, 1.6 * (item.box.getCenter().lat - lat));
    const farthest = kept.reduce((a, b) => (away(b) > away(a) ? b : a));
    spare -= farthest.weight;
    if (spare < 0) break;
    kept = kept.filter((item) => item !== farthest);
  }
  return kept.length === 1 ? markBounds(kept[0].mark) : union(kept.map((item) => item.box));
}
