"""The document: self-contained, sealed, the same every time, and never a template of its data."""

from __future__ import annotations

import base64
import hashlib
import io
import re

import folium
import pytest
from webmap_scenes import KYIV, Reading, SquareWorld, sample_reading

from crisismap.errors import OutputError
from crisismap.layers import build_layers
from crisismap.webmap import draw_map

BLOCKS = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1>", re.DOTALL)


def drawn(*readings: Reading, title: str = "A test") -> folium.Map:
    world = SquareWorld()
    return draw_map(build_layers([reading.parsed() for reading in readings], world), world, title=title)


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
        "https://www.naturalearthdata.com/",
        "https://www.geonames.org/",
        "https://creativecommons.org/licenses/by/4.0/",
        "https://leafletjs.com/",
    ]
    assert not re.search(r"<script\b[^>]*\bsrc=|<link\b[^>]*stylesheet|@import", html)


def test_every_block_is_named_in_the_policy_and_nothing_else_is_allowed(html):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    assert html.index("Content-Security-Policy") < html.index("<style")
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert "unsafe" not in policy
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


def test_clustering_is_carried_only_where_marks_are_many(html):
    many = Reading("\n".join(f"Town{number}." for number in range(201)))
    for number in range(201):
        town = KYIV.__class__(f"t:{number}", f"Town{number}", number / 10, 50.0, "P", "PPL")
        many.add(f"Town{number}.", town)
    assert "markercluster" not in html.replace("Leaflet.markercluster", "").replace(
        "L.markerClusterGroup", ""
    )
    assert "MarkerClusterGroup=" in drawn(many).get_root().render()


def test_a_bad_target_is_refused(tmp_path):
    with pytest.raises(OutputError, match="no folder"):
        drawn().save(tmp_path / "missing" / "map.html")


def test_layers_of_folium_can_be_added(tmp_path):
    drawing = drawn(sample_reading())
    folium.CircleMarker([50, 30]).add_to(drawing)
    assert ".addTo(map_crisis)" in drawing.get_root().render()
