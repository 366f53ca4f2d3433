// The address follows what the reader chose, and the page follows the address.

import { refilter } from "./filters.js";
import { decodeState, encodeState } from "./hash.js";
import { choose, unchoose } from "./state.js";

const PAUSE = 250; // milliseconds of quiet before the address is written: browsers limit how often it may change

/** What the address says at the start; the language has to be known before anything is drawn. */
export function stateOfAddress(model, languages) {
  return decodeState(window.location.hash, model, languages);
}

export function createShare(app) {
  const { map, model, store, words } = app;
  let timer = 0;
  let written = window.location.hash.slice(1);

  function write() {
    const { filter, selection, language, tab } = store.get();
    const { lat, lng } = map.getCenter();
    const view = { lat, lon: lng, zoom: map.getZoom() };
    written = encodeState({ filter, mark: selection ? selection.mark : -1, view, language, tab }, model);
    try {
      window.history.replaceState(window.history.state, "", `#${written}`);
    } catch {
      stop(); // a frame without an address of its own
    }
  }

  function schedule() {
    clearTimeout(timer);
    timer = setTimeout(write, PAUSE);
  }

  const stop = store.subscribe((state, before) => {
    if (["filter", "selection", "language", "tab"].some((name) => state[name] !== before[name])) schedule();
  });

  function follow(wanted) {
    refilter(app, wanted.filter);
    store.set({ tab: wanted.tab });
    if (wanted.language) store.set({ language: wanted.language });
    const { view, mark } = wanted;
    if (view) map.setView([view.lat, view.lon], view.zoom, { animate: false });
    const { selection, shown } = store.get();
    if (mark >= 0 && shown.perMark.total[mark]) {
      if (!selection || selection.mark !== mark) choose(store, model.marks[mark], { fly: !view });
    } else if (selection) {
      unchoose(store);
    }
  }

  if (written) follow(stateOfAddress(model, words.languages));
  map.on("moveend", schedule);
  window.addEventListener("hashchange", () => {
    const hash = window.location.hash.slice(1);
    if (hash === written || (hash && !hash.includes("="))) return; // an anchor of the page, say
    written = hash;
    follow(stateOfAddress(model, words.languages));
  });
}
