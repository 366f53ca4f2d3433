// What marks and places are called, and what they are, in the language of the page.

import { surface } from "./data.js";

/** The name of a place in the page's language, else the gazetteer's own. */
export function placeName(app, place) {
  const names = app.model.names[app.words.language];
  return (names && names[place.index]) || place.name;
}

/** The name of a mark: its place's, or the words of the article that describe it. */
export function markName(app, mark) {
  return mark.place ? placeName(app, mark.place) : surface(app.model, mark.mentions[0]);
}

/** The name of a country, "" where the basemap does not draw it. */
export function countryName(app, code) {
  const land = code ? app.model.lands.get(code) : null;
  const names = app.model.world.names[app.words.language];
  return land ? (names && names[code]) || land.name : "";
}

/** The name of the division that a place lies in, "" where none is known. */
function divisionName(app, place) {
  const names = (app.model.divisions[app.words.language] || {})[place.country];
  return (names && names[place.admin1]) || place.admin1;
}

/** What a place is, in a few words: "capital of Ukraine", "town in Donetsk, Ukraine". */
export function placeKind(app, place) {
  const { words } = app;
  let country = countryName(app, place.country);
  if (country && words.text("country.with-article").split(" ").includes(place.country) && !country.startsWith("The ")) {
    country = words.text("country.article", { country });
  }
  const within = [divisionName(app, place), country].filter(Boolean).join(words.text("list.comma"));
  const describe = (code) => {
    const key = [code, place.featureClass].map((name) => `feature.${name}`).find((name) => words.has(name));
    return key ? words.text(key, { country, within }) : "";
  };
  if (place.featureCode.startsWith("ADM") && place.featureCode.endsWith("H")) {
    return words.text("feature.former", { what: describe(place.featureCode.slice(0, -1)) });
  }
  return describe(place.featureCode);
}

/** What a mark shows, in a few words. */
export function markKind(app, mark) {
  if (mark.place) return placeKind(app, mark.place);
  const key = `relation.${mark.relation}`;
  return app.words.text(app.words.has(key) ? key : "relation.described");
}
