// The list of the places that are shown, most mentioned first; one at a time is unfolded into its sentences.

import { byId, el, foreign } from "./dom.js";
import { articleLine, excerpt, linkMentions, sentenceLinkButton } from "./excerpt.js";
import { ranked, tally } from "./filters.js";
import { markKind, markName } from "./naming.js";
import { choose } from "./state.js";
import { symbolOf } from "./symbols.js";
import { createVirtualList } from "./virtual_list.js";

export function createPlaceList(app) {
  const { model, store, words } = app;
  const scroller = byId("list-places");
  const ul = byId("places");
  let unfolded = -1; // the number of a mark

  function entry(mark) {
    const counts = tally(store.get().shown, mark);
    const { opened, hovered } = store.get();
    const button = el("button", {
      type: "button", class: `place${hovered === mark.index ? " is-lit" : ""}`, "data-stop": true, "data-mark": mark.index,
      "aria-current": opened && opened.mark === mark.index ? "true" : null,
    },
      el("span", { class: "place-symbol" }, symbolOf(mark, counts)),
      el("span", { class: "place-text" },
        foreign(markName(app, mark), "span"), el("span", { class: "hidden-label" }, ", "),
        el("small", {}, foreign(markKind(app, mark)))),
      el("span", { class: "place-count" }, words.number(counts.total),
        el("span", { class: "hidden-label" }, words.text("list.mentions", { n: counts.total }))));
    button.addEventListener("click", (event) => {
      store.set({ sheet: false });
      // A key press, which has no pointer detail, moves the focus along with the view.
      choose(store, mark, { fly: true, focus: event.detail === 0 });
    });
    const unfolder = el("button", {
      type: "button", class: "unfold", "data-stop": true, "data-unfolds": mark.index, "aria-expanded": String(mark.index === unfolded),
      "aria-label": words.text("list.sentences", { name: markName(app, mark) }),
    });
    unfolder.addEventListener("click", () => unfold(mark.index === unfolded ? -1 : mark.index));
    for (const [on, off] of [["mouseenter", "mouseleave"], ["focusin", "focusout"]]) {
      button.addEventListener(on, () => store.set({ hovered: mark.index }));
      button.addEventListener(off, () => store.set({ hovered: -1 }));
    }
    return [el("div", { class: "place-row" }, button, unfolder)];
  }

  function quoted({ sentence, mentions, heading }) {
    const line = articleLine(app, sentence.article);
    const title = sentence.article.title || words.text("popup.untitled");
    return [
      heading ? el("p", { class: "line-article" }, foreign(title, "b"), line.length ? el("span", {}, " · ", ...line) : null) : null,
      el("div", { class: "line is-within" }, excerpt(app, sentence, mentions), sentenceLinkButton(app, sentence)),
    ];
  }

  const list = createVirtualList({
    scroller, ul, className: "row",
    fill: (row) => (row.mark ? entry(row.mark) : quoted(row)),
    stamp(row) {
      if (!row.mark) return `${row.mentions} ${row.heading}`;
      const { total, literal, unsure } = tally(store.get().shown, row.mark);
      return `${total} ${literal} ${unsure}`;
    },
  });

  function sentencesOf(mark) {
    const { on } = store.get().shown;
    const { sentence } = model.mentions;
    const rows = [];
    let last = null;
    for (const mention of mark.mentions) {
      if (!on[mention]) continue;
      if (last && last.sentence.index === sentence[mention]) {
        last.mentions.push(mention);
        continue;
      }
      const item = model.sentences[sentence[mention]];
      const heading = model.articles.length > 1 && (!last || last.sentence.article !== item.article);
      last = {
        key: `${mark.index} ${item.index}`, size: 34 + 20 * Math.ceil(item.text.length / 46) + (heading ? 24 : 0),
        sentence: item, mentions: [mention], heading,
      };
      rows.push(last);
    }
    return rows;
  }

  function draw() {
    const { shown } = store.get();
    const marks = ranked(model, shown);
    const rows = marks.flatMap((mark) => {
      const row = { key: mark.index, size: 47, mark };
      return mark.index === unfolded ? [row, ...sentencesOf(mark)] : [row];
    });
    ul.hidden = rows.length === 0;
    byId("empty").hidden = rows.length > 0;
    byId("empty").textContent = rows.length ? "" : words.text(model.located ? "list.none" : "list.empty");
    list.update(rows);
  }

  function unfold(index) {
    unfolded = index;
    draw();
    for (const node of ul.querySelectorAll("[data-unfolds]")) node.setAttribute("aria-expanded", String(Number(node.dataset.unfolds) === index));
  }

  linkMentions(app, ul);
  draw();
  store.subscribe((state, before) => {
    if (state.opened !== before.opened && state.opened) {
      if (unfolded !== state.opened.mark) unfold(state.opened.mark);
      const { mark, mention } = state.opened;
      list.show(mark, "start");
      if (mention >= 0) list.show(`${mark} ${model.mentions.sentence[mention]}`);
    }
    if (state.shown !== before.shown) {
      draw();
      scroller.scrollTop = 0;
    }
    if (state.tab !== before.tab) list.draw();
  });
}
