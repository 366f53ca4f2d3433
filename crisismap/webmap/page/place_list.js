// The list of the places that are shown, most mentioned first.

import { byId, el, foreign } from "./dom.js";
import { dot } from "./dots.js";
import { ranked, refilter, tally } from "./filters.js";
import { markKind, markName } from "./naming.js";
import { choose } from "./state.js";

const SEARCHABLE = 8; // marks from which a search is worth its room

function symbol(mark, { total, literal, unsure }) {
  if (mark.form === "point") return dot(2, literal ? (literal === total ? 2 : 1) : 0, unsure, 6);
  const name = mark.form === "line" ? "swatch is-line" : `swatch ${literal ? "is-area" : "in-name"}`;
  return el("span", { class: `${name}${unsure ? " is-unsure" : ""}`, "aria-hidden": "true" });
}

export function createPlaceList(app) {
  const { model, store, words } = app;
  const entries = new Map(); // buttons by the index of their mark

  function entryOf(mark, counts) {
    const button = el("button", { type: "button", class: "place" },
      el("span", { class: "place-symbol" }, symbol(mark, counts)),
      el("span", { class: "place-text" },
        foreign(markName(app, mark), "span"), el("span", { class: "hidden-label" }, ", "),
        el("small", {}, foreign(markKind(app, mark)))),
      el("span", { class: "place-count" }, words.number(counts.total),
        el("span", { class: "hidden-label" }, words.text("list.mentions", { n: counts.total }))));
    button.addEventListener("click", (event) => {
      store.set({ sheet: false });
      // A key press, which has no pointer detail, moves the focus along with the view.
      choose(store, mark, { fly: true, focus: event.detail === 0 });
    });
    button.addEventListener("mouseenter", () => store.set({ hovered: mark.index }));
    button.addEventListener("mouseleave", () => store.set({ hovered: -1 }));
    return button;
  }

  function draw({ shown, filter, opened }) {
    entries.clear();
    const items = ranked(model, shown).map((mark) => {
      entries.set(mark.index, entryOf(mark, tally(shown, mark)));
      return el("li", {}, entries.get(mark.index));
    });
    byId("places").replaceChildren(...items);
    if (opened && entries.has(opened.mark)) entries.get(opened.mark).setAttribute("aria-current", "true");
    byId("search-status").textContent = filter.text.trim() ? words.text("search.found", { n: items.length }) : "";
    byId("empty").hidden = items.length > 0;
    byId("empty").textContent = items.length ? "" : words.text(model.located ? "search.none" : "list.empty");
  }

  const flag = (index, on) => {
    if (entries.has(index)) entries.get(index).classList.toggle("is-hovered", on);
  };

  byId("search-box").hidden = model.marks.length < SEARCHABLE;
  byId("search").addEventListener("input", () => refilter(app, { text: byId("search").value }));
  draw(store.get());
  store.subscribe((state, before) => {
    if (state.shown !== before.shown) draw(state);
    if (state.hovered !== before.hovered) {
      flag(before.hovered, false);
      flag(state.hovered, true);
    }
    if (state.opened !== before.opened) {
      if (before.opened && entries.has(before.opened.mark)) entries.get(before.opened.mark).removeAttribute("aria-current");
      if (state.opened && entries.has(state.opened.mark)) entries.get(state.opened.mark).setAttribute("aria-current", "true");
    }
  });
}
