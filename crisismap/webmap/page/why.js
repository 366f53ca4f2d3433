// "Why here?": the place that was chosen for a mention, how sure that is, and the places that were not chosen.
// Looking at one of those draws it as a hollow mark, tied to the chosen one; it goes when the popup does.

import { calm, el, foreign } from "./dom.js";
import { placeKind, placeName } from "./naming.js";
import { sureWords } from "./sureness.js";

const STEP = 0.25; // of zoom levels
const EDGE = 36; // pixels around the hollow mark
const GEONAMES = /^geonames:(\d+)$/;

/** The id of a place in the gazetteer; one of GeoNames leads there. */
function idOf(place) {
  const [, number] = GEONAMES.exec(place.id) || [];
  const id = el("code", {}, place.id);
  return number
    ? el("a", { class: "place-id", href: `https://www.geonames.org/${number}`, target: "_blank", rel: "noopener noreferrer" }, id)
    : el("span", { class: "place-id" }, id);
}

function rivalButton(app, mark, { place, score }) {
  const { store, words } = app;
  const button = el("button", { type: "button", class: "rival", "data-place": place.index },
    el("span", { class: "rival-text" },
      foreign(placeName(app, place), "b"), " ", el("small", {}, foreign(placeKind(app, place)))),
    el("span", { class: "rival-score" }, words.text("why.score", { percent: Math.max(1, Math.round(100 * score)) })));
  button.addEventListener("click", () => {
    const { rival } = store.get();
    const same = rival && rival.place === place.index && rival.mark === mark.index;
    store.set({ rival: same ? null : Object.freeze({ place: place.index, mark: mark.index }) });
  });
  return button;
}

function account(app, mention) {
  const { model, words } = app;
  const { mentions } = model;
  const mark = model.marks[mentions.mark[mention]];
  const reason = model.reasons[mentions.reason[mention]];
  const rivals = mentions.rivals[mention] < 0 ? [] : model.rivals[mentions.rivals[mention]];
  const others = rivals.filter(({ place }) => place !== mark.place);
  const lines = [];
  if (mark.place) {
    lines.push(el("p", {}, words.text("why.chosen"), " ", foreign(placeName(app, mark.place), "b"), ", ",
      foreign(placeKind(app, mark.place)), " ", idOf(mark.place)));
  }
  if (reason) lines.push(el("p", {}, foreign(reason)));
  lines.push(el("p", {}, words.text("why.sure", { sure: sureWords(app, mentions.confidence[mention] / 1000) }),
    mark.radius && (mark.form === "point" || mark.form === "disc") ? words.text("why.radius", { km: mark.radius < 10 ? mark.radius : Math.round(mark.radius) }) : ""));
  if (mark.place) lines.push(el("p", { class: "why-others" }, words.text(others.length ? "why.others" : "why.alone")));
  if (others.length) lines.push(el("ul", { class: "rivals", role: "list" }, ...others.map((rival) => el("li", {}, rivalButton(app, mark, rival)))));
  return lines;
}

/** A button that unfolds why a mention is where it is. */
export function whyHere(app, mention) {
  const button = el("button", { type: "button", class: "why", "aria-expanded": "false" }, app.words.text("why.open"));
  const box = el("div", { class: "why-box", hidden: true });
  button.addEventListener("click", () => {
    if (!box.childNodes.length) box.append(...account(app, mention));
    box.hidden = !box.hidden;
    button.setAttribute("aria-expanded", String(!box.hidden));
    if (box.hidden) app.store.set({ rival: null });
  });
  return el("div", { class: "why-here" }, button, box);
}

/** A view of the popup over the chosen place and of the other place, not under it; at worst, of the other place alone. */
function viewOfBoth(map, chosen, there) {
  const popup = document.querySelector(".leaflet-popup");
  const [width, height] = popup ? [popup.offsetWidth, popup.offsetHeight + 30] : [0, 0];
  const size = map.getSize();
  const now = map.getZoom();
  const zooms = [];
  for (let zoom = now; zoom >= map.getMinZoom(); zoom -= STEP) zooms.push(zoom);
  for (let zoom = now + STEP; zoom <= map.getMaxZoom(); zoom += STEP) zooms.push(zoom);
  for (const zoom of zooms) {
    const from = map.project(chosen, zoom);
    const { x, y } = map.project(there, zoom).subtract(from);
    const clear = Math.abs(x) > width / 2 + EDGE || y < -height - EDGE || y > EDGE;
    const box = L.bounds([[-width / 2 - 10, -height - 10], [width / 2 + 10, EDGE], [x - EDGE, y - EDGE], [x + EDGE, y + EDGE]]);
    const { x: across, y: down } = box.getSize();
    if (clear && across <= size.x && down <= size.y) return { zoom, center: map.unproject(from.add(box.getCenter()), zoom) };
  }
  return { zoom: now, center: there };
}

/** The hollow mark of the rejected place that is looked at. */
export function createRivals(app) {
  const { map, model, store, paints } = app;
  let layer = null;

  function draw({ place: index, mark: markIndex }) {
    const place = model.places[index];
    const mark = model.marks[markIndex];
    const chosen = L.latLng(mark.lat, mark.lon);
    const there = L.latLng(place.lat, place.lon);
    const name = el("span", { class: "rival-name" }, foreign(placeName(app, place)), " · ", foreign(placeKind(app, place)));
    layer = L.layerGroup([
      L.polyline([chosen, there], { pane: "ring", renderer: paints.ring, className: "rival-tie", interactive: false }),
      L.circleMarker(there, { pane: "ring", renderer: paints.ring, radius: 9, className: "rival-mark", interactive: false }),
      L.marker(there, { pane: "ring", interactive: false, keyboard: false, icon: L.divIcon({ html: name, className: "rival-label", iconSize: [0, 0] }) }),
    ]).addTo(map);
    const view = viewOfBoth(map, chosen, there);
    if (calm()) map.setView(view.center, view.zoom, { animate: false });
    else map.flyTo(view.center, view.zoom, { duration: 0.7 });
  }

  store.subscribe((state, before) => {
    if (state.opened !== before.opened && state.rival) store.set({ rival: null });
    if (state.rival === before.rival) return;
    if (layer) layer.remove();
    layer = null;
    if (state.rival) draw(state.rival);
    for (const button of document.querySelectorAll(".rival")) {
      const on = state.rival && Number(button.dataset.place) === state.rival.place;
      if (on) button.setAttribute("aria-pressed", "true");
      else button.removeAttribute("aria-pressed");
    }
  });
}
