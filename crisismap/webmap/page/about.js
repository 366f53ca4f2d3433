// Where the map comes from, how to read it, and what it does not claim.

import { byId, el } from "./dom.js";

const KEYS = [
  ["tab", ["Tab"]], ["arrows", ["←", "→", "↑", "↓"]], ["enter", ["Enter"]], ["escape", ["Esc"]], ["zoom", ["+", "−"]],
];

/** What the map rests on, in one line of text. */
export function creditLine({ model, words }) {
  const keys = [`attribution.borders.${model.borders}`, "attribution.claim", "attribution.sources", "attribution.license"];
  const tiles = model.tiles ? model.tiles.credits.map(([text]) => ` · ${text}`) : [];
  return keys.map((key) => words.text(key)).concat(tiles).join("");
}

function keyboard({ words }) {
  return KEYS.flatMap(([name, keys]) => [
    el("dt", {}, ...keys.flatMap((key) => [el("kbd", { dir: "ltr" }, key), " "])),
    el("dd", {}, words.text(`about.key.${name}`)),
  ]);
}

export function createAbout(app) {
  const { model, store, words } = app;
  const claim = (key) => el("span", { class: "claim" }, words.text(key));
  const button = el("button", { type: "button", class: "link" }, words.text("attribution.about"));
  byId("about-borders").textContent = words.text(`about.borders.${model.borders}`);
  byId("about-keys").replaceChildren(...keyboard(app));
  byId("about-version").textContent = words.text("about.version", { version: model.version });
  byId("about-network").textContent = words.text(model.tiles ? "about.tiles" : "about.no-network");
  if (model.gazetteer) {
    const { places, date } = model.gazetteer;
    byId("about-gazetteer").textContent = `(${words.text("about.gazetteer", { n: places, date: words.date(date) || date })})`;
  }
  byId("attribution").replaceChildren(
    words.text(`attribution.borders.${model.borders}`), claim("attribution.claim"),
    words.text("attribution.sources"), claim("attribution.license"), " · ", button);
  for (const opener of [button, byId("open-about")]) opener.addEventListener("click", () => store.set({ about: true }));
  byId("about").addEventListener("close", () => store.set({ about: false }));
  store.subscribe((state, before) => {
    if (state.about && !before.about) byId("about").showModal();
  });
}
