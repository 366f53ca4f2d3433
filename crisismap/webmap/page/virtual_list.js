// A list of any length, of which only the rows in sight are in the document.  One row at a time is in the
// order of the Tab key; the arrow keys move among rows and within one.

import { el } from "./dom.js";

const AHEAD = 500; // pixels above and below the sight that are kept ready

/**
 * Fills the list `ul` inside `scroller`.  A row is { key, size } and whatever `fill(row)` needs to give its
 * children, `size` being a guess at its height in pixels; `stamp(row)` is a text that changes when they would.
 * What is marked data-stop in a row can have the focus.
 */
export function createVirtualList({ scroller, ul, fill, stamp, className }) {
  let rows = [];
  let places = new Map(); // row numbers by key
  let offsets = new Float64Array(1);
  let heights = new Map(); // measured, by key
  let width = 0;
  const nodes = new Map(); // what is in the document: { node, stamp } by key
  const keys = new WeakMap(); // of those nodes
  let current = { key: null, stop: 0 };

  function measureAll() {
    offsets = new Float64Array(rows.length + 1);
    for (let i = 0; i < rows.length; i++) offsets[i + 1] = offsets[i] + (heights.get(rows[i].key) ?? rows[i].size);
    ul.style.height = `${offsets[rows.length]}px`;
  }

  /** The row at a height in the list. */
  function rowAt(y) {
    let low = 0;
    let high = rows.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (offsets[middle] <= y) low = middle;
      else high = middle;
    }
    return low;
  }

  const stopsOf = (node) => [...node.querySelectorAll("[data-stop]")];

  function make(row) {
    const node = el("li", { class: className }, ...fill(row));
    keys.set(node, row.key);
    return node;
  }

  /** Put the rows from `first` to `last` (not included) in the document; keeps what is there and still true. */
  function place(first, last) {
    const active = ul.contains(document.activeElement) ? document.activeElement : null;
    const focused = active && active.closest("li");
    for (const [key, held] of nodes) {
      const number = places.get(key);
      const wanted = number >= first && number < last;
      if (number === undefined || (!wanted && held.node !== focused)) {
        held.node.remove();
        nodes.delete(key);
      }
    }
    let after = ul.firstElementChild;
    for (let number = first; number < last; number++) {
      const row = rows[number];
      const mark = stamp(row);
      let held = nodes.get(row.key);
      if (held && held.stamp !== mark) {
        const stop = stopsOf(held.node).indexOf(document.activeElement);
        const fresh = make(row);
        if (after === held.node) after = fresh;
        held.node.replaceWith(fresh);
        held = { node: fresh, stamp: mark };
        if (stop >= 0) (stopsOf(fresh)[stop] || stopsOf(fresh)[0])?.focus({ preventScroll: true });
      } else if (!held) {
        held = { node: make(row), stamp: mark };
      }
      nodes.set(row.key, held);
      while (after && places.get(keyOf(after)) < number) after = after.nextElementSibling;
      if (after === held.node) after = after.nextElementSibling;
      else ul.insertBefore(held.node, after);
      held.node.setAttribute("aria-posinset", String(number + 1));
      held.node.setAttribute("aria-setsize", String(rows.length));
    }
    if (active && active.isConnected) active.focus({ preventScroll: true }); // a node that was moved has lost it
  }

  const keyOf = (node) => keys.get(node);

  /** Learn how high the rows in the document really are; whether that changes where any lies. */
  function learn() {
    let changed = false;
    for (const [key, { node }] of nodes) {
      const { height } = node.getBoundingClientRect();
      if (height && Math.abs(height - (heights.get(key) ?? rows[places.get(key)].size)) > 0.5) {
        heights.set(key, height);
        changed = true;
      }
    }
    return changed;
  }

  function draw() {
    if (!rows.length || !scroller.clientHeight) {
      if (!rows.length) {
        ul.replaceChildren();
        nodes.clear();
      }
      return;
    }
    if (ul.clientWidth !== width) {
      width = ul.clientWidth;
      heights = new Map();
      measureAll();
    }
    for (let round = 0; round < 4; round++) {
      const y = scroller.scrollTop - ul.offsetTop;
      const anchor = rowAt(Math.max(0, y));
      const within = y - offsets[anchor];
      const first = rowAt(Math.max(0, y - AHEAD));
      const last = Math.min(rows.length, rowAt(Math.max(0, y + scroller.clientHeight + AHEAD)) + 1);
      place(first, last);
      const changed = learn();
      if (changed) {
        measureAll();
        if (y > 0) scroller.scrollTop = offsets[anchor] + within + ul.offsetTop;
      }
      for (const [key, { node }] of nodes) node.style.top = `${offsets[places.get(key)]}px`;
      if (!changed) break;
    }
    placeTabStop();
  }

  function placeTabStop() {
    let held = nodes.get(current.key);
    if (!held || !stopsOf(held.node).length) {
      const inSight = [...ul.children].filter((node) => stopsOf(node).length);
      const top = scroller.getBoundingClientRect().top;
      const node = inSight.find((item) => item.getBoundingClientRect().bottom > top + 4) || inSight[0];
      if (!node) return;
      current = { key: keyOf(node), stop: 0 };
      held = nodes.get(current.key);
    }
    for (const stop of ul.querySelectorAll("[data-stop]")) stop.tabIndex = -1;
    const stops = stopsOf(held.node);
    current.stop = Math.min(current.stop, stops.length - 1);
    stops[current.stop].tabIndex = 0;
  }

  function reveal(number, align) {
    if (!scroller.clientHeight) return;
    for (let round = 0; round < 3; round++) {
      const top = offsets[number] + ul.offsetTop;
      const bottom = offsets[number + 1] + ul.offsetTop;
      const { scrollTop, clientHeight } = scroller;
      if (align === "start") scroller.scrollTop = top - 6;
      else if (top < scrollTop) scroller.scrollTop = top - 4;
      else if (bottom > scrollTop + clientHeight) scroller.scrollTop = Math.min(top - 4, bottom - clientHeight + 4);
      draw();
    }
  }

  /** Move the focus to the first row from `number` on, in steps of `step`, that can have it. */
  function focusRow(number, step) {
    for (let at = number; at >= 0 && at < rows.length; at += step) {
      reveal(at, "nearest");
      const held = nodes.get(rows[at].key);
      const [stop] = held ? stopsOf(held.node) : [];
      if (!stop) continue;
      stop.focus({ preventScroll: true });
      return;
    }
  }

  ul.addEventListener("focusin", (event) => {
    const stop = event.target.closest("[data-stop]");
    const node = event.target.closest("li");
    if (!stop || !node) return;
    current = { key: keyOf(node), stop: stopsOf(node).indexOf(stop) };
    placeTabStop();
  });

  ul.addEventListener("keydown", (event) => {
    const node = event.target.closest("li");
    if (!node || event.altKey || event.ctrlKey || event.metaKey) return;
    const number = places.get(keyOf(node));
    const page = () => rowAt(offsets[number] + (event.key === "PageUp" ? -1 : 1) * scroller.clientHeight);
    const along = getComputedStyle(ul).direction === "rtl" ? ["ArrowRight", "ArrowLeft"] : ["ArrowLeft", "ArrowRight"];
    if (event.key === "ArrowDown") focusRow(number + 1, 1);
    else if (event.key === "ArrowUp") focusRow(number - 1, -1);
    else if (event.key === "Home") focusRow(0, 1);
    else if (event.key === "End") focusRow(rows.length - 1, -1);
    else if (event.key === "PageDown") focusRow(Math.max(number + 1, page()), 1);
    else if (event.key === "PageUp") focusRow(Math.min(number - 1, page()), -1);
    else if (along.includes(event.key)) {
      const stops = stopsOf(node);
      const next = stops[stops.indexOf(event.target.closest("[data-stop]")) + 2 * along.indexOf(event.key) - 1];
      if (next) next.focus({ preventScroll: true });
    } else return;
    event.preventDefault();
  });

  scroller.addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(draw).observe(scroller);

  return {
    /** Show other rows. */
    update(next) {
      rows = next;
      places = new Map(rows.map((row, number) => [row.key, number]));
      measureAll();
      draw();
    },
    draw,
    /** Bring the row of this key in sight: at the top ("start") or wherever it takes least ("nearest"). */
    show(key, align = "nearest") {
      if (places.has(key)) reveal(places.get(key), align);
    },
  };
}
