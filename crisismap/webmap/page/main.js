// ---- Start --------------------------------------------------------------------------------------

map.setView([30, 20], 2, { animate: false });
addControls();
keepCalm();
drawBasemap();
drawAreas();
drawDiscs();
drawLines();
drawPoints();
drawPanel();
drawList();
drawLegend();
fitStage();
if (marks.length) show(openingBounds(), false);
updateOutside();
map.on("moveend resize", updateOutside);
drawNames();
window.addEventListener("resize", fitStage);

map.getContainer().setAttribute("aria-label", "Map. The list of places reaches every mark by keyboard.");
map.getContainer().setAttribute("role", "region");
$("outside").addEventListener("click", () => show(everything(), true));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || $("about").open) return;
  if (popup) map.closePopup();
  else setSheet(false);
});
document.documentElement.classList.add("is-ready");
