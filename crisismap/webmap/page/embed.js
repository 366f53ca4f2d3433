// A page inside another page: the map alone, with a link to all of it.  The same file is both.

import { byId, el, foreign } from "./dom.js";

const WHOLE = "full"; // what the address of the whole page has after "?"

/** Whether the page is to be the map alone. */
function isEmbedded({ embed }) {
  return embed && !new URLSearchParams(window.location.search).has(WHOLE);
}

export function createEmbed({ model, words }) {
  if (!isEmbedded(model)) return;
  document.body.classList.add("is-embedded");
  const bar = el("p", { class: "embed-bar" }, foreign(model.title, "b"));
  // A page written into its frame has no address that a link could lead to.
  if (/^(https?|file):$/.test(window.location.protocol)) {
    const link = el("a", { href: `?${WHOLE}`, target: "_blank", rel: "noopener" }, words.text("embed.open"));
    link.addEventListener("click", () => { link.href = `?${WHOLE}${window.location.hash}`; });
    bar.append(" ", link);
  }
  byId("outside").before(bar);
}
