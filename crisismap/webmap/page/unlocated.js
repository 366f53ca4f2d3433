// What was recognized as a place but put nowhere on the map, and why.

import { surface } from "./data.js";
import { byId, el, foreign } from "./dom.js";
import { articleLine, sentenceLinkButton } from "./excerpt.js";
import { createVirtualList } from "./virtual_list.js";

export function createUnlocated(app) {
  const { model, store, words } = app;
  const scroller = byId("list-unlocated");
  const ul = byId("unlocated");
  let stale = true;

  function sentenceOf(sentence, mention) {
    const { start, end } = model.mentions;
    const points = Array.from(sentence.text);
    return el("q", { dir: "auto", class: "foreign excerpt" },
      points.slice(0, start[mention]).join(""),
      el("mark", { class: "mention is-nowhere" }, points.slice(start[mention], end[mention]).join("")),
      points.slice(end[mention]).join(""));
  }

  function fill({ mention }) {
    const sentence = model.sentences[model.mentions.sentence[mention]];
    const reason = model.reasons[model.mentions.reason[mention]] || words.text("unlocated.no-reason");
    const { title } = sentence.article;
    const line = articleLine(app, sentence.article);
    return [el("div", { class: "line", role: "group", tabindex: -1, "data-stop": true },
      el("p", { class: "nowhere" }, foreign(surface(model, mention), "b"), " — ", foreign(reason)),
      sentenceOf(sentence, mention), sentenceLinkButton(app, sentence),
      el("p", { class: "line-article" }, foreign(title), title && line.length ? " · " : null, ...line))];
  }

  const list = createVirtualList({ scroller, ul, className: "row", fill, stamp: () => "" });

  function draw() {
    const { shown, tab } = store.get();
    stale = tab !== "unlocated";
    if (stale) return;
    const { size, mark, sentence } = model.mentions;
    const rows = [];
    for (let i = 0; i < size; i++) {
      if (mark[i] >= 0 || !shown.on[i]) continue;
      rows.push({ key: i, size: 66 + 20 * Math.ceil(model.sentences[sentence[i]].text.length / 48), mention: i });
    }
    ul.hidden = rows.length === 0;
    byId("no-unlocated").hidden = rows.length > 0;
    list.update(rows);
  }

  draw();
  store.subscribe((state, before) => {
    if (state.shown !== before.shown) {
      draw();
      scroller.scrollTop = 0;
    }
    if (state.tab !== before.tab && state.tab === "unlocated") {
      if (stale) draw();
      else list.draw();
    }
  });
}
