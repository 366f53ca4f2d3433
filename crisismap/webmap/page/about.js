// Where the map comes from and what it does not claim.

import { byId, el } from "./dom.js";

export function createAbout({ model, store, words }) {
  const claim = (key) => el("span", { class: "claim" }, words.text(key));
  const button = el("button", { type: "button", class: "link" }, words.text("attribution.about"));
  byId("about-borders").textContent = words.text(`about.borders.${model.borders}`);
  byId("attribution").replaceChildren(
    words.text(`attribution.borders.${model.borders}`), claim("attribution.claim"),
    words.text("attribution.sources"), claim("attribution.license"), " · ", button);
  for (const opener of [button, byId("open-about")]) opener.addEventListener("click", () => store.set({ about: true }));
  byId("about").addEventListener("close", () => store.set({ about: false }));
  store.subscribe((state, before) => {
    if (state.about && !before.about) byId("about").showModal();
  });
}
