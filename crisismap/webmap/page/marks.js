// ---- Areas and lines ----------------------------------------------------------------------------

const MANY = 200; // point marks beyond which near ones are drawn as one cluster

function drawAreas() {
  const areas = marks.filter((mark) => mark.form === "area");
  const width = (mark) => {
    const box = markBounds(mark);
    return box.isValid() ? box.getEast() - box.getWest() : 0;
  };
  // Wide ones first: a country inside a continent stays on top and can be chosen.
  for (const mark of areas.sort((a, b) => width(b) - width(a))) {
    const tint = Math.ceil((4 * mark.total) / most);
    const names = ["area", mark.literal ? `tint-${tint}` : "in-name"];
    if (!mark.country) names.push("is-region");
    if (mark.unsure) names.push("is-unsure");
    mark.layer = L.geoJSON(geojson(partsOf(mark)), {
      pane: "areas",
      style: { renderer: paints.areas, className: names.join(" "), smoothFactor: 0.8 },
    });
    addChoosable(mark);
  }
}

function drawLines() {
  for (const mark of marks.filter((m) => m.form === "line")) {
    const path = mark.shape.coordinates.map((part) => part.map(([lon, lat]) => [lat, lon]));
    const unsure = mark.unsure ? " is-unsure" : "";
    mark.layer = L.featureGroup([
      L.polyline(path, { pane: "lines", renderer: paints.lines, className: "line-band" }),
      L.polyline(path, { pane: "lines", renderer: paints.lines, className: `line${unsure}`, interactive: false }),
    ]);
    addChoosable(mark);
  }
}

/** Areas whose outline is unknown: the circle that surely holds them. */
function drawDiscs() {
  for (const mark of marks.filter((m) => m.form === "disc")) {
    mark.layer = L.circle([mark.lat, mark.lon], {
      pane: "areas", renderer: paints.areas, radius: 1000 * (mark.radius || 50), className: "area is-disc",
    });
    addChoosable(mark);
  }
}

function addChoosable(mark) {
  mark.layer.addTo(map);
  mark.layer.on("click", (event) => {
    L.DomEvent.stopPropagation(event);
    select(mark, { at: event.latlng });
  });
  mark.layer.on("mouseover", () => hover(mark, true));
  mark.layer.on("mouseout", () => hover(mark, false));
}

// ---- Points -------------------------------------------------------------------------------------
// A circle's area is proportional to the mentions; the filled core is the share that means the place
// itself, the open rim the share that means what the place stands for.

const UNIT = Math.min(6, 26 / Math.sqrt(marks.reduce((top, m) => (m.form === "point" ? Math.max(top, m.total) : top), 1)));

function radius(total) {
  return Math.max(4, UNIT * Math.sqrt(total));
}

/** The picture of a point mark: an svg element, also used by the list and the legend. */
function dot(total, literal, unsure, r = radius(total)) {
  const size = 2 * Math.ceil(r + 2);
  const inner = r * Math.sqrt(literal / total);
  return svg(
    "svg",
    { width: size, height: size, viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, "aria-hidden": "true",
      class: `dot${unsure ? " is-unsure" : ""}${literal ? "" : " in-name"}` },
    svg("circle", { class: "dot-halo", r: r + 1.2 }),
    svg("circle", { class: "dot-rim", r }),
    svg("circle", { class: "dot-core", r: unsure ? Math.max(0, inner - 2.5) : inner }),
  );
}

let cluster = null;

function drawPoints() {
  const points = marks.filter((mark) => mark.form === "point");
  const group = points.length > MANY ? makeCluster() : null;
  for (const mark of points) {
    const box = Math.max(26, 2 * Math.ceil(radius(mark.total) + 2));
    const icon = el("span", { class: "dot-box" }, dot(mark.total, mark.literal, mark.unsure));
    mark.layer = L.marker([mark.lat, mark.lon], {
      icon: L.divIcon({ html: icon, className: "dot-icon", iconSize: [box, box] }),
      keyboard: false, // the list reaches every mark; hundreds of tab stops would not help
      zIndexOffset: -Math.round(100 * radius(mark.total)) * 10,
    });
    mark.layer.mark = mark;
    mark.layer.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      select(mark);
    });
    mark.layer.on("mouseover", () => hover(mark, true));
    mark.layer.on("mouseout", () => hover(mark, false));
    if (group) group.addLayer(mark.layer);
    else mark.layer.addTo(map);
  }
  if (group) map.addLayer(group);
  cluster = group;
}

