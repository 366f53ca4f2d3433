// The marks on the map: redrawn whenever the filter changes what is shown.

import { inDrawingOrder, shapeLayer } from "./areas.js";
import { calm, el } from "./dom.js";
import { dot, radiusOf, unitFor } from "./dots.js";
import { ranked, tally } from "./filters.js";
import { choose } from "./state.js";

const MANY = 200; // point marks beyond which near ones are drawn as one cluster

/** Draws the marks and returns what others need to know of them: { layerOf, radius, standsAlone, reveal }. */
export function createMarks(app) {
  const { map, model, store } = app;
  const clustered = model.marks.filter((mark) => mark.form === "point").length > MANY;
  const layers = new Map(); // by mark
  let unit = 1;
  let group = null;

  const radius = (total) => radiusOf(unit, total);

  function makeChoosable(mark, layer) {
    layer.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      choose(store, mark, { at: mark.form === "point" ? null : event.latlng });
    });
    layer.on("mouseover", () => store.set({ hovered: mark.index }));
    layer.on("mouseout", () => store.set({ hovered: -1 }));
    layers.set(mark, layer);
  }

  function pointLayer(mark, { total, literal, unsure }) {
    const r = radius(total);
    const box = Math.max(26, 2 * Math.ceil(r + 2));
    const icon = el("span", { class: "dot-box" }, dot(total, literal, unsure, r));
    const layer = L.marker([mark.lat, mark.lon], {
      icon: L.divIcon({ html: icon, className: "dot-icon", iconSize: [box, box] }),
      keyboard: false, // the list reaches every mark; hundreds of tab stops would not help
      zIndexOffset: -Math.round(100 * r) * 10,
    });
    layer.total = total;
    return layer;
  }

  function makeCluster() {
    return L.markerClusterGroup({
      showCoverageOnHover: false,
      maxClusterRadius: 46,
      animate: !calm(),
      spiderLegPolylineOptions: { className: "spider-leg" },
      iconCreateFunction(cluster) {
        const total = cluster.getAllChildMarkers().reduce((sum, child) => sum + child.total, 0);
        const size = Math.round(Math.min(54, 24 + 5 * Math.log2(total)));
        const face = el("span", { class: "cluster" }, app.words.number(total));
        return L.divIcon({ html: face, className: "cluster-icon", iconSize: [size, size] });
      },
    });
  }

  function draw(shown) {
    for (const layer of layers.values()) layer.remove();
    if (group) group.remove();
    layers.clear();
    const marks = ranked(model, shown);
    const most = marks.length ? shown.perMark.total[marks[0].index] : 1;
    for (const mark of inDrawingOrder(model, marks.filter((item) => item.form !== "point"))) {
      const layer = shapeLayer(app, mark, tally(shown, mark), most);
      makeChoosable(mark, layer);
      layer.addTo(map);
    }
    const points = marks.filter((mark) => mark.form === "point").sort((a, b) => a.index - b.index);
    unit = unitFor(points.reduce((top, mark) => Math.max(top, shown.perMark.total[mark.index]), 1));
    group = clustered ? makeCluster() : null;
    const made = points.map((mark) => {
      const layer = pointLayer(mark, tally(shown, mark));
      makeChoosable(mark, layer);
      return layer;
    });
    if (group) map.addLayer(group.addLayers(made));
    else for (const layer of made) layer.addTo(map);
  }

  function elementsOf(mark) {
    const found = [];
    const visit = (layer) => {
      if (layer.eachLayer) layer.eachLayer(visit);
      else if (layer.getElement && layer.getElement()) found.push(layer.getElement());
    };
    if (layers.has(mark)) visit(layers.get(mark));
    return found;
  }

  function flag(index, name, on) {
    if (index >= 0) for (const node of elementsOf(model.marks[index])) node.classList.toggle(name, on);
  }

  const opened = (state) => (state.opened ? state.opened.mark : -1);

  draw(store.get().shown);
  store.subscribe((state, before) => {
    if (state.shown !== before.shown) {
      draw(state.shown);
      flag(opened(state), "is-selected", true);
    }
    if (state.hovered !== before.hovered) {
      flag(before.hovered, "is-hovered", false);
      flag(state.hovered, "is-hovered", true);
    }
    if (state.opened !== before.opened) {
      flag(opened(before), "is-selected", false);
      flag(opened(state), "is-selected", true);
    }
  });

  return {
    radius,
    /** Whether the mark is drawn itself, rather than inside a cluster. */
    standsAlone: (mark) => !group || mark.form !== "point" || group.getVisibleParent(layers.get(mark)) === layers.get(mark),
    /** Take the mark out of its cluster, then call back. */
    reveal(mark, then) {
      if (group && mark.form === "point") group.zoomToShowLayer(layers.get(mark), then);
      else then();
    },
  };
}
