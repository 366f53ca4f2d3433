// The drawer of filters.  Each choice says how many mentions it would show, given all the others.

import { byId, el, foreign } from "./dom.js";
import { LEVELS, PRECISIONS, countriesOf, refilter } from "./filters.js";
import { fold, matches } from "./search.js";
import { countryLabel, levelWords } from "./wording.js";

const FEW = 6; // choices of a facet that are shown before it is unfolded
const LONG = 12; // choices from which a facet has a search of its own

/** A group of check boxes for one list of the filter: { box, draw }. */
function createFacet(app, { name, title, items, counts, label }) {
  const { store, words } = app;
  const list = el("ul", { class: "facet-list" });
  const more = el("button", { type: "button", class: "link facet-more" });
  const find = items.length >= LONG
    ? el("input", { type: "search", class: "facet-find", placeholder: words.text("facet.find"), "aria-label": words.text("facet.find-in", { title }), autocomplete: "off", spellcheck: "false" })
    : null;
  const box = el("fieldset", { class: "facet" }, el("legend", {}, title), find, list, more);
  const boxes = new Map(); // check boxes by item
  let unfolded = false;

  const rows = items.map((item, number) => {
    const check = el("input", { type: "checkbox" });
    const count = el("span", { class: "facet-count" });
    const bar = el("span", { class: "facet-bar", "aria-hidden": "true" });
    const node = el("li", {}, el("label", {}, check, el("span", { class: "facet-name" }, label(item), bar), count));
    check.addEventListener("change", () => {
      const now = store.get().filter[name].filter((other) => other !== item);
      refilter(app, { [name]: check.checked ? [...now, item] : now });
    });
    boxes.set(item, check);
    return { item, number, node, count, bar, folded: fold(node.textContent) };
  });

  function draw({ filter, shown }) {
    const totals = counts(shown.facets);
    const most = Math.max(1, ...totals);
    const picked = new Set(filter[name]);
    const wanted = fold((find ? find.value : "").trim());
    // A choice that was made stays in sight; the rest by how much it would show.
    const sorted = rows
      .filter(({ folded }) => !wanted || matches(folded, wanted))
      .sort((a, b) => picked.has(b.item) - picked.has(a.item) || totals[b.number] - totals[a.number] || a.number - b.number);
    const chosen = sorted.filter(({ item }) => picked.has(item)).length;
    const visible = unfolded || wanted ? sorted : sorted.slice(0, Math.max(FEW, chosen));
    const active = document.activeElement;
    for (const { item, number, node, count, bar } of visible) {
      const total = totals[number];
      count.textContent = words.number(total);
      bar.style.width = `${(100 * total) / most}%`;
      node.classList.toggle("is-none", total === 0);
      boxes.get(item).checked = picked.has(item);
    }
    const nodes = visible.map(({ node }) => node);
    if (nodes.length !== list.children.length || nodes.some((node, at) => node !== list.children[at])) list.replaceChildren(...nodes);
    if (active !== document.activeElement && active.isConnected) active.focus({ preventScroll: true });
    more.hidden = Boolean(wanted) || items.length <= FEW;
    more.textContent = unfolded ? words.text("facet.fewer") : words.text("facet.all", { n: items.length });
    more.setAttribute("aria-expanded", String(unfolded));
  }

  more.addEventListener("click", () => {
    unfolded = !unfolded;
    draw(store.get());
  });
  if (find) find.addEventListener("input", () => draw(store.get()));
  return { box, draw };
}

/** A switch: { box, draw }. */
function createSwitch(app, { key, on, off, isOn, count }) {
  const { words } = app;
  const check = el("input", { type: "checkbox", role: "switch" });
  const total = el("span", { class: "facet-count" });
  check.addEventListener("change", () => refilter(app, check.checked ? on : off));
  return {
    box: el("label", { class: "switch" }, check,
      el("span", { class: "switch-words" }, words.text(`${key}.title`), el("small", {}, words.text(`${key}.hint`))), total),
    draw({ filter, shown }) {
      check.checked = isOn(filter);
      total.textContent = count ? words.number(count(shown)) : "";
    },
  };
}

