// A sentence in one of the panel's lists.  The mentions in it are buttons that lead to their marks.

import { linkOf } from "./data.js";
import { el, foreign } from "./dom.js";
import { choose } from "./state.js";

/** The mentions of a sentence that are shown, or that were not located: number, start and end, nested ones left out. */
function highlights({ model, store }, mentions) {
  const { start, end, mark } = model.mentions;
  const { on } = store.get().shown;
  const sorted = mentions.filter((mention) => on[mention] || mark[mention] < 0).sort((a, b) => start[a] - start[b] || end[b] - end[a]);
  let at = 0;
  return sorted.filter((mention) => {
    if (start[mention] < at) return false;
    at = end[mention];
    return true;
  });
}

function mentionButton({ model, store }, mention, text) {
  const { mark, literal } = model.mentions;
  if (mark[mention] < 0) return el("mark", { class: "mention is-nowhere" }, text);
  const opened = store.get().opened;
  return el("span", {
    class: `mention ${literal[mention] ? "is-literal" : "in-name"}`, role: "button", tabindex: -1, "data-stop": true,
    "data-mention": mention, "data-mark": mark[mention], "aria-current": opened && opened.mark === mark[mention] ? "true" : null,
  }, text);
}

/** The text of a sentence, each of the mentions (numbers) highlighted. */
export function excerpt(app, sentence, mentions) {
  const { start, end } = app.model.mentions;
  const points = Array.from(sentence.text);
  const node = el("q", { dir: "auto", class: "foreign excerpt" });
  let at = 0;
  for (const mention of highlights(app, mentions)) {
    node.append(points.slice(at, start[mention]).join(""));
    node.append(mentionButton(app, mention, points.slice(start[mention], end[mention]).join("")));
    at = end[mention];
  }
  node.append(points.slice(at).join(""));
  return node;
}

/** A link to the sentence in its article, null where the article has no address. */
export function sentenceLinkButton({ words }, sentence) {
  const address = linkOf(sentence);
  return address && el("a", {
    class: "source-arrow", href: address, target: "_blank", rel: "noopener noreferrer", "data-stop": true, tabindex: -1,
    "aria-label": words.text("popup.open"), title: words.text("popup.open"),
  }, "↗");
}

/** Outlet and date of an article, as far as they are known, as nodes. */
export function articleLine({ words }, article) {
  const said = [article.source && foreign(article.source), words.date(article.date)].filter(Boolean);
  return said.flatMap((part, number) => (number ? [" · ", part] : [part]));
}

/**
 * Join the mentions in a list with their marks: what is pointed at or has the focus lights its mark, what is
 * chosen opens it, and a mark that is lit or opened is shown in the list.
 */
export function linkMentions(app, list) {
  const { model, store } = app;

  /** The mention that an event is about: its own, or the first of its sentence. */
  function mentionOf(event) {
    if (event.target.closest("a")) return null;
    const own = event.target.closest("[data-mention]");
    const line = event.target.closest(".line");
    return own || (line && line.querySelector("[data-mention]"));
  }

  function chooseAt(node, focus) {
    const mention = Number(node.dataset.mention);
    store.set({ sheet: false });
    choose(store, model.marks[model.mentions.mark[mention]], { fly: true, focus, mention });
  }

  const light = (event) => {
    const node = mentionOf(event);
    if (node) store.set({ hovered: Number(node.dataset.mark) });
  };
  const dim = (event) => {
    if (mentionOf(event)) store.set({ hovered: -1 });
  };
  list.addEventListener("mouseover", light);
  list.addEventListener("mouseout", dim);
  list.addEventListener("focusin", light);
  list.addEventListener("focusout", dim);
  list.addEventListener("click", (event) => {
    const node = mentionOf(event);
    if (node && window.getSelection().isCollapsed) chooseAt(node, event.detail === 0);
  });
  list.addEventListener("keydown", (event) => {
    const node = event.target.closest("[data-mention]");
    if (!node || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    chooseAt(node, true);
  });
  store.subscribe((state, before) => {
    if (state.hovered !== before.hovered) {
      for (const node of list.querySelectorAll("[data-mark].is-lit")) node.classList.remove("is-lit");
      for (const node of list.querySelectorAll(`[data-mark="${state.hovered}"]`)) node.classList.add("is-lit");
    }
    if (state.opened !== before.opened) {
      for (const node of list.querySelectorAll("[data-mark][aria-current]")) node.removeAttribute("aria-current");
      if (state.opened) {
        for (const node of list.querySelectorAll(`[data-mark="${state.opened.mark}"]`)) node.setAttribute("aria-current", "true");
      }
    }
  });
}
