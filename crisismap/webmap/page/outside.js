// A button that names the marks that the view leaves out, and shows them when asked.

import { markBounds } from "./bounds.js";
import { everything, show } from "./camera.js";
import { byId, el, foreign } from "./dom.js";
import { ranked } from "./filters.js";
import { markName } from "./naming.js";

export function createOutside(app) {
  const { map, model, store, words } = app;

  function update() {
    const view = map.getBounds();
    const out = ranked(model, store.get().shown).filter((mark) => !view.intersects(markBounds(model, mark)));
    const chip = byId("outside");
    chip.hidden = out.length === 0;
    if (!out.length) return;
    const named = out.slice(0, 2).map((mark) => markName(app, mark));
    const n = out.length - named.length;
    chip.replaceChildren(
      words.text("outside.title"), foreign(named.join(words.text("list.comma"))), n ? words.text("outside.more", { n }) : "",
      el("b", {}, words.text("outside.show")));
  }

  byId("outside").addEventListener("click", () => show(map, everything(app), true));
  update();
  map.on("moveend resize", update);
  store.subscribe((state, before) => {
    if (state.shown !== before.shown) update();
  });
}
