"""The document: self-contained, sealed, the same every time, and never a template of its data."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from typing import Any

import folium
import pytest
from webmap_scenes import KYIV, Reading, SquareWorld, sample_reading

from crisismap import __version__
from crisismap.errors import OutputError
from crisismap.layers import build_layers
from crisismap.webmap import TILE_SETS, choose_tiles, draw_map

BLOCKS = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1>", re.DOTALL)


def drawn(*readings: Reading, title: str = "A test", **options: Any) -> folium.Map:
    world = SquareWorld()
    layers = build_layers([reading.parsed() for reading in readings], world)
    return draw_map(layers, world, title=title, **options)


def data_of(html: str) -> dict[str, Any]:
    return json.loads(html.partition('id="data">')[2].partition("</script>")[0])


def policy_of(html: str) -> dict[str, str]:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


@pytest.fixture
def html() -> str:
    return drawn(sample_reading()).get_root().render()


def test_the_same_input_gives_the_same_bytes(tmp_path):
    drawn(sample_reading()).save(tmp_path / "a.html")
    again = drawn(sample_reading())
    again.save(str(tmp_path / "b.html"))
    file = io.BytesIO()
    again.save(file, close_file=False)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes() == file.getvalue()


def test_it_is_a_folium_map(html):
    assert isinstance(drawn(), folium.Map)
    assert 'id="map_crisis"' in html


def test_nothing_is_loaded_from_elsewhere(html):
    outside = BLOCKS.sub("", html)
    assert re.findall(r'(?:src|href)="([^"]*)"', outside) == [
        "data:,",
        "#map_crisis",
        "https://www.naturalearthdata.com/",
        "https://www.geonames.org/",
        "https://creativecommons.org/licenses/by/4.0/",
        "https://leafletjs.com/",
    ]
    assert not re.search(r"<script\b[^>]*\bsrc=|<link\b[^>]*stylesheet|@import", html)


def test_every_block_is_named_in_the_policy_and_nothing_else_is_allowed(html):
    assert html.index("Content-Security-Policy") < html.index("<style")
    directives = policy_of(html)
    assert directives["default-src"] == "'none'"
    assert directives["img-src"] == "data:"
    assert "unsafe" not in " ".join(directives.values())
    hashes = {"script": set(), "style": set()}
    for tag, attributes, text in BLOCKS.findall(html):
        if "application/json" not in attributes:
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            hashes[tag].add(f"'sha256-{digest}'")
    assert set(directives["script-src"].split()) == hashes["script"]
    assert set(directives["style-src"].split()) == hashes["style"]
    assert not re.search(r'<[^>]+ (?:style|on\w+)="', BLOCKS.sub("", html))


def test_the_page_is_in_a_language_and_can_be_zoomed(html):
    assert '<html lang="en">' in html
    assert "user-scalable" not in html
    assert "maximum-scale" not in html


@pytest.mark.parametrize(
    "text",
    [
        "{{ cycler.__init__.__globals__.os.popen('touch pwned').read() }} Kyiv",
        "{% raw Kyiv",
        "{% for x in y %} Kyiv {# ",
        "<!--slot:policy--><!--slot:data--> Kyiv </script>",
        "\\u003c \\g<0> \\1 Kyiv",
    ],
)
def test_templates_in_the_data_stay_data(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reading = Reading(text, title=text, url=f"https://e.org/{text}", source=text).add("Kyiv", KYIV)
    html = drawn(reading, title=text).get_root().render()
    before, _, rest = html.partition('id="data">')
    data, _, after = rest.partition("</script>")
    assert "Kyiv" in data
    assert "Kyiv" not in before + after
    assert not (tmp_path / "pwned").exists()


def test_a_bad_target_is_refused(tmp_path):
    with pytest.raises(OutputError, match="no folder"):
        drawn().save(tmp_path / "missing" / "map.html")


def test_layers_of_folium_can_be_added(tmp_path):
    drawing = drawn(sample_reading())
    folium.CircleMarker([50, 30]).add_to(drawing)
    assert ".addTo(map_crisis)" in drawing.get_root().render()


def test_what_folium_adds_is_the_same_every_time():
    def composed() -> str:
        drawing = drawn(sample_reading())
        folium.Marker([50, 30], tooltip="here").add_to(folium.FeatureGroup("own").add_to(drawing))
        folium.GeoJson({"type": "Point", "coordinates": [30, 50]}).add_to(drawing)
        folium.LayerControl().add_to(drawing)
        return drawing.get_root().render()

    first = composed()
    assert first == composed()
    assert not re.search("_[0-9a-f]{32}", first)
    assert "feature_group_0" in first


def test_only_ids_of_folium_are_replaced():
    digest = "_0123456789abcdef0123456789abcdef"
    drawing = drawn()
    folium.GeoJson({"type": "Point", "coordinates": [30, 50], "id": digest}).add_to(drawing)
    assert digest in drawing.get_root().render()


class TestTiles:
    def test_only_the_host_that_is_asked_for_is_allowed(self):
        html = drawn(sample_reading(), tiles="https://tiles.example.org/{z}/{x}/{y}.png").get_root().render()
        assert policy_of(html)["img-src"] == "data: https://tiles.example.org"
        assert policy_of(html)["default-src"] == "'none'"
        assert data_of(html)["tiles"]["url"] == "https://tiles.example.org/{z}/{x}/{y}.png"
        assert 'name="referrer" content="strict-origin-when-cross-origin"' in html

    @pytest.mark.parametrize("choice", ["", "none"])
    def test_without_tiles_nothing_is_asked_of_anyone(self, choice):
        html = drawn(sample_reading(), tiles=choice).get_root().render()
        assert policy_of(html)["img-src"] == "data:"
        assert data_of(html)["tiles"] is None
        assert 'name="referrer" content="no-referrer"' in html

    @pytest.mark.parametrize("name", TILE_SETS)
    def test_named_sets_credit_openstreetmap(self, name):
        tiles = choose_tiles(name)
        assert tiles.credits[0] == ("© OpenStreetMap contributors", "https://www.openstreetmap.org/copyright")
        assert choose_tiles(tiles.url).origin == tiles.origin

    def test_the_subdomain_and_the_port_are_part_of_the_origin(self):
        tiles = choose_tiles("http://{s}.Tiles.example.org:8080/a,b/{z}/{x}/{y}{r}.png?key=1")
        assert tiles.origin == "http://*.tiles.example.org:8080"
        assert tiles.credits == (("tiles.example.org:8080", "http://tiles.example.org:8080/"),)

    @pytest.mark.parametrize(
        "choice",
        [
            "google",
            "https://tiles.example.org/",
            "https://tiles.example.org/{z}/{x}.png",
            "https://tiles.example.org/{z}/{x}/{y}/{key}.png",
            "ftp://tiles.example.org/{z}/{x}/{y}.png",
            "//tiles.example.org/{z}/{x}/{y}.png",
            "https:///{z}/{x}/{y}.png",
            "https://user@tiles.example.org/{z}/{x}/{y}.png",
            "https://tiles.example.org; script-src */{z}/{x}/{y}.png",
            "https://*/{z}/{x}/{y}.png",
            "https://{x}.example.org/{z}/{x}/{y}.png",
            "https://tiles.example.org/{z}/{x}/{y}.png\n",
            "https://tiles.example.org/{{z}}/{x}/{y}.png",
            'https://tiles.example.org/{z}/{x}/{y}.png"',
            "javascript://e.org/{z}/{x}/{y}",
        ],
    )
    def test_what_is_no_template_is_refused_in_one_line(self, choice):
        with pytest.raises(ValueError, match="neither none, osm, carto-light nor") as error:
            drawn(tiles=choice)
        assert repr(choice) in str(error.value)
        assert "\n" not in str(error.value)


def test_the_language_is_set_with_its_direction():
    assert '<html lang="ar" dir="rtl">' in drawn(language="ar").get_root().render()
    html = drawn(language="uk").get_root().render()
    assert '<html lang="uk">' in html
    assert data_of(html)["language"] == "uk"
    with pytest.raises(ValueError, match=r"no interface language 'xx'; choose one of en, uk, fr, ar"):
        drawn(language="xx")


def test_the_page_says_what_it_was_made_from(gazetteer):
    data = data_of(drawn(gazetteer=gazetteer, embed=True).get_root().render())
    assert data["version"] == __version__
    assert data["embed"] is True
    assert data["gazetteer"]["places"] == len(gazetteer)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", data["gazetteer"]["date"])
    assert all(len(source) == 3 for source in data["gazetteer"]["sources"])
    assert data_of(drawn().get_root().render())["gazetteer"] is None
