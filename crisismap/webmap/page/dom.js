// Elements from plain values: everything becomes text nodes and attributes, never markup.

export function byId(id) {
  return document.getElementById(id);
}

/** An element with attributes and children; strings become text nodes. */
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Text from an article or the gazetteer, kept from reordering what stands around it. */
export function foreign(text, tag = "bdi") {
  return el(tag, { dir: "auto", class: "foreign" }, text);
}

/** Whether the reader asks for less motion. */
export function calm() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Whether the screen is a phone's. */
export function small() {
  return window.matchMedia("(max-width: 760px)").matches;
}
