// The map as it is seen, as one SVG picture: shapes and names with the styles they have on the screen.

import { svg } from "./dom.js";

const STYLES = [
  "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
  "opacity",
];
const SHAPES = "path, circle, rect, line, polyline, polygon, ellipse";
const NOT_IN_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
const FOOT = 22; // pixels under the map for what it rests on

function visible(node) {
  return node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

/** A copy of a drawing whose styles need no style sheet. */
function copy(drawing, frame) {
  const twin = drawing.cloneNode(true);
  const shapes = [...drawing.querySelectorAll(SHAPES)];
  [...twin.querySelectorAll(SHAPES)].forEach((shape, number) => {
    const style = window.getComputedStyle(shapes[number]);
    for (const name of STYLES) shape.setAttribute(name, style.getPropertyValue(name).replace(/url\("[^"]*#/, 'url("#'));
    shape.removeAttribute("class");
  });
  const box = drawing.getBoundingClientRect();
  for (const name of ["class", "style", "aria-hidden", "pointer-events"]) twin.removeAttribute(name);
  for (const [name, value] of [["x", box.left - frame.left], ["y", box.top - frame.top], ["width", box.width], ["height", box.height]]) {
    twin.setAttribute(name, value.toFixed(1));
  }
  return twin;
}

/** A picture that is no SVG: an image, or what was painted on a canvas; null where the browser gives no copy. */
function image(node, frame) {
  const box = node.getBoundingClientRect();
  try {
    const href = node.localName === "canvas" ? node.toDataURL() : node.src;
    if (!href.startsWith("data:")) return null;
    return svg("image", { href, x: box.left - frame.left, y: box.top - frame.top, width: box.width, height: box.height });
  } catch {
    return null;
  }
}

/** The lines that a text is broken into: { text, x, y } with the middle of each in pixels of the frame. */
function linesOf(node, frame) {
  const lines = [];
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    for (const { 0: word, index } of text.data.matchAll(/\S+\s*/gu)) {
      range.setStart(text, index);
      range.setEnd(text, index + word.trimEnd().length);
      const box = range.getBoundingClientRect();
      const last = lines[lines.length - 1];
      if (last && Math.abs(last.top - box.top) < box.height / 2) {
        last.text += word;
        last.left = Math.min(last.left, box.left);
        last.right = Math.max(last.right, box.right);
      } else {
        lines.push({ text: word, top: box.top, height: box.height, left: box.left, right: box.right });
      }
    }
  }
  return lines.map(({ text, top, height, left, right }) => ({
    text: text.trimEnd(), x: (left + right) / 2 - frame.left, y: top + height / 2 - frame.top,
  }));
}

function lettering(node, frame, locale) {
  const style = window.getComputedStyle(node);
  const halo = style.textShadow !== "none";
  return linesOf(node, frame).map(({ text, x, y }) =>
    svg("text", {
      x: x.toFixed(1), y: y.toFixed(1), "text-anchor": "middle", "dominant-baseline": "central", fill: style.color,
      "font-family": style.fontFamily, "font-size": style.fontSize, "font-weight": style.fontWeight,
      "font-style": style.fontStyle, "letter-spacing": style.letterSpacing === "normal" ? 0 : style.letterSpacing,
      ...(halo ? { stroke: window.getComputedStyle(document.body).getPropertyValue("--halo"), "stroke-width": 3, "paint-order": "stroke", "stroke-linejoin": "round" } : {}),
    }, style.textTransform === "uppercase" ? text.toLocaleUpperCase(locale) : text));
}

/** A thing of HTML that is round or square, as a group of marks or the sign of a town is, with its text. */
function sign(node, frame, locale) {
  const style = window.getComputedStyle(node);
  const box = node.getBoundingClientRect();
  const paint = { fill: style.backgroundColor, stroke: style.borderTopColor, "stroke-width": style.borderTopWidth };
  const [x, y] = [box.left - frame.left, box.top - frame.top];
  const shape = style.borderTopLeftRadius === "50%"
    ? svg("circle", { cx: x + box.width / 2, cy: y + box.height / 2, r: box.width / 2, ...paint })
    : svg("rect", { x, y, width: box.width, height: box.height, ...paint });
  return [shape, ...lettering(node, frame, locale)];
}

/** What the map shows, from the bottom up. */
function drawnIn(container) {
  const panes = [...container.querySelectorAll(".leaflet-pane")];
  const height = (node) => panes.filter((pane) => pane.contains(node)).reduce((top, pane) => Number(window.getComputedStyle(pane).zIndex) || top, 0);
  const found = [...container.querySelectorAll(".leaflet-map-pane svg, .leaflet-map-pane canvas, .leaflet-map-pane img, .name, .city-dot, .cluster")]
    .filter((node) => !node.closest(".leaflet-popup") && visible(node));
  return found.map((node) => ({ node, height: height(node) })).sort((a, b) => a.height - b.height).map(({ node }) => node);
}

/** The text of an SVG file: the map, and under it what it rests on. */
export function snapshot(app, credits) {
  const container = app.map.getContainer();
  const frame = container.getBoundingClientRect();
  const { locale } = app.words;
  const height = frame.height + FOOT;
  const paper = window.getComputedStyle(document.body);
  const root = svg("svg", {
    width: frame.width, height, viewBox: `0 0 ${frame.width} ${height}`, direction: app.words.direction,
  });
  const patterns = copy(document.querySelector(".defs"), frame).querySelectorAll("pattern");
  root.append(
    svg("title", {}, app.model.title),
    svg("defs", {}, ...patterns),
    svg("rect", { width: frame.width, height, fill: window.getComputedStyle(container).backgroundColor }));
  for (const node of drawnIn(container)) {
    if (node.localName === "svg") root.append(copy(node, frame));
    else if (node.localName === "canvas" || node.localName === "img") root.append(image(node, frame) || "");
    else if (node.classList.contains("name")) root.append(...lettering(node, frame, locale));
    else root.append(...sign(node, frame, locale));
  }
  root.append(
    svg("rect", { y: frame.height, width: frame.width, height: FOOT, fill: paper.backgroundColor }),
    svg("text", {
      x: app.words.direction === "rtl" ? frame.width - 8 : 8, y: frame.height + FOOT / 2, "dominant-baseline": "central",
      "font-family": paper.fontFamily, "font-size": 11, fill: paper.color,
    }, credits));
  return new XMLSerializer().serializeToString(root).replace(NOT_IN_XML, "\ufffd");
}
