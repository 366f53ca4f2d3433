// The way to a chosen mark: the view moves there, then the mark is opened.

import { markBounds } from "./bounds.js";
import { show } from "./camera.js";
import { calm } from "./dom.js";

export function createSelection(app) {
  const { map, model, store, paints } = app;
  let ring = null;
  let journey = 0;

  function drawRing(mark) {
    if (ring) ring.remove();
    ring = null;
    if (!mark || mark.form !== "point" || !mark.radius) return;
    ring = L.circle([mark.lat, mark.lon], {
      pane: "ring", renderer: paints.ring, radius: 1000 * mark.radius, className: "uncertainty", interactive: false,
    }).addTo(map);
  }

  /** Move the view to a mark, then call back; a later journey, or a choice made meanwhile, cancels this one. */
  function goTo(mark, then) {
    const own = ++journey;
    const arrive = () => {
      if (own !== journey) return;
      journey += 1;
      then();
    };
    map.stop();
    map.once("moveend", arrive);
    const box = markBounds(model, mark);
    if (mark.form !== "point") {
      show(map, box, true);
    } else {
      const zoom = Math.max(map.getZoom(), 5);
      if (calm()) map.setView(box.getCenter(), zoom, { animate: false });
      else map.flyTo(box.getCenter(), zoom, { duration: 0.7 });
    }
    if (calm()) arrive(); // a jump is over by now, and one to where the view already is ends silently
  }

  store.subscribe((state, before) => {
    if (state.opened !== before.opened) drawRing(state.opened ? model.marks[state.opened.mark] : null);
    if (state.selection === before.selection) return;
    const { selection } = state;
    const open = () => {
      if (store.get().selection === selection) store.set({ opened: selection });
    };
    journey += 1;
    if (!selection) return;
    if (selection.fly) goTo(model.marks[selection.mark], open);
    else open();
  });
}
