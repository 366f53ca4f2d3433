// When articles were published: a histogram with two handles, and a button that moves the window through time.

import { binEnd, binOf, dayNumber, isoDay } from "./bins.js";
import { byId, calm, el, svg } from "./dom.js";
import { refilter } from "./filters.js";
import { dateRange, daysOf } from "./wording.js";

const TICK = 700; // milliseconds between two steps of the window
const STEPS_OF_ALL = 12; // how many windows the whole time is played in, where none was chosen

export function createTimeline(app) {
  const { model, store, words } = app;
  const { bins } = model;
  const count = bins.starts.length;
  const section = byId("timeline");
  const [earliest, latest] = daysOf(model);
  section.hidden = count < 2;
  if (count < 2) return;

  const bars = bins.starts.map((_, number) => svg("rect", { class: "bar", x: number + 0.08, width: 0.84, y: 0, height: 0 }));
  const chart = svg("svg", { class: "bars", viewBox: `0 0 ${count} 100`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...bars);
  const handles = ["since", "until"].map((name) => el("div", {
    class: `grip is-${name}`, role: "slider", tabindex: 0, "aria-label": words.text(`timeline.${name}`),
    "aria-valuemin": 0, "aria-valuemax": count - 1,
  }));
  const shade = el("div", { class: "window", "aria-hidden": "true" });
  const track = el("div", { class: "track" }, chart, shade, ...handles);
  const says = el("p", { class: "timeline-words" });
  const play = el("button", { type: "button", class: "play" });
  section.replaceChildren(play, el("div", { class: "timeline-main" }, track, says));

  let timer = 0;
  let waiting = null; // the range to filter by at the next frame

  /** The first and last bar that the filter lets through. */
  function range({ since, until }) {
    const first = since ? Math.max(0, binOf(bins, dayNumber(since))) : 0;
    const last = until ? binOf(bins, dayNumber(until)) : count - 1;
    return [Math.min(first, count - 1), Math.max(last, 0)];
  }

  function filterBy(first, last) {
    refilter(app, {
      since: first === 0 ? "" : isoDay(bins.starts[first]), until: last === count - 1 ? "" : isoDay(binEnd(bins, last)),
    });
  }

  /** Filter by a range of bars, at most once a frame. */
  function setRange(first, last) {
    const idle = waiting === null;
    waiting = [Math.max(0, Math.min(first, last)), Math.min(count - 1, Math.max(first, last))];
    if (!idle) return;
    requestAnimationFrame(() => {
      const [a, b] = waiting;
      waiting = null;
      filterBy(a, b);
    });
  }

  const present = () => waiting || range(store.get().filter);

  function draw({ filter, shown }) {
    const [first, last] = range(filter);
    const most = Math.max(1, ...shown.histogram);
    bars.forEach((bar, number) => {
      const total = shown.histogram[number];
      const height = total ? Math.max(4, (100 * total) / most) : 0;
      bar.setAttribute("height", height);
      bar.setAttribute("y", 100 - height);
      bar.classList.toggle("is-in", number >= first && number <= last);
    });
    shade.style.insetInlineStart = `${(100 * first) / count}%`;
    shade.style.insetInlineEnd = `${100 - (100 * (last + 1)) / count}%`;
    // The outer bars may reach beyond the days that there are articles of.
    const dates = [first ? isoDay(bins.starts[first]) : earliest, last < count - 1 ? isoDay(binEnd(bins, last)) : latest];
    handles.forEach((handle, end) => {
      const at = end ? last : first;
      handle.style.insetInlineStart = `${(100 * (at + end)) / count}%`;
      handle.setAttribute("aria-valuenow", at);
      handle.setAttribute("aria-valuetext", words.date(dates[end]));
    });
    says.textContent = dateRange(app, { since: dates[0], until: dates[1] });
    section.classList.toggle("is-narrowed", last - first < count - 1);
  }

  function drawPlay() {
    const name = timer ? "pause" : calm() ? "step" : "play";
    play.className = `play is-${name}`;
    play.setAttribute("aria-label", words.text(`timeline.${name}`));
    play.title = words.text(`timeline.${name}`);
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    drawPlay();
  }

  /** Move the window on by one bar; from the whole time, or from its end, to the beginning. */
  function step() {
    const [first, last] = present();
    const whole = first === 0 && last === count - 1;
    const width = whole ? Math.max(1, Math.round(count / STEPS_OF_ALL)) : last - first + 1;
    if (whole || last === count - 1) setRange(0, width - 1);
    else setRange(first + 1, last + 1);
  }

  function tick() {
    const before = present();
    if (before[1] === count - 1) stop();
    else step();
  }

  play.addEventListener("click", () => {
    if (timer) {
      stop();
      return;
    }
    step();
    if (calm()) return; // who asks for less motion moves it by hand
    timer = setInterval(tick, TICK);
    drawPlay();
  });

  handles.forEach((handle, end) => {
    handle.addEventListener("keydown", (event) => {
      const forth = words.direction === "rtl" ? -1 : 1;
      const page = Math.max(2, Math.round(count / 10));
      const move = {
        ArrowLeft: -forth, ArrowRight: forth, ArrowUp: 1, ArrowDown: -1, PageUp: page, PageDown: -page, Home: -count, End: count,
      }[event.key];
      if (!move) return;
      event.preventDefault();
      stop();
      const [first, last] = present();
      if (end) setRange(first, Math.min(count - 1, Math.max(first, last + move)));
      else setRange(Math.max(0, Math.min(last, first + move)), last);
    });
  });

  /** Where on the track, in bars from its start, a pointer is. */
  function position(event) {
    const box = track.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return count * (words.direction === "rtl" ? 1 - share : share);
  }

  track.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    stop();
    track.setPointerCapture(event.pointerId);
    const start = position(event);
    const [first, last] = present();
    const end = handles.indexOf(event.target);
    if (end >= 0) handles[end].focus({ preventScroll: true });
    const inside = last - first < count - 1 && start >= first && start <= last + 1;
    const move = (now) => {
      const at = position(now);
      const bar = Math.max(0, Math.min(count - 1, Math.floor(at)));
      if (end === 0) setRange(Math.min(last, Math.max(0, Math.round(at))), last);
      else if (end === 1) setRange(first, Math.max(first, Math.min(count - 1, Math.round(at) - 1)));
      else if (inside) {
        const by = Math.max(-first, Math.min(count - 1 - last, Math.round(at - start)));
        setRange(first + by, last + by);
      } else setRange(Math.max(0, Math.min(count - 1, Math.floor(start))), bar);
    };
    const release = () => {
      track.removeEventListener("pointermove", move);
      for (const name of ["pointerup", "pointercancel"]) track.removeEventListener(name, release);
    };
    if (end < 0 && !inside) move(event);
    track.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) track.addEventListener(name, release);
  });

  draw(store.get());
  drawPlay();
  store.subscribe((state, before) => {
    if (state.shown !== before.shown) draw(state);
  });
}