/** How sure a mention has to be: { box, draw }. */
function createLevels(app) {
  const { words } = app;
  const range = el("input", { type: "range", id: "level", min: 0, max: LEVELS.length - 1, step: 1 });
  const says = el("output", { for: "level", id: "level-words" });
  const total = el("span", { class: "facet-count" });
  range.addEventListener("input", () => refilter(app, { minConfidence: LEVELS[range.value] }));
  return {
    box: el("fieldset", { class: "facet level" }, el("legend", {}, el("label", { for: "level" }, words.text("facet.confidence"))),
      el("p", { class: "level-line" }, says, total), range),
    draw({ filter, shown }) {
      let level = 0;
      while (level + 1 < LEVELS.length && LEVELS[level + 1] <= filter.minConfidence + 1e-9) level += 1;
      const text = filter.minConfidence ? levelWords(app, filter.minConfidence) : words.text("level.any");
      range.value = level;
      range.setAttribute("aria-valuetext", text);
      says.textContent = text;
      total.textContent = words.number(shown.facets.levels.slice(level).reduce((sum, n) => sum + n, 0));
    },
  };
}

/** The controls that tell anything apart in this model. */
function createControls(app) {
  const { model, words } = app;
  const { literal, anchor, confidence, precision, mark, kind } = model.mentions;
  const located = [...mark.keys()].filter((i) => mark[i] >= 0);
  const differ = (column) => located.some((i) => column[i] !== column[located[0]]);
  const countries = countriesOf(model).codes;
  const precisions = PRECISIONS.filter((value) => located.some((i) => precision[i] === value));
  const kinds = model.kinds.filter((_, number) => located.some((i) => kind[i] === number));
  const facets = [
    { name: "kinds", title: words.text("facet.kind"), items: kinds, label: (item) => words.text(`kind.${item}`), counts: ({ kinds: all }) => kinds.map((item) => all[model.kinds.indexOf(item)]) },
    { name: "countries", title: words.text("facet.country"), items: countries, label: (code) => foreign(countryLabel(app, code)), counts: (found) => [...found.countries] },
    { name: "sources", title: words.text("facet.source"), items: model.sources, label: (source) => (source ? foreign(source) : words.text("facet.no-source")), counts: (found) => [...found.sources] },
    { name: "precisions", title: words.text("facet.precision"), items: precisions, label: (value) => words.text(`precision.${value}`), counts: (found) => precisions.map((value) => found.precisions[value]) },
  ];
  return [
    differ(literal) ? createSwitch(app, { key: "switch.literal", on: { roles: "literal" }, off: { roles: "all" }, isOn: ({ roles }) => roles === "literal", count: (shown) => shown.facets.roles[1] }) : null,
    differ(anchor) ? createSwitch(app, { key: "switch.anchors", on: { anchors: false }, off: { anchors: true }, isOn: ({ anchors }) => !anchors }) : null,
    differ(confidence) ? createLevels(app) : null,
    ...facets.filter(({ items }) => items.length > 1).map((facet) => createFacet(app, facet)),
  ].filter(Boolean);
}

export function createFiltersPanel(app) {
  const { store, words } = app;
  const toggle = byId("filters-toggle");
  const drawer = byId("filters");
  const controls = createControls(app);
  const done = el("button", { type: "button", class: "primary" });

  function draw(state) {
    for (const control of controls) control.draw(state);
    done.textContent = words.text("filters.show", { n: state.shown.total });
  }

  function close() {
    store.set({ filtering: false });
    toggle.focus();
  }

  toggle.hidden = controls.length === 0;
  drawer.replaceChildren(el("div", { class: "filters-body" }, ...controls.map(({ box }) => box)), el("div", { class: "filters-foot" }, done));
  toggle.addEventListener("click", () => store.set({ filtering: !store.get().filtering }));
  done.addEventListener("click", close);
  drawer.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  store.subscribe((state, before) => {
    if (state.filtering !== before.filtering) {
      drawer.hidden = !state.filtering;
      byId("lists").hidden = state.filtering;
      toggle.setAttribute("aria-expanded", String(state.filtering));
    }
    if (state.filtering && (state.shown !== before.shown || !before.filtering)) draw(state);
  });
}
