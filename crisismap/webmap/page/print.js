// What a printed page holds beside the map: heading, date, filters, legend, and the sentences behind the marks.

import { creditLine } from "./about.js";
import { partsOfFilter } from "./chips.js";
import { byId, el, foreign } from "./dom.js";
import { ranked, tally } from "./filters.js";
import { markKind, markName } from "./naming.js";
import { articleHeading, quote } from "./quotes.js";

const MOST_PRINTED = 1000; // sentences; more make a browser's preview stall

/** What is on the map, with its mentions. */
function places(app) {
  const { shown } = app.store.get();
  return el("ul", { class: "print-places" }, ...ranked(app.model, shown).slice(0, MOST_PRINTED).map((mark) =>
    el("li", {}, el("b", {}, foreign(markName(app, mark))), " ", foreign(markKind(app, mark)), ` · ${app.words.number(tally(shown, mark).total)}`)));
}

/** The sentences with mentions that are shown on the map, in reading order. */
function sentences({ model, store }) {
  const { on } = store.get().shown;
  const { mark, sentence } = model.mentions;
  const found = new Map();
  for (let i = 0; i < model.mentions.size; i++) {
    if (!on[i] || mark[i] < 0) continue;
    if (!found.has(sentence[i])) found.set(sentence[i], []);
    found.get(sentence[i]).push(i);
  }
  return [...found].map(([number, mentions]) => ({ sentence: model.sentences[number], mentions }));
}

function sentenceNodes(app, found) {
  let article = null;
  return found.flatMap(({ sentence, mentions }) => {
    const line = el("p", {}, quote(app, sentence, mentions));
    if (sentence.article === article) return [line];
    article = sentence.article;
    return [articleHeading(app, article), line];
  });
}

/** The date of printing is the reader's; the page itself has none. */
function today({ locale }) {
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" }).format(new Date());
}

function fill(app) {
  const { model, store, words } = app;
  const filters = partsOfFilter(app, store.get().filter);
  const all = sentences(app);
  const found = all.slice(0, MOST_PRINTED);
  const left = all.length - found.length;
  const line = (text, ...more) => el("p", {}, text, ...more);
  const said = filters.flatMap(({ nodes }, number) => [number ? " · " : "", ...nodes]);
  byId("print-head").replaceChildren(
    el("h1", {}, foreign(model.title)),
    line(byId("summary").textContent, ` · ${words.text("print.date", { date: today(words) })}`),
    said.length ? line(...words.parts("print.filters", { filters: el("span", {}, ...said) })) : "");
  const legend = byId("legend").cloneNode(true);
  legend.removeAttribute("id");
  byId("print-body").replaceChildren(
    legend,
    el("p", { class: "print-claim" }, `${words.text("about.program")} ${words.text("about.no-opinion")} ${words.text(`about.borders.${model.borders}`)}`),
    line(creditLine(app)),
    ...(found.length ? [
      el("h2", {}, words.text("panel.label")), places(app),
      el("h2", {}, words.text("print.sentences")), ...sentenceNodes(app, found),
    ] : []),
    left ? line(words.text("print.left-out", { n: left })) : "");
}

export function createPrint(app) {
  const { map } = app;
  let seen = null;
  window.addEventListener("beforeprint", () => {
    if (seen) return;
    seen = { bounds: map.getBounds(), center: map.getCenter(), zoom: map.getZoom() };
    fill(app);
    document.documentElement.classList.add("is-printing");
    map.invalidateSize({ animate: false });
    map.fitBounds(seen.bounds, { animate: false });
  });
  window.addEventListener("afterprint", () => {
    if (!seen) return;
    document.documentElement.classList.remove("is-printing");
    map.invalidateSize({ animate: false });
    map.setView(seen.center, seen.zoom, { animate: false });
    for (const id of ["print-head", "print-body"]) byId(id).replaceChildren();
    seen = null;
  });
}
