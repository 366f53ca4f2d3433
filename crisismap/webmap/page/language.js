// The language of the page.  A page is drawn in one language: another one draws it anew, from the same address.

import { encodeState } from "./hash.js";

export function createLanguage({ map, model, store, words }) {
  document.documentElement.lang = words.language;
  document.documentElement.dir = words.direction;
  store.subscribe((state, before) => {
    if (state.language === before.language || state.language === words.language) return;
    const { filter, selection, language, tab } = state;
    const { lat, lng } = map.getCenter();
    const view = { lat, lon: lng, zoom: map.getZoom() };
    window.location.hash = encodeState({ filter, mark: selection ? selection.mark : -1, view, language, tab }, model);
    window.location.reload();
  });
}
