// The reading list: article by article, each sentence with the mentions that are shown.

import { byId, el, foreign } from "./dom.js";
import { articleLine, excerpt, linkMentions, sentenceLinkButton } from "./excerpt.js";
import { createVirtualList } from "./virtual_list.js";

export function createReadingList(app) {
  const { model, store, words } = app;
  const scroller = byId("list-articles");
  const ul = byId("articles");
  let stale = true; // a list that is out of sight is made when it is looked at

  function fill({ article, sentence, mentions, count }) {
    if (sentence) return [el("div", { class: "line" }, excerpt(app, sentence, mentions), sentenceLinkButton(app, sentence))];
    const line = articleLine(app, article);
    const tally = words.text("popup.mentions", { n: count });
    return [el("div", { class: "article-head" },
      foreign(article.title || words.text("popup.untitled"), "h3"),
      el("p", {}, ...line, line.length ? ` · ${tally}` : tally))];
  }

  const list = createVirtualList({
    scroller, ul, className: "row", fill, stamp: (row) => (row.sentence ? `${row.shown}` : `${row.count}`),
  });

  /** The rows: a heading for each article, then its sentences; mentions come in that order. */
  function rowsOf({ on }) {
    const { size, mark, sentence, article } = model.mentions;
    const rows = [];
    let heading = null;
    let line = null;
    let at = -1; // the sentence that `line`, once there is one, and `seen` are of
    let seen = [];
    for (let i = 0; i < size; i++) {
      if (sentence[i] !== at) {
        at = sentence[i];
        seen = [];
        line = null;
      }
      seen.push(i);
      if (!on[i] || mark[i] < 0) continue;
      const of = model.articles[article[i]];
      if (!heading || heading.article !== of) {
        heading = { key: -1 - of.index, size: 62, article: of, sentence: null, count: 0 };
        rows.push(heading);
      }
      heading.count += 1;
      if (!line) {
        const item = model.sentences[at];
        line = { key: at, size: 16 + 21 * Math.ceil(item.text.length / 48), sentence: item, mentions: seen, shown: "" };
        rows.push(line);
      }
      line.shown += ` ${i}`;
    }
    return rows;
  }

  function draw() {
    const state = store.get();
    if (state.tab !== "articles") {
      stale = true;
      return;
    }
    const rows = rowsOf(state.shown);
    stale = false;
    ul.hidden = rows.length === 0;
    byId("no-articles").hidden = rows.length > 0;
    list.update(rows);
  }

  function follow({ opened }) {
    if (!opened || stale) return;
    const { on } = store.get().shown;
    const { mentions } = model.marks[opened.mark];
    const mention = opened.mention >= 0 ? opened.mention : mentions.find((item) => on[item]);
    if (mention !== undefined) list.show(model.mentions.sentence[mention], opened.mention >= 0 ? "nearest" : "start");
  }

  linkMentions(app, ul);
  draw();
  store.subscribe((state, before) => {
    if (state.shown !== before.shown) {
      draw();
      scroller.scrollTop = 0;
    }
    if (state.tab !== before.tab && state.tab === "articles") {
      if (stale) draw();
      else list.draw();
      follow(state);
    } else if (state.opened !== before.opened) {
      follow(state);
    }
  });
}
