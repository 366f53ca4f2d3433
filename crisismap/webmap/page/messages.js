// The page's own words, in the language that the reader chose.

const FALLBACK = "en";
const LOCALES = { en: "en-GB" }; // day before month, as in the rest of the page
const RIGHT_TO_LEFT = new Set(["ar"]);

/**
 * Words from tables of messages by language.  A message is a text with {slots}, or such texts by plural category,
 * chosen by the value `n`.  What stands after "|" is left out where its slots are empty.
 */
export function createWords(tables, language) {
  let code = FALLBACK;
  let locale = FALLBACK;
  let plurals = null;
  let digits = null;
  let dates = null;

  function use(wanted) {
    code = Object.hasOwn(tables, wanted) ? wanted : FALLBACK;
    locale = LOCALES[code] || code;
    plurals = new Intl.PluralRules(locale);
    digits = new Intl.NumberFormat(locale);
    dates = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  }

  function find(key) {
    for (const table of [tables[code], tables[FALLBACK]]) if (table && Object.hasOwn(table, key)) return table[key];
    return undefined;
  }

  const shown = (value) => (typeof value === "number" ? digits.format(value) : value);

  /** The message as pieces: texts, and whatever nodes stand in its slots. */
  function parts(key, values = {}) {
    let message = find(key);
    if (message === undefined) throw new Error(`no message ${key}`);
    if (typeof message === "object") message = message[plurals.select(values.n)] ?? message.other;
    const [head, tail = ""] = message.split("|");
    const slots = tail.match(/\{[\w-]+\}/g) || [];
    const full = slots.every((slot) => shown(values[slot.slice(1, -1)] ?? "") !== "");
    return (full ? head + tail : head)
      .split(/(\{[\w-]+\})/)
      .map((piece) => (/^\{[\w-]+\}$/.test(piece) ? shown(values[piece.slice(1, -1)] ?? "") : piece))
      .filter((piece) => piece !== "");
  }

  use(language);
  return {
    use,
    parts,
    text: (key, values) => parts(key, values).join(""),
    has: (key) => find(key) !== undefined,
    number: (value) => digits.format(value),
    /** "2022-02-04" as "4 Feb 2022", anything else as "". */
    date: (iso) => (/^\d{4}-\d\d-\d\d$/.test(iso) ? dates.format(new Date(`${iso}T00:00:00Z`)) : ""),
    /** "2022-02-04" and "2022-02-06" as "4 – 6 Feb 2022". */
    dates: (since, until) => dates.formatRange(...[since, until].map((iso) => new Date(`${iso}T00:00:00Z`))),
    get language() { return code; },
    get locale() { return locale; },
    get direction() { return RIGHT_TO_LEFT.has(code) ? "rtl" : "ltr"; },
    languages: Object.keys(tables),
    /** What a language calls itself. */
    nameOf: (language) => tables[language]["language.name"],
  };
}
