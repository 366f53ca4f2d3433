// The marks on the map.  Areas and lines are made once and then only change their look; of the points, those
// in view are drawn, near ones as one where there are many.

import { inDrawingOrder, shapeLayer, shapeNames } from "./areas.js";
import { gather } from "./clusters.js";
import { calm, el } from "./dom.js";
import { dot, groupRadius, radiusOf, ring, unitFor } from "./dots.js";
import { tally } from "./filters.js";
import { choose } from "./state.js";

const MANY = 200; // point marks beyond which near ones are drawn as one
const REACH = 40; // pixels within which they are near
const BEYOND = 0.3; // how far beyond the view points are drawn, as a share of it

/**
 * Draws the marks and returns what others need to know of them: `groups`, what is drawn of the points as
 * { mark, others, total, literal, r }; `standsAlone`; `onDrawn`, which hears of each drawing.
 */
export function createMarks(app) {
  const { map, model, store } = app;
  const points = model.marks.filter((mark) => mark.form === "point");
  const spots = new Map(points.map((mark) => [mark, map.project([mark.lat, mark.lon], 0)])); // at zoom 0
  const many = points.length > MANY;
  const shapes = new Map(); // layers by mark, of areas and lines
  const drawn = new Map(); // layers by number of mark, of points
  const listeners = [];
  let unit = 1;
  let most = 1;
  let groups = [];
  let alone = new Set(); // marks that are drawn themselves

  function makeChoosable(mark, layer) {
    layer.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      choose(store, mark, { at: mark.form === "point" ? null : event.latlng });
    });
    layer.on("mouseover", () => store.set({ hovered: mark.index }));
    layer.on("mouseout", () => store.set({ hovered: -1 }));
  }

  function elementsOf(layer) {
    if (layer.eachLayer) return layer.getLayers().flatMap(elementsOf);
    return layer.getElement && layer.getElement() ? [layer.getElement()] : [];
  }

  /** Whether a mark is pointed at or opened, as names of classes. */
  function flagsOf(index, { hovered, opened }) {
    return { "is-hovered": hovered === index, "is-selected": Boolean(opened) && opened.mark === index };
  }

  function flag(index) {
    if (index < 0) return;
    const mark = model.marks[index];
    const layer = mark.form === "point" ? drawn.get(index) : shapes.get(mark);
    if (!layer) return;
    for (const node of elementsOf(layer)) {
      for (const [name, on] of Object.entries(flagsOf(index, store.get()))) node.classList.toggle(name, on);
    }
  }

  // Areas and lines

  function drawShapes(shown) {
    const { total } = shown.perMark;
    const news = inDrawingOrder(model, model.marks.filter((mark) => mark.form !== "point" && total[mark.index] && !shapes.has(mark)));
    if (news.length) {
      for (const mark of news) {
        const layer = shapeLayer(app, mark);
        makeChoosable(mark, layer);
        shapes.set(mark, layer.addTo(map));
      }
      // What is added is drawn on top; bring the others back into their order.
      if (shapes.size > news.length) for (const mark of inDrawingOrder(model, [...shapes.keys()])) shapes.get(mark).bringToFront();
    }
    for (const [mark, layer] of shapes) {
      const names = shapeNames(mark, tally(shown, mark), most);
      const look = Object.keys(names).filter((name) => names[name]).join(" ");
      if (layer.look === look) continue;
      layer.look = look;
      for (const node of elementsOf(layer)) {
        for (const [name, on] of Object.entries(names)) node.classList.toggle(name, on);
      }
    }
  }

  // Points

  /** The marks to be drawn at the present zoom, in groups, the one with most mentions first in each. */
  function grouped(shown) {
    const { total, literal } = shown.perMark;
    const scale = 2 ** map.getZoom();
    const { opened, selection } = store.get();
    const chosen = [opened, selection].filter(Boolean).map((item) => item.mark);
    const there = points.filter((mark) => total[mark.index]).map((mark) => {
      const { x, y } = spots.get(mark);
      return { mark, x: x * scale, y: y * scale, weight: total[mark.index] };
    });
    const lists = many
      ? gather(there, REACH, (point) => chosen.includes(point.mark.index))
      : there.sort((a, b) => b.weight - a.weight).map((point) => [point]);
    return lists.map((list) => {
      const sum = (column) => list.reduce((all, point) => all + column[point.mark.index], 0);
      const counts = { total: sum(total), literal: sum(literal) };
      const r = list.length > 1 ? groupRadius(counts.total) : radiusOf(unit, counts.total);
      return { mark: list[0].mark, others: list.slice(1).map((point) => point.mark), ...counts, r };
    });
  }

  function pointLayer({ mark, others, total, literal, r }, shown) {
    const box = Math.max(26, 2 * Math.ceil(r + 2));
    const picture = others.length ? ring(total, literal, r, app.words.number(total)) : dot(total, literal, tally(shown, mark).unsure, r);
    const layer = L.marker([mark.lat, mark.lon], {
      icon: L.divIcon({
        html: el("span", { class: "dot-box" }, picture), iconSize: [box, box], className: others.length ? "dot-icon group-icon" : "dot-icon",
      }),
      keyboard: false, // the list reaches every mark; hundreds of tab stops would not help
      zIndexOffset: -Math.round(100 * r) * 10,
    });
    if (others.length) layer.on("click", () => open(mark, others));
    else makeChoosable(mark, layer);
    return layer;
  }

  /** Take a group apart: closer in, or where that is of no use, as the popup of its first mark, which names the others. */
  function open(mark, others) {
    const box = L.latLngBounds([mark, ...others].map(({ lat, lon }) => [lat, lon]));
    const zoom = Math.min(map.getBoundsZoom(box.pad(0.2)), map.getMaxZoom());
    if (zoom > map.getZoom()) map.setView(box.getCenter(), Math.max(zoom, map.getZoom() + 1), { animate: !calm() });
    else choose(store, mark);
  }

  function drawPoints(shown) {
    const view = map.getBounds().pad(BEYOND);
    const wanted = new Map();
    for (const group of groups) {
      if (view.contains([group.mark.lat, group.mark.lon])) wanted.set(group.mark.index, group);
    }
    const stamp = ({ mark, others, total, literal, r }) =>
      `${total} ${literal} ${r} ${tally(shown, mark).unsure} ${others.map((other) => other.index)}`;
    for (const [index, layer] of drawn) {
      if (wanted.has(index) && layer.stamp === stamp(wanted.get(index))) continue;
      layer.remove();
      drawn.delete(index);
    }
    for (const [index, group] of wanted) {
      if (drawn.has(index)) continue;
      const layer = pointLayer(group, shown);
      layer.stamp = stamp(group);
      drawn.set(index, layer.addTo(map));
      flag(index);
    }
  }

  function regroup() {
    const { shown } = store.get();
    groups = grouped(shown);
    alone = new Set(groups.filter((group) => !group.others.length).map((group) => group.mark));
    drawPoints(shown);
    for (const listener of listeners) listener();
  }

  function draw() {
    const { shown } = store.get();
    const { total } = shown.perMark;
    most = total.reduce((top, n) => Math.max(top, n), 1);
    unit = unitFor(points.reduce((top, mark) => Math.max(top, total[mark.index]), 1));
    drawShapes(shown);
    regroup();
  }

  draw();
  map.on("zoomend", regroup);
  map.on("moveend resize", () => drawPoints(store.get().shown));
  store.subscribe((state, before) => {
    if (state.shown !== before.shown) draw();
    else if (many && state.opened !== before.opened) regroup(); // who is opened stands alone
    for (const { hovered, opened } of [before, state]) {
      flag(hovered);
      if (opened) flag(opened.mark);
    }
  });

  return {
    groups: () => groups,
    standsAlone: (mark) => mark.form !== "point" || alone.has(mark),
    radius: (total) => radiusOf(unit, total),
    onDrawn: (listener) => listeners.push(listener),
  };
}
