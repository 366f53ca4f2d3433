// The data island -> the model that every view reads.  The model never changes; what is shown of it is in the store.

import { binOf, createBins, dayNumber } from "./bins.js";
import { sentenceLink } from "./fragment.js";
import { decodeWorld } from "./topology.js";

/** Code points, not UTF-16 units: the island's offsets count code points. */
function slice(text, start, end) {
  return Array.from(text).slice(start, end).join("");
}

/** Objects from columns: { a: [1, 2], b: [3, 4] } as [{ a: 1, b: 3 }, { a: 2, b: 4 }]. */
function records(columns, names) {
  return columns[names[0]].map((_, index) => {
    const record = { index };
    for (const name of names) record[name] = columns[name][index];
    return record;
  });
}

function decodeArticles(island) {
  return records(island.articles, ["id", "title", "url", "date", "source"]).map((article) => ({
    ...article, sourceNumber: article.source, source: island.sources[article.source], day: dayNumber(article.date),
  }));
}

function decodeSentences(island, articles) {
  const cut = new Set(island.sentences.cut);
  return island.sentences.text.map((text, index) => ({
    index, text, article: articles[island.sentences.article[index]], number: island.sentences.number[index], cut: cut.has(index),
  }));
}

/** The address of the sentence in its article, "" where the article has none; of a cut one, of the part shown. */
export function linkOf(sentence) {
  const text = sentence.cut ? sentence.text.replace(/^… /, "").replace(/ …$/, "") : sentence.text;
  return sentenceLink(sentence.article.url, text);
}

function decodePlaces(island) {
  return records(island.places, ["id", "name", "feature", "country", "admin1", "lon", "lat"]).map((place) => {
    const [featureClass, featureCode] = island.features[place.feature].split(".");
    return { ...place, featureClass, featureCode };
  });
}

function decodeMarks(island, places) {
  const names = ["id", "place", "relation", "form", "lon", "lat", "radius", "shape", "reason"];
  return records(island.marks, names).map((mark) => {
    const shape = mark.shape < 0 ? null : island.shapes[mark.shape];
    return {
      ...mark,
      place: mark.place < 0 ? null : places[mark.place],
      relation: island.relations[mark.relation],
      reason: island.reasons[mark.reason],
      shape: shape && shape.coordinates ? shape : null,
      country: (shape && shape.country) || "", // where the basemap draws the shape
    };
  });
}

/** A water whose outline the gazetteer does not know, but whose course or shore the basemap draws. */
function withCourse(mark, courses) {
  const shape = mark.form === "disc" && mark.place ? courses.get(mark.place.id) : null;
  return shape ? { ...mark, shape, form: shape.type === "MultiPolygon" ? "area" : "line" } : mark;
}

function coursesOf(world) {
  const rivers = world.rivers.map(({ id, lines }) => [id, { type: "MultiLineString", coordinates: lines }]);
  const lakes = world.lakes.map(({ id, polygons }) => [id, { type: "MultiPolygon", coordinates: polygons }]);
  return new Map([...rivers, ...lakes].filter(([id]) => id));
}

/** The mentions' columns as typed arrays, and for each mention what it has from its sentence's article. */
function decodeMentions(island, sentences, articles, bins) {
  const given = island.mentions;
  const size = given.mark.length;
  const mentions = {
    size,
    mark: Int32Array.from(given.mark),
    sentence: Int32Array.from(given.sentence),
    start: Int32Array.from(given.start),
    end: Int32Array.from(given.end),
    literal: Uint8Array.from(given.literal),
    confidence: Uint16Array.from(given.confidence),
    precision: Uint8Array.from(given.precision),
    kind: Uint8Array.from(given.kind),
    relation: Uint8Array.from(given.relation),
    rivals: Int32Array.from(given.rivals),
    reason: Int32Array.from(given.reason),
    anchor: Uint8Array.from(given.anchor),
    article: new Int32Array(size),
    day: new Int32Array(size),
    bin: new Int32Array(size),
  };
  const binOfArticle = articles.map((article) => binOf(bins, article.day));
  for (let i = 0; i < size; i++) {
    const article = sentences[mentions.sentence[i]].article;
    mentions.article[i] = article.index;
    mentions.day[i] = article.day;
    mentions.bin[i] = binOfArticle[article.index];
  }
  return mentions;
}

/** The numbers of the mentions of each mark, in reading order. */
function groupByMark(mentions, marks) {
  const counts = new Int32Array(marks.length);
  for (const mark of mentions.mark) if (mark >= 0) counts[mark] += 1;
  for (const mark of marks) mark.mentions = new Int32Array(counts[mark.index]);
  counts.fill(0);
  mentions.mark.forEach((mark, mention) => {
    if (mark >= 0) marks[mark].mentions[counts[mark]++] = mention;
  });
}

/** The model of an island; the first comment of each field's decoder says what its records hold. */
export function decode(island) {
  const articles = decodeArticles(island);
  const sentences = decodeSentences(island, articles);
  const places = decodePlaces(island);
  const world = decodeWorld(island.basemap);
  const courses = coursesOf(world);
  const marks = decodeMarks(island, places).map((mark) => withCourse(mark, courses));
  const bins = createBins(articles.map((article) => article.day));
  const mentions = decodeMentions(island, sentences, articles, bins);
  groupByMark(mentions, marks);
  const { title, language, borders, version, gazetteer, embed, tiles, sources, names, others, divisions, kinds, relations, reasons, rivals } = island;
  return {
    title, language, borders, version, gazetteer, embed, tiles, sources, names, others: others || {}, divisions: divisions || {}, kinds, relations, reasons,
    articles, sentences, places, marks, mentions, bins, world,
    markById: new Map(marks.map((mark) => [mark.id, mark])),
    lands: new Map(world.lands.map((land) => [land.code, land])),
    located: mentions.mark.reduce((sum, mark) => sum + (mark >= 0 ? 1 : 0), 0),
    rivals: rivals.map((pairs) => {
      const set = [];
      for (let i = 0; i < pairs.length; i += 2) set.push({ place: places[pairs[i]], score: pairs[i + 1] / 1000 });
      return set;
    }),
  };
}

/** The words of a mention, as the article has them. */
export function surface(model, mention) {
  const { sentence, start, end } = model.mentions;
  return slice(model.sentences[sentence[mention]].text, start[mention], end[mention]);
}
