// ---- What a popup says --------------------------------------------------------------------------

const PAGE = 20;

function sureness(confidence) {
  if (confidence >= 0.95) return "almost certain";
  if (confidence >= 0.85) return "very likely";
  if (confidence >= 0.7) return "likely";
  if (confidence >= 0.5) return "uncertain";
  return "doubtful";
}

const PRECISION = { 1: "exact place", 2: "near it, or a small area", 3: "a wide area" };

function meaning(mention) {
  if (mention.kind === "expression") return "a described place";
  if (mention.literal) return "the place itself";
  if (mention.kind === "demonym") return "its people or an adjective";
  return "in its name: a government, people or team";
}

/** A sentence as nodes, each mention of the mark highlighted. */
function quote(sentence, found) {
  const points = Array.from(sentence.text);
  const node = el("q", { dir: "auto", class: "foreign quote" });
  let at = 0;
  for (const mention of found) {
    if (mention.start < at) continue; // one mention inside another is highlighted once
    node.append(points.slice(at, mention.start).join(""));
    node.append(el("mark", { class: mention.literal ? "is-literal" : "in-name" }, points.slice(mention.start, mention.end).join("")));
    at = mention.end;
  }
  node.append(points.slice(at).join(""));
  return node;
}

function facts(mention, several) {
  const line = el("p", { class: "facts" });
  if (several) line.append(foreign(`${slice(mention.sentence.text, mention.start, mention.end)} `, "b"));
  const percent = Math.min(99, Math.round(100 * mention.confidence));
  line.append(
    `${meaning(mention)} · `,
    el("span", { class: mention.confidence < 0.7 ? "is-unsure" : "is-sure" }, `${sureness(mention.confidence)} (${percent}%)`),
    ` · ${PRECISION[mention.precision]}`,
  );
  return line;
}

function entry(sentence, found) {
  const item = el("li", { class: "entry" }, quote(sentence, found));
  for (const mention of found) item.append(facts(mention, found.length > 1));
  const address = webAddress(sentence.url);
  if (address) {
    item.append(el("a", { class: "source-link", href: address, target: "_blank", rel: "noopener noreferrer" }, "Open at this sentence", el("span", { "aria-hidden": "true" }, " ↗")));
  }
  return item;
}

function heading(article) {
  const facts_ = [article.source, day(article.date)].filter(Boolean);
  return el("div", { class: "article" },
    foreign(article.title || "Untitled article", "h3"),
    facts_.length ? el("p", {}, foreign(facts_[0]), facts_[1] ? ` · ${facts_[1]}` : null) : null);
}

/** Sentences of the mark in reading order, each with its mentions. */
function sentencesOf(mark) {
  const found = new Map();
  for (const mention of mark.mentions) {
    if (!found.has(mention.sentence)) found.set(mention.sentence, []);
    found.get(mention.sentence).push(mention);
  }
  return [...found];
}

function quotes(mark) {
  const all = sentencesOf(mark);
  const box = el("div", { class: "quotes" });
  let shown = 0;
  let article = null;
  let list = null;
  const more = el("button", { type: "button", class: "more" });
  const extend = () => {
    for (const [sentence, found] of all.slice(shown, shown + PAGE)) {
      if (sentence.article !== article) {
        article = sentence.article;
        list = el("ul", {});
        more.before(heading(article), list);
      }
      list.append(entry(sentence, found.sort((a, b) => a.start - b.start)));
    }
    shown = Math.min(all.length, shown + PAGE);
    more.hidden = shown >= all.length;
    more.textContent = `Show ${Math.min(PAGE, all.length - shown)} more of ${all.length - shown}`;
  };
  more.addEventListener("click", () => {
    const first = box.querySelectorAll(".entry").length;
    extend();
    const next = box.querySelectorAll(".entry")[first];
    next.setAttribute("tabindex", "-1");
    next.focus();
  });
  box.append(more);
  extend();
  return box;
}

/** Marks drawn over this one at the present zoom, which a click could not reach. */
function neighbors(mark) {
  if (mark.form !== "point") return [];
  const here = map.latLngToContainerPoint([mark.lat, mark.lon]);
  return ranked
    .filter((other) => other !== mark && other.form === "point")
    .filter((other) => here.distanceTo(map.latLngToContainerPoint([other.lat, other.lon])) < 12)
    .slice(0, 6);
}

/** How the mentions divide into the place itself and what it stands for, where they do. */
function split(mark) {
  const rest = mark.total - mark.literal;
  return mark.literal && rest ? `: ${mark.literal} as the place itself, ${rest} by its name only` : "";
}

function content(mark) {
  const tally = `${count(mark.total, "mention", "mentions")} in ${count(mark.articles, "article", "articles")}${split(mark)}`;
  const box = el("div", { class: "card" },
    el("header", { class: "card-head" },
      foreign(mark.name, "h2"),
      el("p", { class: "what" }, foreign(mark.what)),
      el("p", { class: "tally" }, tally)));
  if (mark.unsure) box.append(el("p", { class: "warning" }, "The program is not sure that this is the place meant."));
  if (mark.form === "disc") box.append(el("p", { class: "warning" }, "The outline of this area is not known; the circle is a rough extent."));
  const near = neighbors(mark);
  if (near.length) {
    const line = el("p", { class: "near" }, "Also here: ");
    for (const other of near) {
      const button = el("button", { type: "button", class: "link" }, foreign(other.name));
      button.addEventListener("click", () => select(other, { focus: true }));
      line.append(button, " ");
    }
    box.append(line);
  }
  box.append(quotes(mark));
  return box;
}

// ---- Opening and closing ------------------------------------------------------------------------

let returnTo = null;
let popup = null;

function openPopup(mark, at, focus) {
  const size = map.getSize();
  const width = Math.min(380, size.x - 28);
  // As high as the room above the mark, so that the map seldom has to move.
  const above = map.latLngToContainerPoint(at).y - 48;
  const height = Math.max(Math.min(280, size.y - 120), Math.min(460, above));
  const next = L.popup({
    minWidth: Math.min(260, width), maxWidth: width, maxHeight: height, className: "place-popup",
    offset: [0, mark.form === "point" ? 2 - radius(mark.total) : 0],
    autoPanPaddingTopLeft: [14, 14], autoPanPaddingBottomRight: [small() ? 14 : 60, 34],
    keepInView: false,
  }).setLatLng(at).setContent(content(mark));
  popup = next;
  document.body.classList.add("has-popup");
  next.on("remove", () => {
    if (popup !== next) return; // another mark took over
    popup = null;
    document.body.classList.remove("has-popup");
    clearSelection();
    if (returnTo && document.contains(returnTo)) returnTo.focus({ preventScroll: true });
    returnTo = null;
  });
  next.openOn(map);
  const node = next.getElement();
  node.setAttribute("role", "dialog");
  node.setAttribute("aria-label", mark.name);
  node.setAttribute("tabindex", "-1");
  const scroller = node.querySelector(".leaflet-popup-content");
  scroller.setAttribute("tabindex", "0");
  if (focus) node.focus({ preventScroll: true });
}
