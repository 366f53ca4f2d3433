// The tools at the corner of the map: the language, and what can be taken away.

import { el } from "./dom.js";
import { fileName, toCSV, toGeoJSON } from "./download.js";
import { creditLine } from "./about.js";
import { snapshot } from "./snapshot.js";

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser may still be reading it
}

/** A button that opens a short list of actions; Esc or a click elsewhere closes it. */
function createMenu(app) {
  const { model, store, words } = app;
  const on = () => store.get().shown.on;
  const actions = {
    csv: () => save(fileName(model.title, "csv"), "text/csv;charset=utf-8", toCSV(model, on())),
    geojson: () => save(fileName(model.title, "geojson"), "application/geo+json", toGeoJSON(model, on())),
    svg: () => save(fileName(model.title, "svg"), "image/svg+xml", snapshot(app, creditLine(app))),
    print: () => window.print(),
  };
  const note = el("p", { class: "menu-note" });
  const list = el("div", { class: "menu", id: "take-away", hidden: true }, note);
  const button = el("button", {
    type: "button", class: "tool-button", "aria-expanded": "false", "aria-controls": "take-away",
    "aria-label": words.text("take.open"), title: words.text("take.open"),
  }, el("span", { class: "save-sign", "aria-hidden": "true" }));

  function toggle(open) {
    if (open) note.textContent = words.text("take.note", { n: store.get().shown.total });
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  }

  for (const [name, act] of Object.entries(actions)) {
    const item = el("button", { type: "button", class: "menu-item", "data-take": name }, words.text(`take.${name}`));
    item.addEventListener("click", () => {
      toggle(false);
      button.focus();
      act();
    });
    list.append(item);
  }
  button.addEventListener("click", () => toggle(list.hidden));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    toggle(false);
    button.focus();
  }, { capture: true });
  document.addEventListener("pointerdown", (event) => {
    if (!list.contains(event.target) && !button.contains(event.target)) toggle(false);
  });
  return el("div", { class: "menu-box" }, button, list);
}

/** The languages there are; a choice is followed by language.js. */
function createLanguageChoice({ store, words }) {
  const choice = el("select", { class: "language", id: "language", "aria-label": words.text("language.label") },
    ...words.languages.map((code) => el("option", { value: code, lang: code, selected: code === words.language }, words.nameOf(code))));
  choice.addEventListener("change", () => store.set({ language: choice.value }));
  return choice;
}

export function createToolbar(app) {
  const { map, words } = app;
  const Tools = L.Control.extend({
    onAdd() {
      const box = el("div", { class: "toolbar" });
      if (words.languages.length > 1) box.append(createLanguageChoice(app));
      box.append(createMenu(app));
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    },
  });
  new Tools({ position: words.direction === "rtl" ? "topleft" : "topright" }).addTo(map);
}
