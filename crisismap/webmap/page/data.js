// ---- The data island, indexed -------------------------------------------------------------------
// Everything below treats the island as text: it becomes text nodes and numbers, never markup.

const data = JSON.parse(document.getElementById("data").textContent);
const map = window.map_crisis;

/** Code points, not UTF-16 units: the island's offsets count code points. */
function slice(text, start, end) {
  return Array.from(text).slice(start, end).join("");
}

const articles = data.articles.map(([id, title, url, date, source]) => ({ id, title, url, date, source }));

const sentences = data.sentences.map(([article, index, text, url]) => ({
  article: articles[article], index, text, url,
}));

const mentions = data.mentions.mark.map((mark, i) => ({
  mark,
  sentence: sentences[data.mentions.sentence[i]],
  start: data.mentions.start[i],
  end: data.mentions.end[i],
  literal: data.mentions.literal[i] === 1,
  confidence: data.mentions.confidence[i],
  precision: data.mentions.precision[i],
  kind: data.mentions.kind[i],
}));

const marks = data.marks.map((mark, index) => ({ ...mark, index, mentions: [] }));
for (const mention of mentions) marks[mention.mark].mentions.push(mention);
for (const mark of marks) {
  mark.total = mark.mentions.length;
  mark.literal = mark.mentions.filter((m) => m.literal).length;
  mark.confidence = mark.mentions.reduce((best, m) => Math.max(best, m.confidence), 0);
  mark.articles = new Set(mark.mentions.map((m) => m.sentence.article)).size;
  mark.unsure = mark.confidence < 0.7;
}
const ranked = [...marks].sort((a, b) => b.total - a.total || a.index - b.index);
const most = ranked.length ? ranked[0].total : 1;

// ---- Small helpers ------------------------------------------------------------------------------

/** An element with attributes and children; strings become text nodes. */
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Text from an article, kept from reordering what stands around it. */
function foreign(text, tag = "bdi") {
  return el(tag, { dir: "auto", class: "foreign" }, text);
}

/** The address, if it is an http(s) one; anything else is not a link. */
function webAddress(text) {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? text : "";
  } catch {
    return "";
  }
}

function count(number, one, many) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "2022-02-04" as "4 Feb 2022". */
function day(iso) {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso);
  return parts ? `${Number(parts[3])} ${MONTHS[Number(parts[2]) - 1]} ${Number(parts[1])}` : "";
}

function calm() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function small() {
  return window.matchMedia("(max-width: 760px)").matches;
}
