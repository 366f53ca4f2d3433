// Letters compared without case, accents or apostrophes, and what of the model holds a reader's words.

const PLAIN = { ß: "ss", ł: "l", ø: "o", đ: "d", ð: "d", æ: "ae", œ: "oe", þ: "th", ı: "i" }; // letters that do not decompose

/** `text` without case, accents and apostrophes, to search in and by. */
export function fold(text) {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\p{M}'’‘ʼ`]/gu, "")
    .replace(/[ßłøđðæœþı]/g, (letter) => PLAIN[letter]);
}

/**
 * Whether every word of `wanted` (folded) stands somewhere in `folded`, or begins a word of `names`, which
 * holds other names of a place: those are many and short, and a few letters inside one would find too much.
 */
export function matches(folded, wanted, names = "") {
  return wanted.split(/\s+/).every((word) => folded.includes(word) || (names !== "" && names.includes(` ${word}`)));
}

const prepared = new WeakMap(); // by model, made when the first search needs them

function foldedOf(model) {
  if (!prepared.has(model)) {
    const namesOf = (place) => [model.others, ...Object.values(model.names)].map((names) => names[place.index] || "").join(" ");
    prepared.set(model, {
      places: model.places.map((place) => fold(`${place.name} ${place.admin1}`)),
      names: model.places.map((place) => fold(` ${namesOf(place)}`)),
      titles: model.articles.map((article) => fold(article.title)),
      sentences: model.sentences.map((sentence) => fold(sentence.text)),
    });
  }
  return prepared.get(model);
}

/** Make what a first search would have to wait for. */
export function warmSearch(model) {
  foldedOf(model);
}

/** Which places and which sentences (themselves or by their title) hold the words, 1 or 0; null where no words are given. */
export function search(model, text) {
  const wanted = fold(text.trim());
  if (!wanted) return null;
  const { places, names, titles, sentences } = foldedOf(model);
  const titled = Uint8Array.from(titles, (title) => (matches(title, wanted) ? 1 : 0));
  return {
    places: Uint8Array.from(places, (place, index) => (matches(place, wanted, names[index]) ? 1 : 0)),
    sentences: Uint8Array.from(sentences, (sentence, index) =>
      (titled[model.sentences[index].article.index] || matches(sentence, wanted) ? 1 : 0)),
  };
}
