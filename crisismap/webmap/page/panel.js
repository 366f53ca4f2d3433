// The side panel: its head with the counts, its search, its tabs, and the panel as a sheet on small screens.

import { byId, el } from "./dom.js";
import { refilter } from "./filters.js";
import { TABS } from "./hash.js";
import { warmSearch } from "./search.js";
import { dateRange, daysOf } from "./wording.js";

const SEARCHABLE = 8; // sentences from which a search is worth its room
const SWIPE = 24; // pixels
const ROOM = 200; // pixels left by the list, with which the legend is open at first

/** The days from the first article to the last, where no timeline shows them. */
function period(app) {
  const [since, until] = daysOf(app.model);
  if (!since || app.model.bins.starts.length > 1) return [];
  return [" · ", el("span", { class: "date" }, dateRange(app, { since, until }))];
}

/** How much is shown of all there is. */
function countLine({ model, store, words }) {
  const { total, articles } = store.get().shown;
  const n = el("b", {}, words.number(total));
  const all = total === model.located;
  const mentions = all
    ? words.parts("count.all", { n: total, shown: n })
    : words.parts("count.some", { n: model.located, shown: n, of: model.located });
  return [...mentions, words.text("count.in-articles", { n: articles })];
}

/** Three tabs and their panels: arrow keys move among them. */
function createTabs(app) {
  const { model, store, words } = app;
  const hasUnlocated = model.located < model.mentions.size;
  const tabs = TABS.filter((name) => name !== "unlocated" || hasUnlocated).map((name) => {
    const count = el("span", { class: "tab-count" });
    const button = el("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `list-${name}`,
    }, words.text(`tab.${name}`), " ", count);
    button.addEventListener("click", () => store.set({ tab: name, filtering: false }));
    return { name, button, count };
  });

  function draw({ tab, shown }) {
    const totals = {
      places: shown.perMark.total.reduce((sum, total) => sum + (total > 0 ? 1 : 0), 0),
      articles: shown.articles,
      unlocated: shown.unlocated,
    };
    for (const { name, button, count } of tabs) {
      button.setAttribute("aria-selected", String(name === tab));
      button.tabIndex = name === tab ? 0 : -1;
      count.textContent = words.number(totals[name]);
    }
    for (const name of TABS) byId(`list-${name}`).hidden = name !== tab;
  }

  byId("tabs").replaceChildren(...tabs.map(({ button }) => button));
  byId("tabs").addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const at = tabs.findIndex(({ button }) => button === document.activeElement);
    if (at < 0 || (!step && event.key !== "Home" && event.key !== "End")) return;
    event.preventDefault();
    const ahead = words.direction === "rtl" ? -step : step;
    const to = step ? (at + ahead + tabs.length) % tabs.length : event.key === "Home" ? 0 : tabs.length - 1;
    store.set({ tab: tabs[to].name });
    tabs[to].button.focus();
  });
  draw(store.get());
  return draw;
}

/** What the handle of the sheet leads to. */
function labelSheet({ model, store, words }) {
  const closed = model.marks.length ? "sheet.places" : "sheet.about";
  byId("sheet-label").textContent = words.text(store.get().sheet ? "sheet.map" : closed);
}

function createSheet({ store, map }) {
  const handle = byId("sheet-handle");
  let from = null; // where on the screen the handle was taken
  let pulled = false;
  handle.addEventListener("click", (event) => {
    // The click that ends a pull is not one; a key press, without pointer detail, always is.
    if (!pulled || event.detail === 0) store.set({ sheet: !store.get().sheet });
  });
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    from = event.clientY;
    pulled = false;
  });
  handle.addEventListener("pointermove", (event) => {
    if (from === null || Math.abs(event.clientY - from) < SWIPE) return;
    store.set({ sheet: event.clientY < from });
    from = null;
    pulled = true;
  });
  for (const name of ["pointerup", "pointercancel"]) handle.addEventListener(name, () => { from = null; });

  /** On a small screen the map ends where the closed sheet begins. */
  return function fitStage() {
    const closed = store.get().sheet ? null : byId("panel").offsetHeight;
    if (closed) document.documentElement.style.setProperty("--sheet", `${closed}px`);
    map.invalidateSize({ animate: false, pan: false });
  };
}

export function createPanel(app) {
  const { model, store, words } = app;
  const dates = period(app);
  const drawTabs = createTabs(app);
  const fitStage = createSheet(app);
  const search = byId("search");

  function drawCounts() {
    byId("summary").replaceChildren(...(model.located ? [...countLine(app), ...dates] : []));
  }

  document.title = model.title;
  byId("title").textContent = model.title;
  byId("search-box").hidden = model.sentences.length < SEARCHABLE && model.marks.length < SEARCHABLE;
  byId("tabs").hidden = !model.mentions.size;
  search.addEventListener("focus", () => warmSearch(model), { once: true });
  search.addEventListener("input", () => refilter(app, { text: search.value }));
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !search.value) return;
    event.stopPropagation(); // Esc empties the field before it closes anything
    search.value = "";
    refilter(app, { text: "" });
  });
  drawCounts();
  labelSheet(app);
  store.subscribe((state, before) => {
    if (state.shown !== before.shown) {
      drawCounts();
      byId("search-status").textContent = byId("summary").textContent;
    }
    if (state.filter.text !== before.filter.text && search.value.trim() !== state.filter.text.trim()) search.value = state.filter.text;
    if (state.shown !== before.shown || state.tab !== before.tab) drawTabs(state);
    if (state.sheet !== before.sheet) {
      if (!state.sheet && byId("panel-body").contains(document.activeElement)) byId("sheet-handle").focus();
      byId("panel").classList.toggle("is-open", state.sheet);
      byId("sheet-handle").setAttribute("aria-expanded", String(state.sheet));
      labelSheet(app);
    }
  });
  window.addEventListener("resize", fitStage);
  return {
    /** To be called once all is drawn. */
    settle() {
      const { clientHeight, scrollHeight } = byId("list-places");
      byId("legend-fold").open = scrollHeight <= clientHeight && clientHeight - byId("places").offsetHeight > ROOM;
      fitStage();
    },
  };
}
