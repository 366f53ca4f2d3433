// The head of the side panel, and the panel as a sheet on small screens.

import { byId, el } from "./dom.js";

function summary({ model, words }) {
  const dates = model.articles.map((article) => article.date).filter(Boolean).sort();
  const span = dates.length ? [words.date(dates[0]), words.date(dates[dates.length - 1])] : [];
  const days = [...new Set(span)].map((text) => el("span", { class: "date" }, text));
  const count = model.marks.filter((mark) => !mark.place).length;
  const described = count ? words.text("summary.described", { n: count }) : "";
  const places = words.text("summary.places", { n: model.marks.length - count });
  const tally = words.text("summary.in-articles", { places, described, n: model.articles.length });
  return [tally, days.length ? " · " : "", days[0] || "", days.length > 1 ? " – " : "", days[1] || ""];
}

export function createPanel(app) {
  const { model, store, words, map } = app;
  document.title = model.title;
  byId("title").textContent = model.title;
  if (model.marks.length) byId("summary").replaceChildren(...summary(app));
  byId("sheet-label").textContent = words.text(model.marks.length ? "sheet.places" : "sheet.about");
  byId("sheet-handle").addEventListener("click", () => store.set({ sheet: !store.get().sheet }));

  /** On a small screen the map ends where the closed sheet begins. */
  function fitStage() {
    const closed = store.get().sheet ? null : byId("panel").offsetHeight;
    if (closed) document.documentElement.style.setProperty("--sheet", `${closed}px`);
    map.invalidateSize({ animate: false, pan: false });
  }

  store.subscribe((state, before) => {
    if (state.sheet === before.sheet) return;
    byId("panel").classList.toggle("is-open", state.sheet);
    byId("sheet-handle").setAttribute("aria-expanded", String(state.sheet));
  });
  window.addEventListener("resize", fitStage);
  return { fitStage };
}
