// The popup of the mark that is opened.

import { tipOf } from "./bounds.js";
import { el, foreign, small } from "./dom.js";
import { ranked, tally } from "./filters.js";
import { markKind, markName } from "./naming.js";
import { quotes } from "./quotes.js";
import { choose, unchoose } from "./state.js";

/** Marks drawn over this one at the present zoom, which a click could not reach. */
function neighbors({ map, model, store }, mark) {
  if (mark.form !== "point") return [];
  const here = map.latLngToContainerPoint([mark.lat, mark.lon]);
  return ranked(model, store.get().shown)
    .filter((other) => other !== mark && other.form === "point")
    .filter((other) => here.distanceTo(map.latLngToContainerPoint([other.lat, other.lon])) < 12)
    .slice(0, 6);
}

/** How many mentions in how many articles, and how they divide into the place itself and what it stands for. */
function tallyLine({ words }, { total, literal, articles }) {
  const mentions = words.text("popup.mentions", { n: total });
  const line = words.text("popup.in-articles", { mentions, n: articles });
  const rest = total - literal;
  return literal && rest ? line + words.text("popup.split", { literal, rest }) : line;
}

function nearLine(app, near) {
  const line = el("p", { class: "near" }, app.words.text("popup.also"));
  for (const other of near) {
    const button = el("button", { type: "button", class: "link" }, foreign(markName(app, other)));
    button.addEventListener("click", () => choose(app.store, other, { focus: true }));
    line.append(button, " ");
  }
  return line;
}

function content(app, mark) {
  const { words, store } = app;
  const counts = tally(store.get().shown, mark);
  const box = el("div", { class: "card" },
    el("header", { class: "card-head" },
      foreign(markName(app, mark), "h2"),
      el("p", { class: "what" }, foreign(markKind(app, mark))),
      el("p", { class: "tally" }, tallyLine(app, counts))));
  if (counts.unsure) box.append(el("p", { class: "warning" }, words.text("popup.unsure")));
  if (mark.reason) box.append(el("p", { class: "near" }, foreign(mark.reason)));
  if (mark.form === "disc") box.append(el("p", { class: "warning" }, words.text("popup.disc")));
  const near = neighbors(app, mark);
  if (near.length) box.append(nearLine(app, near));
  box.append(quotes(app, mark));
  return box;
}

export function createPopup(app) {
  const { map, model, store, marks } = app;
  let popup = null;
  let returnTo = null; // what had the keyboard focus when the choice was made, and the mark: { node, mark }

  function open({ mark: index, at, focus }) {
    const mark = model.marks[index];
    const point = at || tipOf(model, mark);
    const size = map.getSize();
    const width = Math.min(380, size.x - 28);
    // As high as the room above the mark, so that the map seldom has to move.
    const above = map.latLngToContainerPoint(point).y - 48;
    const height = Math.max(Math.min(280, size.y - 120), Math.min(460, above));
    const { total } = tally(store.get().shown, mark);
    const next = L.popup({
      minWidth: Math.min(260, width), maxWidth: width, maxHeight: height, className: "place-popup",
      offset: [0, mark.form === "point" ? 2 - marks.radius(total) : 0],
      autoPanPaddingTopLeft: [14, 14], autoPanPaddingBottomRight: [small() ? 14 : 60, 34],
      keepInView: false,
    }).setLatLng(point).setContent(content(app, mark));
    popup = next;
    document.body.classList.add("has-popup");
    next.on("remove", () => {
      if (popup === next) unchoose(store); // closed by the reader, not by a later choice
    });
    next.openOn(map);
    const node = next.getElement();
    node.setAttribute("role", "dialog");
    node.setAttribute("aria-label", markName(app, mark));
    node.setAttribute("tabindex", "-1");
    node.querySelector(".leaflet-popup-content").setAttribute("tabindex", "0");
    if (focus) node.focus({ preventScroll: true });
  }

  /** Where the focus was; where a list has been made anew since, to the row of the same mark, else to the list. */
  function giveFocusBack() {
    const { node, mark } = returnTo;
    const list = `#list-${store.get().tab}`;
    const places = [`${list} [data-mark="${mark}"]`, `${list} [data-stop][tabindex="0"]`, `#tab-${store.get().tab}`];
    const target = node.isConnected ? node : places.map((place) => document.querySelector(place)).find(Boolean);
    if (target) target.focus({ preventScroll: true });
  }

  const hasFocus = () => Boolean(popup) && popup.getElement().contains(document.activeElement);

  function close() {
    if (!popup) return;
    const last = popup;
    popup = null;
    document.body.classList.remove("has-popup");
    last.remove();
  }

  store.subscribe((state, before) => {
    if (state.selection !== before.selection && state.selection) {
      if (!state.selection.focus) returnTo = null;
      else if (!hasFocus()) returnTo = { node: document.activeElement, mark: state.selection.mark };
    }
    if (state.opened !== before.opened) {
      const lost = hasFocus() || document.activeElement === document.body; // or the reader is elsewhere by now
      close();
      if (state.opened) open(state.opened);
      else if (!state.selection && returnTo && lost) giveFocusBack();
    } else if (state.shown !== before.shown && state.opened) {
      const mark = model.marks[state.opened.mark];
      if (state.shown.perMark.total[mark.index]) popup.setContent(content(app, mark));
      else unchoose(store);
    }
  });
}
