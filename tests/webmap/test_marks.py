"""What stands on the map, in Chromium: the basemap, areas, expressions, groups of near places."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from shapely.geometry import box
from webmap_scenes import KYIV, MOSCOW, UKRAINE, Reading, place

from crisismap.model import Kind, Location, Place, Precision, Role, SpatialExpression

pytestmark = pytest.mark.browser

PIXEL = """([lat, lon]) => {
  const canvas = document.querySelector("canvas.ground");
  const at = map_crisis.latLngToLayerPoint([lat, lon]).subtract(L.DomUtil.getPosition(canvas));
  const sharpness = canvas.width / parseFloat(canvas.style.width);
  const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  pixel.drawImage(canvas, at.x * sharpness, at.y * sharpness, 1, 1, 0, 0, 1, 1);
  return [...pixel.getImageData(0, 0, 1, 1).data];
}"""


def rgb(page, name: str) -> list[int]:
    """The color that a custom property of the page holds."""
    return page.evaluate(
        """name => {
          const pen = document.createElement("canvas").getContext("2d");
          pen.fillStyle = getComputedStyle(document.body).getPropertyValue(name);
          pen.fillRect(0, 0, 1, 1);
          return [...pen.getImageData(0, 0, 1, 1).data];
        }""",
        name,
    )


def described(reading: Reading, words: str, relation: str, shape, confidence: float = 0.9) -> Reading:
    """Add an expression that covers ``shape``."""
    start, end, sentence = reading._span(words, 1)
    point = shape.representative_point()
    location = Location(
        geometry=shape,
        point=(point.x, point.y),
        confidence=confidence,
        precision=Precision.WIDE,
        uncertainty_km=50.0,
        reason=f"drawn as {relation}",
    )
    reading._add(SpatialExpression(start, end, words, relation, (), ()), sentence, location)
    return reading


def towns(count: int, step: float) -> Reading:
    """Towns in a row to the east of Kyiv, ``step`` degrees apart; the first has two mentions."""
    reading = Reading("\n".join(f"Town{n}." for n in range(count)) + "\nAgain Town0.")
    made = [Place(f"t:{n}", f"Town{n}", 30.0 + n * step, 50.0, "P", "PPL", "UA") for n in range(count)]
    for town in made:
        reading.add(f"{town.name}.", town)
    return reading.add("Town0.", made[0], nth=2)


class TestBasemap:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_land_has_the_land_s_color_and_the_sea_none(self, sample, visit, scheme):
        page = visit(sample, color_scheme=scheme)
        assert page.evaluate(PIXEL, [51, 29]) == rgb(page, "--land")
        assert page.evaluate(PIXEL, [42, 29])[3] == 0

    def test_the_colors_follow_the_reader_s_scheme(self, sample, visit):
        page = visit(sample, color_scheme="light")
        light = page.evaluate(PIXEL, [51, 29])
        page.emulate_media(color_scheme="dark")
        page.wait_for_function(
            "([pixel, at]) => (" + PIXEL + ")(at).join() !== pixel.join()", arg=[light, [51, 29]]
        )
        assert page.evaluate(PIXEL, [51, 29]) == rgb(page, "--land")

    def test_it_is_painted_anew_where_the_reader_goes(self, sample, visit):
        page = visit(sample)
        page.evaluate("map_crisis.setView([46, 2], 6, { animate: false }) && 0")
        assert page.evaluate(PIXEL, [46.5, 2.5]) == rgb(page, "--land")


class TestForms:
    @pytest.fixture
    def page(self, draw, visit):
        reading = Reading("Eastern Ukraine. 40 km north of Kyiv. Near Kyiv. Ukraine said. The Kremlin.")
        described(reading, "Eastern Ukraine", "part", box(33, 46, 37, 52))
        described(reading, "40 km north of Kyiv", "offset", box(30, 51, 31, 52))
        described(reading, "Near Kyiv", "proximity", box(30, 50, 31, 51), confidence=0.5)
        reading.add("Ukraine", UKRAINE, Kind.COUNTRY, Role.ASSOCIATIVE, nth=2)
        return visit(draw(reading.parsed()))

    def test_each_relation_looks_and_is_explained_in_its_own_way(self, page):
        for relation in ("part", "offset", "proximity"):
            path = page.locator(f"path.area.is-described.is-{relation}")
            assert path.count() == 1
        assert page.locator("path.is-offset").evaluate("n => getComputedStyle(n).strokeDasharray") != "none"
        assert page.locator("path.is-part").evaluate("n => getComputedStyle(n).strokeOpacity") == "0"
        page.locator("#legend-fold").evaluate("node => { node.open = true }")
        legend = page.locator("#legend").inner_text()
        assert "part of a place" in legend
        assert "a way off from a place" in legend
        assert "around a place" in legend
        assert "border" not in legend

    def test_what_stands_for_a_government_is_hatched_and_can_be_hidden(self, page):
        country = page.locator("path.area.is-named")
        assert "in-name" in country.get_attribute("class")
        assert "#hatch" in country.evaluate("node => getComputedStyle(node).fill")
        page.locator("#filters-toggle").click()
        page.get_by_role("switch", name="Only the place itself").check()
        assert page.locator("path.area.is-named.is-off").count() == 1

    def test_an_area_is_where_it_is_in_every_view_and_cut_to_the_view(self, page):
        country = page.locator("path.area.is-named")
        at_center = """() => {
          const { left, top } = map_crisis.getContainer().getBoundingClientRect();
          const { x, y } = map_crisis.getSize();
          return document.elementFromPoint(left + x / 2, top + y / 2).getAttribute("class") || "";
        }"""
        for lat, lon, zoom, inside in (
            (47, 28, 4, True),
            (47, 28, 11, True),
            (47, 60, 11, False),
            (47, 28, 11, True),
            (44.1, 28, 8, True),
            (43.9, 28, 8, False),
        ):
            page.evaluate(f"map_crisis.setView([{lat}, {lon}], {zoom}, {{ animate: false }})")
            assert ("is-named" in page.evaluate(at_center)) is inside, (lat, lon, zoom)
            numbers = [abs(float(n)) for n in re.findall(r"-?\d+", country.get_attribute("d"))]
            assert max(numbers) < 4000  # pixels; what lies far outside the view is cut off

    def test_an_uncertain_expression_is_marked(self, page):
        assert "is-unsure" in page.locator("path.is-proximity").get_attribute("class")
        assert "is-unsure" not in page.locator("path.is-part").get_attribute("class")

    def test_its_popup_says_what_the_shape_shows(self, page):
        page.choose("40 km north of Kyiv")
        assert page.locator(".card .near").inner_text() == "drawn as offset"
        assert page.locator("path.is-offset.is-selected").count() == 1


class TestSelection:
    def test_the_ring_is_as_wide_as_the_position_is_uncertain(self, sample, visit):
        page = visit(sample)
        page.choose("Kyiv")
        across = page.locator("path.uncertainty").evaluate("node => node.getBBox().width")
        kilometer = page.evaluate(
            """() => {
              const [a, b] = [30.0, 31.0].map(lon => map_crisis.latLngToLayerPoint([50.45, lon]));
              return (b.x - a.x) / (111.32 * Math.cos(50.45 * Math.PI / 180));
            }"""
        )
        assert across == pytest.approx(2 * 15 * kilometer, rel=0.1)
        page.keyboard.press("Escape")
        page.wait_for_selector("path.uncertainty", state="detached")


class TestGroups:
    def test_near_places_are_one_mark_at_the_most_mentioned(self, draw, visit):
        page = visit(draw(towns(201, 0.001).parsed()))
        assert page.locator(".group-icon").count() == 1
        assert page.locator(".group-icon .group-count").text_content() == "202"
        assert page.locator(".name", has_text="Town0 +200").count() == 1

    def test_few_places_are_never_grouped(self, draw, visit):
        page = visit(draw(towns(20, 0.001).parsed()))
        assert page.locator(".dot-icon").count() == 20
        assert page.locator(".group-icon").count() == 0

    def test_a_group_opens_by_coming_closer(self, draw, visit):
        page = visit(draw(towns(201, 0.02).parsed()))
        before = page.evaluate("map_crisis.getZoom()")
        page.locator(".group-icon").first.dispatch_event("click")
        page.wait_for_function("zoom => map_crisis.getZoom() > zoom", arg=before)
        assert page.locator(".leaflet-popup").count() == 0

    def test_who_is_chosen_stands_alone(self, draw, visit):
        page = visit(draw(towns(201, 0.001).parsed()))
        page.choose("Town3")
        assert page.locator(".dot-icon.is-selected:not(.group-icon)").count() == 1
        assert page.locator(".group-icon .group-count").text_content() == "201"

    def test_the_count_follows_the_filter(self, draw, visit):
        page = visit(draw(towns(201, 0.001).parsed()))
        page.locator("#search").fill("Town1")
        page.wait_for_function(
            "() => document.querySelector('.group-icon .group-count').textContent === '111'"
        )

    def test_only_what_is_in_view_is_drawn(self, draw, visit):
        page = visit(draw(towns(240, 0.5).parsed()))
        page.evaluate("map_crisis.setView([50, 31], 9, { animate: false }) && 0")
        assert 0 < page.locator(".dot-icon").count() < 20


def test_dates_order_the_articles_of_a_place(draw, visit):
    readings = [
        Reading(f"Kyiv on day {day}.", id=f"a{day}", title=f"Day {day}", date=dt.date(2022, 2, day)).add(
            "Kyiv", KYIV
        )
        for day in (3, 9, 6)
    ]
    undated = Reading("Kyiv at some time.", id="a0", title="No day").add("Kyiv", KYIV)
    page = visit(draw(undated.parsed(), *(reading.parsed() for reading in readings)))
    page.choose("Kyiv")
    titles = page.locator(".leaflet-popup .article h3").all_inner_texts()
    assert titles == ["Day 9", "Day 6", "Day 3", "No day"]


def test_a_water_has_the_color_of_water(draw, visit):
    sea = place("Inland Sea", 32.0, 49.0, "H.SEA")
    page = visit(draw(Reading("Inland Sea, Moscow.").add("Inland Sea", sea).add("Moscow", MOSCOW).parsed()))
    assert page.locator("path.area.is-disc.is-sea").count() == 1
