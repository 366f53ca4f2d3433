// Links that open an article at a sentence, by a text fragment; equal to crisismap.layers.sentence_url.

const WHOLE_SENTENCE = 300; // longest sentence, in code points, that a link quotes whole
const ENDS = 8; // words quoted at either end of a longer one

// What Python's str.split() takes for white space, which is more than JavaScript's \s and less.
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/** The address, if it is an absolute http(s) one without anything odd in it; else "". */
function webAddress(text) {
  if (!/^https?:\/\/[^/?#]/i.test(text) || /[\p{C}\p{Z}]/u.test(text)) return "";
  try {
    const { protocol } = new URL(text);
    return protocol === "http:" || protocol === "https:" ? text : "";
  } catch {
    return "";
  }
}

function encode(text) {
  const signs = (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text.replace(/\p{Cs}/gu, "?")).replace(/[!'()*-]/g, signs);
}

/** `url` with a directive that scrolls to `text`, "" where `url` is no web address. */
export function sentenceLink(url, text) {
  if (!webAddress(url)) return "";
  const words = text.split(SPACE).filter(Boolean);
  if (!words.length) return url;
  const whole = words.join(" ");
  const long = Array.from(whole).length > WHOLE_SENTENCE && words.length >= 2 * ENDS;
  const directive = long
    ? `${encode(words.slice(0, ENDS).join(" "))},${encode(words.slice(-ENDS).join(" "))}`
    : encode(whole);
  const at = url.indexOf("#");
  if (at < 0) return `${url}#:~:text=${directive}`;
  return `${url.slice(0, at)}#${url.slice(at + 1).split(":~:")[0]}:~:text=${directive}`;
}
