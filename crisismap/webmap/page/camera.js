// Which part of the world is in view.

import { anchorOf, markBounds, union } from "./bounds.js";
import { calm, small } from "./dom.js";
import { ranked, tally } from "./filters.js";

const READABLE = small() ? 3 : 4; // the lowest zoom at which the countries of Europe can be told apart
const CLOSE = 6; // the basemap shows what surrounds a place down to here

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
 * Far outliers are left out one by one, at most 45 % of the weight; the button "outside" names them.
 */
export function openingBounds({ map, model, store }) {
  const { shown } = store.get();
  const all = ranked(model, shown).map((mark) => ({ mark, box: core(model, mark), ...tally(shown, mark) }));
  let kept = all
    .filter(({ mark, literal }) => literal || mark.form === "point")
    .map((item) => ({ ...item, weight: item.literal + 0.25 * (item.total - item.literal) }));
  if (!kept.length) kept = all.map((item) => ({ ...item, weight: item.total }));
  let spare = 0.45 * kept.reduce((sum, item) => sum + item.weight, 0);
  while (kept.length > 1 && zoomFor(map, union(kept.map((item) => item.box))) < READABLE) {
    const weight = kept.reduce((sum, item) => sum + item.weight, 0);
    const lat = kept.reduce((sum, item) => sum + item.weight * item.box.getCenter().lat, 0) / weight;
    const lng = kept.reduce((sum, item) => sum + item.weight * item.box.getCenter().lng, 0) / weight;
    const away = (item) => Math.hypot(item.box.getCenter().lng - lng, 1.6 * (item.box.getCenter().lat - lat));
    const farthest = kept.reduce((a, b) => (away(b) > away(a) ? b : a));
    spare -= farthest.weight;
    if (spare < 0) break;
    kept = kept.filter((item) => item !== farthest);
  }
  return kept.length === 1 ? markBounds(model, kept[0].mark) : union(kept.map((item) => item.box));
}
