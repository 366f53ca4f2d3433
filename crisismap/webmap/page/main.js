// Start: the model, the store, then the views, each of which hears of the store and of no other view.

import { createAbout } from "./about.js";
import { addControls, createPaints, drawBasemap, keepCalm } from "./basemap.js";
import { openingBounds, show } from "./camera.js";
import { createChips } from "./chips.js";
import { decode } from "./data.js";
import { byId } from "./dom.js";
import { createEmbed } from "./embed.js";
import { EVERYTHING, apply } from "./filters.js";
import { createFiltersPanel } from "./filters_panel.js";
import { TABS } from "./hash.js";
import { createLabels } from "./labels.js";
import { createLanguage } from "./language.js";
import { drawLegend } from "./legend.js";
import { createMarks } from "./marks.js";
import { createWords } from "./messages.js";
import { createOutside } from "./outside.js";
import { createPanel } from "./panel.js";
import { createPlaceList } from "./place_list.js";
import { createPopup } from "./popup.js";
import { createPrint } from "./print.js";
import { createReadingList } from "./reading_list.js";
import { createSelection } from "./selection.js";
import { createShare, stateOfAddress } from "./share.js";
import { createStore, unchoose } from "./state.js";
import { createTimeline } from "./timeline.js";
import { createToolbar } from "./toolbar.js";
import { createUnlocated } from "./unlocated.js";
import { createRivals } from "./why.js";

/** The words that stand in page.html itself. */
function fillWords(words) {
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = words.text(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", words.text(node.dataset.label));
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = words.text(node.dataset.placeholder);
}

function start() {
  const island = JSON.parse(byId("data").textContent);
  const map = window.map_crisis; // folium's
  const model = decode(island);
  const words = createWords(island.messages, stateOfAddress(model, Object.keys(island.messages)).language || model.language);
  const store = createStore({
    filter: EVERYTHING, // filters.js
    shown: apply(model, EVERYTHING), // what the filter lets through; changes with it
    selection: null, // what was chosen: see choose() in state.js
    opened: null, // the same, once the map has arrived there
    rival: null, // a place that was not chosen and is looked at: { place, mark }, by number
    hovered: -1, // the number of the mark that the pointer is at
    tab: TABS[0], // which list is in sight
    filtering: false, // whether the drawer of filters is open
    sheet: false, // whether the sheet of a small screen is open
    about: false, // whether the dialog is open
    language: words.language,
  });
  const app = { model, store, words, map, paints: null, marks: null };

  createLanguage(app);
  fillWords(words);
  map.setView([30, 20], 2, { animate: false });
  app.paints = createPaints(map);
  addControls(app);
  keepCalm(app);
  const panel = createPanel(app);
  createAbout(app);
  createEmbed(app);
  createToolbar(app);
  createChips(app);
  createTimeline(app);
  createFiltersPanel(app);
  createPlaceList(app);
  createReadingList(app);
  createUnlocated(app);
  panel.settle();
  if (model.marks.length) show(map, openingBounds(app), false);
  drawBasemap(app); // in the view that the page opens with: nothing is drawn twice
  app.marks = createMarks(app);
  drawLegend(app);
  createOutside(app);
  createLabels(app);
  createSelection(app);
  createPopup(app);
  createRivals(app);
  createShare(app);
  createPrint(app);

  map.getContainer().setAttribute("aria-label", words.text("map.label"));
  map.getContainer().setAttribute("role", "region");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || store.get().about) return;
    if (store.get().opened) unchoose(store);
    else store.set({ sheet: false });
  });
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address after "#" is the state's
    map.getContainer().focus();
  });
  document.documentElement.classList.add("is-ready");
}

start();
