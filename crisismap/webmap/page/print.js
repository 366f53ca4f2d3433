// What a printed page holds beside the map: heading, date, filters, legend, and the sentences behind the marks.

import { creditLine } from "./about.js";
import { partsOfFilter } from "./chips.js";
import { byId, el, foreign } from "./dom.js";
import { ranked } from "./filters.js";
import { markKind, markName } from "./naming.js";
import { articleHeading, quote, sentencesOf } from "./quotes.js";

const MOST_PRINTED = 1000; // sentences; more make a browser's preview stall

/** Mark by mark, the sentences that name it; returns the nodes and how many sentences were left out. */
function sentences(app) {
  const nodes = [];
  let room = MOST_PRINTED;
  let left = 0;
  for (const mark of ranked(app.model, app.store.get().shown)) {
    const all = sentencesOf(app, mark);
    const some = all.slice(0, Math.max(room, 0));
    room -= some.length;
    left += all.length - some.length;
    if (!some.length) continue;
    const box = el("section", { class: "print-place" },
      el("h3", {}, foreign(markName(app, mark)), " ", el("small", {}, foreign(markKind(app, mark)))));
    let article = null;
    for (const [sentence, found] of some) {
      if (sentence.article !== article) box.append(articleHeading(app, sentence.article));
      article = sentence.article;
      box.append(el("p", {}, quote(app, sentence, found)));
    }
    nodes.push(box);
  }
  return { nodes, left };
}

/** The date of printing is the reader's; the page itself has none. */
function today({ locale }) {
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" }).format(new Date());
}

function fill(app) {
  const { model, store, words } = app;
  const filters = partsOfFilter(app, store.get().filter);
  const { nodes, left } = sentences(app);
  const line = (text, ...more) => el("p", {}, text, ...more);
  byId("print-head").replaceChildren(
    el("h1", {}, foreign(model.title)),
    line(byId("summary").textContent, ` · ${words.text("print.date", { date: today(words) })}`),
    filters.length ? line(words.text("print.filters", { filters: "" }), ...filters.flatMap(({ nodes: said }, n) => [n ? " · " : "", ...said.map((node) => (node.cloneNode ? node.cloneNode(true) : node))])) : "");
  const legend = byId("legend").cloneNode(true);
  legend.removeAttribute("id");
  byId("print-body").replaceChildren(
    legend,
    el("p", { class: "print-claim" }, `${words.text("about.program")} ${words.text("about.no-opinion")} ${words.text(`about.borders.${model.borders}`)}`),
    line(creditLine(app)),
    ...(nodes.length ? [el("h2", {}, words.text("print.sentences")), ...nodes] : []),
    left ? line(words.text("print.left-out", { n: left })) : "");
}

export function createPrint(app) {
  const { map } = app;
  let seen = null;
  window.addEventListener("beforeprint", () => {
    if (seen) return;
    seen = { bounds: map.getBounds(), center: map.getCenter(), zoom: map.getZoom() };
    fill(app);
    document.body.classList.add("is-printing");
    map.invalidateSize({ animate: false });
    map.fitBounds(seen.bounds, { animate: false });
  });
  window.addEventListener("afterprint", () => {
    if (!seen) return;
    document.body.classList.remove("is-printing");
    map.invalidateSize({ animate: false });
    map.setView(seen.center, seen.zoom, { animate: false });
    for (const id of ["print-head", "print-body"]) byId(id).replaceChildren();
    seen = null;
  });
}
