// What articles say at a mark: sentences with their mentions highlighted, under the heading of their article.

import { NO_DAY } from "./bins.js";
import { linkOf, surface } from "./data.js";
import { el, foreign } from "./dom.js";
import { sureWords } from "./sureness.js";
import { whyHere } from "./why.js";

const PAGE = 20; // sentences shown at once

function meaning(model, mention) {
  const kind = model.kinds[model.mentions.kind[mention]];
  if (kind === "expression") return "expression";
  if (model.mentions.literal[mention]) return "literal";
  return kind === "demonym" ? "demonym" : "associative";
}

/** A sentence as nodes, each of the mentions (in the order of the text) highlighted. */
export function quote({ model }, sentence, found) {
  const { start, end, literal } = model.mentions;
  const points = Array.from(sentence.text);
  const node = el("q", { dir: "auto", class: "foreign quote" });
  let at = 0;
  for (const mention of found) {
    if (start[mention] < at) continue; // one mention inside another is highlighted once
    node.append(points.slice(at, start[mention]).join(""));
    node.append(el("mark", { class: literal[mention] ? "is-literal" : "in-name" }, points.slice(start[mention], end[mention]).join("")));
    at = end[mention];
  }
  node.append(points.slice(at).join(""));
  return node;
}

/** A line that says what a mention means, how sure its place is and how precise; and, when asked, why. */
function facts(app, mention, several) {
  const { model, words } = app;
  const confidence = model.mentions.confidence[mention] / 1000;
  const line = el("p", { class: "facts" });
  if (several) line.append(foreign(`${surface(model, mention)} `, "b"));
  line.append(
    `${words.text(`meaning.${meaning(model, mention)}`)} · `,
    el("span", { class: confidence < 0.7 ? "is-unsure" : "is-sure" }, sureWords(app, confidence)),
    ` · ${words.text(`precision.${model.mentions.precision[mention]}`)}`,
  );
  return [line, whyHere(app, mention)];
}

function entry(app, sentence, found) {
  const item = el("li", { class: "entry" }, quote(app, sentence, found));
  const address = linkOf(sentence);
  const link = address && el("a", { class: "source-link", href: address, target: "_blank", rel: "noopener noreferrer" },
    app.words.text("popup.open"), el("span", { "aria-hidden": "true" }, " ↗"));
  for (const mention of found) item.append(...facts(app, mention, found.length > 1));
  if (link) item.append(link);
  return item;
}

/** Title, outlet and date of an article. */
export function articleHeading({ words }, article) {
  const details = [article.source, words.date(article.date)].filter(Boolean);
  return el("div", { class: "article" },
    foreign(article.title || words.text("popup.untitled"), "h3"),
    details.length ? el("p", {}, foreign(details[0]), details[1] ? ` · ${details[1]}` : null) : null);
}

/** The sentences of the mark's shown mentions, [sentence, its mentions]: the newest article first, undated ones last. */
function sentencesOf({ model, store }, mark) {
  const { on } = store.get().shown;
  const found = new Map();
  for (const mention of mark.mentions) {
    if (!on[mention]) continue;
    const sentence = model.sentences[model.mentions.sentence[mention]];
    if (!found.has(sentence)) found.set(sentence, []);
    found.get(sentence).push(mention);
  }
  const day = ([{ article }]) => (article.day === NO_DAY ? -Infinity : article.day);
  return [...found].sort((a, b) => (day(a) === day(b) ? a[0].index - b[0].index : day(b) - day(a)));
}

/** The quotations of a mark, some at a time. */
export function quotes(app, mark) {
  const all = sentencesOf(app, mark);
  const box = el("div", { class: "quotes" });
  let shown = 0;
  let article = null;
  let list = null;
  const more = el("button", { type: "button", class: "more" });
  const extend = () => {
    for (const [sentence, found] of all.slice(shown, shown + PAGE)) {
      if (sentence.article !== article) {
        article = sentence.article;
        list = el("ul", {});
        more.before(articleHeading(app, article), list);
      }
      list.append(entry(app, sentence, found));
    }
    shown = Math.min(all.length, shown + PAGE);
    more.hidden = shown >= all.length;
    more.textContent = app.words.text("popup.more", { n: Math.min(PAGE, all.length - shown), rest: all.length - shown });
  };
  more.addEventListener("click", () => {
    const first = box.querySelectorAll(".entry").length;
    extend();
    const next = box.querySelectorAll(".entry")[first];
    next.setAttribute("tabindex", "-1");
    next.focus();
  });
  box.append(more);
  extend();
  return box;
}
