// What the filter leaves out, as a row of chips, each of which can be taken away.

import { byId, el, foreign } from "./dom.js";
import { EVERYTHING, refilter } from "./filters.js";
import { countryLabel, dateRange, levelWords } from "./wording.js";

/** One { patch, nodes } for each part of the filter that says something. */
export function partsOfFilter(app, filter) {
  const { words } = app;
  const found = [];
  const say = (key, value, patch) => found.push({ nodes: words.parts(key, { value }), patch });
  const without = (name, item) => ({ [name]: filter[name].filter((other) => other !== item) });
  const text = filter.text.trim();
  if (text) say("chip.text", foreign(text), { text: "" });
  if (filter.since || filter.until) say("chip.date", dateRange(app, filter), { since: "", until: "" });
  for (const item of filter.sources) say("chip.value", foreign(item), without("sources", item));
  for (const item of filter.countries) say("chip.value", foreign(countryLabel(app, item)), without("countries", item));
  for (const item of filter.kinds) say("chip.value", words.text(`kind.${item}`), without("kinds", item));
  for (const item of filter.precisions) say("chip.value", words.text(`precision.${item}`), without("precisions", item));
  if (filter.roles === "literal") say("chip.literal", "", { roles: "all" });
  if (!filter.anchors) say("chip.anchors", "", { anchors: true });
  if (filter.minConfidence) say("chip.confidence", levelWords(app, filter.minConfidence), { minConfidence: 0 });
  return found;
}

export function createChips(app) {
  const { store, words } = app;
  const list = byId("chips");

  function remove(patch, number) {
    refilter(app, patch);
    const left = list.querySelectorAll("button");
    (left[Math.min(number, left.length - 1)] || byId("filters-toggle")).focus({ preventScroll: true });
  }

  function draw({ filter }) {
    const found = partsOfFilter(app, filter);
    const chips = found.map(({ nodes, patch }, number) => {
      const button = el("button", { type: "button", class: "filter-chip" }, el("span", { class: "hidden-label" }, words.text("chip.remove")),
        el("span", { class: "chip-words" }, ...nodes), el("span", { "aria-hidden": "true" }, "×"));
      button.addEventListener("click", () => remove(patch, number));
      return el("li", {}, button);
    });
    const clear = el("button", { type: "button", class: "link clear-all" }, words.text("chip.clear"));
    clear.addEventListener("click", () => remove(EVERYTHING, 0));
    list.replaceChildren(...chips, ...(found.length ? [el("li", {}, clear)] : []));
    list.hidden = found.length === 0;
    byId("filters-count").textContent = found.length ? words.number(found.length) : "";
  }

  draw(store.get());
  store.subscribe((state, before) => {
    if (state.filter !== before.filter) draw(state);
  });
}
