// A small island for the tests of the page's logic.

/** Three articles: Kyiv (settlement) and Ukraine (country) in Ukraine, Paris in France, a border, one name nowhere. */
export function island() {
  return {
    title: "A test", language: "en", borders: "international", version: "0", gazetteer: null, embed: false, tiles: null,
    sources: ["one.example", "two.example"],
    articles: {
      id: ["a1", "a2", "a3"], title: ["First", "Second", "Third"],
      url: ["https://one.example/1", "", "https://two.example/3"],
      date: ["2022-02-04", "2022-02-06", ""], source: [0, 0, 1],
    },
    sentences: {
      article: [0, 0, 1, 2], number: [0, 1, 0, 0],
      text: ["🚩 Kyiv and Ukraine.", "Kyiv denied it.", "… in Paris near the border of Kyiv …", "Nowhere, Kyiv."],
      cut: [2],
    },
    features: ["P.PPLC", "A.PCLI"],
    places: {
      id: ["t:kyiv", "t:ukraine", "t:paris", "t:paris2"], name: ["Kyïv", "Ukraine", "Paris", "Paris"], feature: [0, 1, 0, 0],
      country: ["UA", "UA", "FR", "US"], admin1: ["Kyiv City", "", "", "Texas"], lon: [30.5, 32, 2.3, -95.5], lat: [50.4, 49, 48.9, 33.7],
    },
    names: { uk: { 0: "Київ" } },
    marks: {
      id: ["t:kyiv", "t:ukraine", "t:paris", "e0badcafe"], place: [0, 1, 2, -1], relation: [0, 0, 0, 1],
      form: ["point", "area", "point", "line"], lon: [30.5, 32, 2.3, 30], lat: [50.4, 49, 48.9, 51],
      radius: [15, 400, null, 20], shape: [-1, 0, -1, 1], reason: [0, 0, 0, 1],
    },
    shapes: [{ country: "UA" }, { type: "MultiLineString", coordinates: [[[30, 51], [31, 52]]] }],
    mentions: {
      mark: [0, 1, 0, 2, 3, 0, -1, 0], sentence: [0, 0, 1, 2, 2, 2, 3, 3], start: [2, 11, 0, 5, 16, 30, 0, 9], end: [6, 18, 4, 10, 34, 34, 7, 13],
      literal: [1, 1, 0, 1, 1, 1, 1, 1], confidence: [970, 990, 960, 600, 800, 900, 0, 950], precision: [1, 3, 1, 1, 3, 1, 0, 1],
      kind: [0, 1, 0, 0, 2, 0, 0, 0], relation: [0, 0, 0, 0, 1, 2, 0, 0], rivals: [-1, -1, -1, 0, -1, -1, -1, -1],
      reason: [0, 0, 0, 0, 1, 0, 2, 0], anchor: [0, 0, 0, 0, 0, 1, 0, 0],
    },
    rivals: [[3, 250]], kinds: ["settlement", "country", "expression"], relations: ["", "border", "anchor"],
    reasons: ["", "the northern part", "no place of this name"],
    basemap: {
      type: "Topology", arcs: [[[27, 44], [37, 44], [37, 54], [27, 54], [27, 44]]],
      objects: { countries: { geometries: [
        { type: "Polygon", arcs: [[0]], properties: { code: "UA", name: "Ukraine", label: [32, 49], rank: 2 } },
      ] } },
    },
  };
}
