// How sure a reading is, in words.

const LADDER = [[0.95, "certain"], [0.85, "very-likely"], [0.7, "likely"], [0.5, "uncertain"], [0, "doubtful"]];

/** A confidence (0 to 1) in words and as a number: "very likely (91%)". */
export function sureWords({ words }, confidence) {
  const [, name] = LADDER.find(([least]) => confidence >= least);
  const percent = Math.min(99, Math.round(100 * confidence));
  return words.text("sureness.percent", { words: words.text(`sureness.${name}`), percent });
}
