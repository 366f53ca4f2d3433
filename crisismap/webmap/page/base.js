// ---- Basemap ------------------------------------------------------------------------------------
// Land and borders are vectors styled by page.css, so that light and dark need no redrawing.

for (const [name, z] of [["land", 200], ["areas", 300], ["lines", 350], ["names", 450], ["ring", 500]]) {
  map.createPane(name).style.zIndex = z;
}

function paint(name, padding) {
  return L.svg({ pane: name, padding });
}

const paints = { land: paint("land", 0.6), areas: paint("areas", 0.6), lines: paint("lines", 0.6), ring: paint("ring", 0.5) };

function geojson(parts) {
  return { type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: parts } };
}

function drawBasemap() {
  for (const country of countries.values()) {
    L.geoJSON(geojson(country.polygons), {
      pane: "land",
      interactive: false,
      style: { renderer: paints.land, className: "land", smoothFactor: 0.8 },
    }).addTo(map);
  }
}

// ---- Controls -----------------------------------------------------------------------------------

function addControls() {
  L.control.zoom({ position: "topright" }).addTo(map);
  L.control.scale({ position: "bottomright", imperial: false, maxWidth: 90 }).addTo(map);
  map.setMaxBounds([[-86, -220], [86, 220]]);
}

// ---- Views --------------------------------------------------------------------------------------

const READABLE = small() ? 3 : 4; // the lowest zoom at which the countries of Europe can be told apart
const CLOSE = 6; // nothing on the basemap is finer than this needs

function padding() {
  const side = small() ? 28 : 70;
  const foot = small() ? 140 : 60; // the closed sheet covers the foot of a small screen
  return { paddingTopLeft: [side, small() ? 40 : 60], paddingBottomRight: [side + (small() ? 0 : 30), foot] };
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
    .map((mark) => ({ box: core(mark), weight: mark.literal + 0.25 * (mark.total - mark.literal) }));
  if (!kept.length) kept = marks.map((mark) => ({ box: core(mark), weight: mark.total }));
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
  return union(kept.map((item) => item.box));
}
