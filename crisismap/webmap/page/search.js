// Letters compared without case or accents.

/** `text` without case and accents, to search in and by. */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Whether every word of `wanted` (folded) stands somewhere in `folded`. */
export function matches(folded, wanted) {
  return wanted.split(/\s+/).every((word) => folded.includes(word));
}
