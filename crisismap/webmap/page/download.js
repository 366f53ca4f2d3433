// The mentions that are shown, as files to take away: a table for a spreadsheet, and GeoJSON.

import { linkOf, surface } from "./data.js";

// Named as in the files that crisismap itself writes.
const COLUMNS = [
  "article_id", "article_title", "article_url", "article_date", "source", "sentence_index", "sentence", "text", "kind", "role",
  "relation", "place_id", "place_name", "country_code", "admin1_name", "feature_class", "feature_code", "latitude", "longitude",
  "geo_precision", "uncertainty_km", "confidence", "sentence_url", "borders", "reason",
];

// As in the files that crisismap itself writes.
const DISCLAIMER = "Places were found and located by a program, which can be wrong: check the sentence before you rely on a "
  + "feature. Boundaries and names express no opinion about the legal status of any territory.";
const ATTRIBUTION = "Places: GeoNames (CC BY 4.0). Boundaries: Natural Earth (public domain).";

function record(model, mention) {
  const column = (name) => model.mentions[name][mention];
  const sentence = model.sentences[column("sentence")];
  const { article } = sentence;
  const mark = model.marks[column("mark")];
  const place = mark.place || { id: "", name: "", country: "", admin1: "", featureClass: "", featureCode: "" };
  return {
    article_id: article.id, article_title: article.title, article_url: article.url, article_date: article.date,
    source: article.source, sentence_index: sentence.number, sentence: sentence.text, text: surface(model, mention),
    kind: model.kinds[column("kind")], role: column("literal") ? "literal" : "associative",
    relation: model.relations[column("relation")],
    place_id: place.id, place_name: place.name, country_code: place.country, admin1_name: place.admin1,
    feature_class: place.featureClass, feature_code: place.featureCode, latitude: mark.lat, longitude: mark.lon,
    geo_precision: column("precision"), uncertainty_km: mark.radius, confidence: column("confidence") / 1000,
    sentence_url: linkOf(sentence), borders: model.borders, reason: model.reasons[column("reason")],
  };
}

/** The numbers of the mentions on the map that `on` lets through. */
function located(model, on) {
  const found = [];
  for (let i = 0; i < model.mentions.size; i++) if (on[i] && model.mentions.mark[i] >= 0) found.push(i);
  return found;
}

/**
 * A cell of a table.  A text that a spreadsheet would take for a formula gets an apostrophe before it, which
 * spreadsheets read as "this is text"; numbers, negative ones too, are left alone.
 */
export function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The mentions that `on` lets through as comma-separated values: one a line, and a line of names before them. */
export function toCSV(model, on) {
  const lines = located(model, on).map((mention) => {
    const row = record(model, mention);
    return COLUMNS.map((name) => cell(row[name])).join(",");
  });
  // Spreadsheets take a file for UTF-8 by the mark at its start; RFC 4180 ends lines with both characters.
  return `\ufeff${[COLUMNS.join(","), ...lines].map((line) => `${line}\r\n`).join("")}`;
}

/** The same as a GeoJSON FeatureCollection of points and, of what a sentence describes, its shape. */
export function toGeoJSON(model, on) {
  const features = located(model, on).map((mention) => {
    const mark = model.marks[model.mentions.mark[mention]];
    const shape = mark.place ? null : mark.shape;
    return {
      type: "Feature",
      geometry: shape || { type: "Point", coordinates: [mark.lon, mark.lat] },
      properties: { layer: "mentions", ...record(model, mention), article_date: model.articles[model.mentions.article[mention]].date || null },
    };
  });
  return JSON.stringify({
    type: "FeatureCollection", generator: `crisismap ${model.version}`, borders: model.borders,
    disclaimer: DISCLAIMER, attribution: ATTRIBUTION, features,
  });
}

/** A file name from a title: letters and digits of any script, and nothing that a file system or a shell minds. */
export function fileName(title, ending) {
  const stem = title.normalize("NFKC").replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return `${Array.from(stem).slice(0, 60).join("").toLowerCase() || "map"}.${ending}`;
}