function makeCluster() {
  return L.markerClusterGroup({
    showCoverageOnHover: false,
    maxClusterRadius: 46,
    animate: !calm(),
    spiderLegPolylineOptions: { className: "spider-leg" },
    iconCreateFunction(group) {
      const total = group.getAllChildMarkers().reduce((sum, child) => sum + child.mark.total, 0);
      const size = Math.round(Math.min(54, 24 + 5 * Math.log2(total)));
      const face = el("span", { class: "cluster" }, total.toLocaleString("en"));
      return L.divIcon({ html: face, className: "cluster-icon", iconSize: [size, size] });
    },
  });
}

/** Whether the mark is drawn itself, rather than inside a cluster. */
function standsAlone(mark) {
  return !cluster || mark.form !== "point" || cluster.getVisibleParent(mark.layer) === mark.layer;
}

// ---- Choosing -----------------------------------------------------------------------------------

let selected = null;
let ringLayer = null;

function elements(mark) {
  const found = [];
  const visit = (layer) => {
    if (layer.eachLayer) layer.eachLayer(visit);
    else if (layer.getElement && layer.getElement()) found.push(layer.getElement());
  };
  visit(mark.layer);
  return found;
}

function hover(mark, on) {
  for (const node of elements(mark)) node.classList.toggle("is-hovered", on);
  if (mark.entry) mark.entry.classList.toggle("is-hovered", on);
}

function markSelected(mark, on) {
  for (const node of elements(mark)) node.classList.toggle("is-selected", on);
  if (mark.entry) {
    if (on) mark.entry.setAttribute("aria-current", "true");
    else mark.entry.removeAttribute("aria-current");
  }
}

function clearSelection() {
  if (!selected) return;
  markSelected(selected, false);
  if (ringLayer) ringLayer.remove();
  selected = ringLayer = null;
}

/** Show a mark and what was said of it.  `fly` moves the map there first; `at` is where it was clicked. */
function select(mark, { fly = false, at = null, focus = false } = {}) {
  clearSelection();
  const open = () => {
    selected = mark;
    if (mark.form === "point" && mark.radius) {
      ringLayer = L.circle([mark.lat, mark.lon], {
        pane: "ring", renderer: paints.ring, radius: 1000 * mark.radius, className: "uncertainty", interactive: false,
      }).addTo(map);
    }
    markSelected(mark, true);
    openPopup(mark, at || (mark.form === "line" ? nearest(mark) : anchor(mark)), focus);
  };
  if (fly) {
    goTo(mark, open);
  } else {
    journey += 1;
    open();
  }
}

/** The vertex of a line that is nearest to its representative point. */
function nearest(mark) {
  const target = anchor(mark);
  const points = mark.shape.coordinates.flat().map(([lon, lat]) => L.latLng(lat, lon));
  return points.reduce((a, b) => (target.distanceTo(b) < target.distanceTo(a) ? b : a));
}

let journey = 0;

/** Move the view to a mark, then call back; a later journey, or a choice made meanwhile, cancels this one. */
function goTo(mark, then) {
  const own = ++journey;
  const arrive = () => {
    if (own !== journey) return;
    journey += 1;
    if (cluster && mark.form === "point") cluster.zoomToShowLayer(mark.layer, then);
    else then();
  };
  map.stop();
  map.closePopup();
  map.once("moveend", arrive);
  const box = markBounds(mark);
  if (mark.form !== "point") {
    show(box, true);
  } else {
    const zoom = Math.max(map.getZoom(), 5);
    if (calm()) map.setView(box.getCenter(), zoom, { animate: false });
    else map.flyTo(box.getCenter(), zoom, { duration: 0.7 });
  }
  if (calm()) arrive(); // a jump is over by now, and one to where the view already is ends silently
}
