// ---- Heading and list ---------------------------------------------------------------------------

const $ = (id) => document.getElementById(id);

function summary() {
  const dates = articles.map((article) => article.date).filter(Boolean).sort();
  const span = dates.length ? [day(dates[0]), day(dates[dates.length - 1])] : [];
  const days = [...new Set(span)].map((text) => el("span", { class: "date" }, text));
  const described = marks.filter((mark) => mark.described).length;
  const also = described ? ` and ${count(described, "described area", "described areas")}` : "";
  const tally = `${count(marks.length - described, "place", "places")}${also} in ${count(articles.length, "article", "articles")}`;
  return [tally, days.length ? " · " : "", days[0] || "", days.length > 1 ? " – " : "", days[1] || ""];
}

function symbol(mark) {
  if (mark.form === "point") return dot(2, mark.literal ? (mark.literal === mark.total ? 2 : 1) : 0, mark.unsure, 6);
  const name = mark.form === "line" ? "swatch is-line" : `swatch ${mark.literal ? "is-area" : "in-name"}`;
  return el("span", { class: `${name}${mark.unsure ? " is-unsure" : ""}`, "aria-hidden": "true" });
}

/** Letters without case or accents, to search by. */
function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function drawList() {
  const list = $("places");
  for (const mark of ranked) {
    const button = el("button", { type: "button", class: "place" },
      el("span", { class: "place-symbol" }, symbol(mark)),
      el("span", { class: "place-text" },
        foreign(mark.name, "span"), el("span", { class: "hidden-label" }, ", "),
        el("small", {}, foreign(mark.what))),
      el("span", { class: "place-count" }, String(mark.total),
        el("span", { class: "hidden-label" }, mark.total === 1 ? " mention" : " mentions")));
    button.addEventListener("click", (event) => {
      setSheet(false);
      // A key press, which has no pointer detail, moves the focus along with the view.
      returnTo = event.detail === 0 ? button : null;
      select(mark, { fly: true, focus: event.detail === 0 });
    });
    button.addEventListener("mouseenter", () => hover(mark, true));
    button.addEventListener("mouseleave", () => hover(mark, false));
    mark.entry = button;
    mark.folded = fold(`${mark.name} ${mark.what}`);
    list.append(el("li", {}, button));
  }
  $("search-box").hidden = marks.length < 8;
  $("search").addEventListener("input", filterList);
}

function filterList() {
  const wanted = fold($("search").value.trim());
  let left = 0;
  for (const mark of ranked) {
    const fits = mark.folded.includes(wanted);
    mark.entry.parentNode.hidden = !fits;
    left += fits;
  }
  $("search-status").textContent = wanted ? `${count(left, "place", "places")} found` : "";
  $("empty").hidden = left > 0;
  $("empty").textContent = left ? "" : "No place in this list has that name.";
}

// ---- Legend, sheet, about -----------------------------------------------------------------------

function drawLegend() {
  const row = (picture, text) => el("li", {}, el("span", { class: "legend-key", "aria-hidden": "true" }, picture), text);
  const swatch = (name) => el("span", { class: `swatch ${name}` });
  const has = (test) => marks.some(test);
  const rows = [];
  if (has((m) => m.form === "point")) {
    rows.push(
      row(dot(2, 2, false, 6), "Named as the place itself"),
      row(dot(2, 0, false, 6), "Named for a government, people or institution"),
      row(el("span", { class: "sizes" }, dot(1, 0, false, 4), dot(1, 0, false, 8)), "Larger: more mentions"),
    );
  }
  if (has((m) => m.form === "area" && m.literal)) rows.push(row(swatch("is-area"), "Country or region; darker: more mentions"));
  if (has((m) => m.form === "area" && !m.literal)) rows.push(row(swatch("in-name"), "Country or region named only for its government or people"));
  if (has((m) => m.form === "line")) rows.push(row(swatch("is-line"), "Stretch of border that a sentence describes"));
  if (has((m) => m.unsure)) rows.push(row(dot(2, 0, true, 6), "Dashed: the reading is uncertain"));
  if (rows.length) $("legend").append(el("h2", {}, "How to read it"), el("ul", {}, ...rows));
}

/** On a small screen the map ends where the closed sheet begins. */
function fitStage() {
  const closed = $("panel").classList.contains("is-open") ? null : $("panel").offsetHeight;
  if (closed) document.documentElement.style.setProperty("--sheet", `${closed}px`);
  map.invalidateSize({ animate: false, pan: false });
}

function setSheet(open) {
  $("panel").classList.toggle("is-open", open);
  $("sheet-handle").setAttribute("aria-expanded", String(open));
}

const WORLDVIEW = {
  international: "Borders follow the international view, in which most of the world's states agree: Crimea is drawn in Ukraine, Kosovo and Western Sahara on their own. Dashed lines bound disputed areas.",
  "de-facto": "Borders follow the de-facto view: they are drawn where control on the ground has changed hands for years (Crimea with Russia, the Golan Heights with Israel). They do not follow the front lines of a war. Dashed lines bound disputed areas.",
};

function drawPanel() {
  document.title = data.title;
  $("title").textContent = data.title;
  if (marks.length) $("summary").append(...summary());
  $("sheet-label").textContent = marks.length ? "Places" : "About";
  $("about-borders").textContent = WORLDVIEW[data.borders] || "";
  $("attribution").append(
    `Borders: ${data.borders} view`,
    el("span", { class: "claim" }, ", no legal claim"),
    " · Natural Earth · GeoNames",
    el("span", { class: "claim" }, " (CC BY 4.0)"),
    " · ",
    aboutButton());
  $("open-about").addEventListener("click", openAbout);
  $("sheet-handle").addEventListener("click", () => setSheet(!$("panel").classList.contains("is-open")));
  if (!marks.length) {
    $("empty").hidden = false;
    $("empty").textContent = "Nothing to show: no place was located in the articles, or there were no articles.";
  }
}

function aboutButton() {
  const button = el("button", { type: "button", class: "link" }, "About");
  button.addEventListener("click", openAbout);
  return button;
}

function openAbout() {
  $("about").showModal();
}

/** Names the marks that the view leaves out, and shows them when asked. */
function updateOutside() {
  const view = map.getBounds();
  const out = ranked.filter((mark) => !view.intersects(markBounds(mark)));
  const chip = $("outside");
  chip.hidden = out.length === 0;
  if (!out.length) return;
  const named = out.slice(0, 2).map((mark) => mark.name);
  const rest = out.length - named.length;
  chip.replaceChildren("Outside this view: ", foreign(named.join(", ")), rest ? ` and ${rest} more` : "", el("b", {}, "Show all"));
}
