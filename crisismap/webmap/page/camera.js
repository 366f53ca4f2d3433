// Which part of the world is in view.

import { anchorOf, markBounds, union } from "./bounds.js";
import { calm, small } from "./dom.js";
import { ranked, tally } from "./filters.js";

const READABLE = small() ? 3 : 4; // the lowest zoom at which the countries of Europe can be told apart
const CLOSE = 6; // the basemap shows what surrounds a place down to here

const OUTLIER_STEPS = 60; // outliers are left out by that part of the marks at once

function padding() {
  const side = small() ? 28 : 70;
  return { paddingTopLeft: [side, 60], paddingBottomRight: [side + (small() ? 0 : 30), 60] };
}

function zoomFor(map, bounds) {
  const { paddingTopLeft: a, paddingBottomRight: b } = padding();
  return map.getBoundsZoom(bounds, false, L.point(a[0] + b[0], a[1] + b[1]));
}

export function show(map, bounds, animate) {
  const options = { ...padding(), maxZoom: CLOSE };
  if (animate && !calm()) map.flyToBounds(bounds, { ...options, duration: 0.7 });
  else map.fitBounds(bounds, { ...options, animate: false });
}

/** What has to be in view for a mark to count as seen: an area by its label's point, the rest whole. */
function core(model, mark) {
  return mark.form === "area" || mark.form === "disc" ? L.latLngBounds([anchorOf(model, mark)]) : markBounds(model, mark);
}

/** The box of all marks that are shown. */
export function everything({ model, store }) {
  return union(ranked(model, store.get().shown).map((mark) => core(model, mark)));
}

/**
 * The opening view: all marks, or, where that would be too wide to read, the part where most happens.
 * Far outliers are left out, a few at a time, at most 45 % of the weight; the button "outside" names them.
 */
export function openingBounds({ map, model, store }) {
  const { shown } = store.get();
  const all = ranked(model, shown).map((mark) => {
    const box = core(model, mark);
    const center = box.getCenter();
    return {
      mark, lat: center.lat, lng: center.lng, s: box.getSouth(), n: box.getNorth(), w: box.getWest(), e: box.getEast(), ...tally(shown, mark),
    };
  });
  let kept = all
    .filter(({ mark, literal }) => literal || mark.form === "point")
    .map((item) => ({ ...item, weight: item.literal + 0.25 * (item.total - item.literal) }));
  if (!kept.length) kept = all.map((item) => ({ ...item, weight: item.total }));
  const least = (key) => kept.reduce((edge, item) => Math.min(edge, item[key]), Infinity);
  const largest = (key) => kept.reduce((edge, item) => Math.max(edge, item[key]), -Infinity);
  const frame = () => L.latLngBounds([least("s"), least("w")], [largest("n"), largest("e")]);
  const mean = (key, weight) => kept.reduce((sum, item) => sum + item.weight * item[key], 0) / weight;
  let spare = 0.45 * kept.reduce((sum, item) => sum + item.weight, 0);
  while (kept.length > 1 && zoomFor(map, frame()) < READABLE) {
    const weight = kept.reduce((sum, item) => sum + item.weight, 0);
    const [lat, lng] = [mean("lat", weight), mean("lng", weight)];
    for (const item of kept) item.away = (item.lng - lng) ** 2 + (1.6 * (item.lat - lat)) ** 2;
    const farthest = [...kept].sort((a, b) => b.away - a.away).slice(0, Math.ceil(kept.length / OUTLIER_STEPS));
    const out = new Set();
    for (const item of farthest) {
      spare -= item.weight;
      if (spare >= 0) out.add(item);
    }
    kept = kept.filter((item) => !out.has(item));
    if (spare < 0) break;
  }
  return kept.length === 1 ? markBounds(model, kept[0].mark) : frame();
}
