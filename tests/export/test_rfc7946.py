"""The rules of RFC 7946, checked by section on what is written."""

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import BOUNDARIES, article, scene

from crisismap.export import LAYERS, write_output
from crisismap.model import ParsedArticle

_DEPTH = {"Point": 0, "MultiLineString": 2, "MultiPolygon": 3}


def problems(document: Any) -> list[str]:
    """What RFC 7946 says against a FeatureCollection."""
    found = []
    if document.get("type") != "FeatureCollection" or not isinstance(document.get("features"), list):
        return ["3.3: no FeatureCollection"]
    if "crs" in document or any(key in document for key in ("coordinates", "geometry", "properties")):
        found.append("4, 7.1: a member that is forbidden")
    ids = [feature.get("id") for feature in document["features"]]
    if len(set(ids)) != len(ids) or not all(isinstance(name, str | int) for name in ids):
        found.append("3.2: ids that do not tell features apart")
    for feature in document["features"]:
        if feature.get("type") != "Feature" or not isinstance(feature.get("properties"), dict):
            found.append("3.2: no Feature")
        found += _geometry_problems(feature["geometry"])
    for holder in (document, *document["features"]):
        if "bbox" in holder:
            found += _box_problems(holder["bbox"])
    return found


def _geometry_problems(geometry: Any) -> list[str]:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind not in _DEPTH:
        return [f"3.1: {kind}"]
    lines: list[Any] = [coordinates]
    for _ in range(_DEPTH[kind] - 1):
        lines = [line for part in lines for line in part]
    positions = [coordinates] if kind == "Point" else [position for line in lines for position in line]
    found = []
    for position in positions:
        if not (len(position) == 2 and abs(position[0]) <= 180 and abs(position[1]) <= 90):
            found.append(f"3.1.1, 4: position {position}")
        if not all(isinstance(number, int | float) and math.isfinite(number) for number in position):
            found.append(f"3.1.1: {position} is no pair of numbers")
    steps = [step for line in lines if kind != "Point" for step in pairwise(line)]
    if any(abs(one[0] - two[0]) > 180 and abs(one[0]) != 180 for one, two in steps):
        found.append("3.1.9: not cut at the antimeridian")
    for polygon in coordinates if kind == "MultiPolygon" else []:
        for number, ring in enumerate(polygon):
            if len(ring) < 4 or ring[0] != ring[-1]:
                found.append("3.1.6: a ring that is not closed")
            area = sum((two[0] - one[0]) * (two[1] + one[1]) for one, two in pairwise(ring))
            if (area < 0) != (number == 0):  # this sum is negative where a ring runs counterclockwise
                found.append("3.1.6: a ring that runs the wrong way")
    return found


def _box_problems(box: Any) -> list[str]:
    fine = len(box) == 4 and box[1] <= box[3] and all(abs(box[n]) <= 180 for n in (0, 2))
    return [] if fine else [f"5: bbox {box}"]


@pytest.mark.parametrize("layers", [(), *((layer,) for layer in LAYERS), ("all",)])
def test_the_scene_keeps_every_rule(tmp_path: Path, layers: tuple[str, ...]) -> None:
    write_output(scene(), tmp_path / "a.geojson", BOUNDARIES, layers=layers)
    assert problems(json.loads((tmp_path / "a.geojson").read_bytes())) == []


def test_real_outlines_keep_every_rule(tmp_path: Path, parsed_seed: ParsedArticle) -> None:
    from crisismap.gazetteer import Boundaries

    write_output([parsed_seed], tmp_path / "a.geojson", Boundaries.open(), layers=["all"])
    document = json.loads((tmp_path / "a.geojson").read_bytes())
    assert {feature["geometry"]["type"] for feature in document["features"]} == set(_DEPTH)
    assert problems(document) == []


@pytest.mark.parametrize(
    ("change", "section"),
    [
        ({"crs": {}}, "7.1"),
        ({"type": "Feature"}, "3.3"),
        ({"bbox": [0, 10, 0, -10]}, "5"),
    ],
)
def test_the_check_can_fail(change: dict[str, Any], section: str) -> None:
    good: dict[str, Any] = {"type": "FeatureCollection", "features": []}
    assert problems(good) == []
    assert section in problems(good | change)[0]


@pytest.mark.parametrize(
    ("geometry", "section"),
    [
        ({"type": "Point", "coordinates": [190, 0]}, "3.1.1"),
        ({"type": "GeometryCollection", "coordinates": []}, "3.1"),
        ({"type": "MultiPolygon", "coordinates": [[[[0, 0], [0, 1], [1, 1], [0, 0]]]]}, "3.1.6"),
        ({"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 1], [0, 1]]]]}, "3.1.6"),
        ({"type": "MultiLineString", "coordinates": [[[179, 0], [-179, 0]]]}, "3.1.9"),
    ],
)
def test_the_check_of_shapes_can_fail(geometry: dict[str, Any], section: str) -> None:
    feature = {"type": "Feature", "id": "a", "properties": {}, "geometry": geometry}
    found = problems({"type": "FeatureCollection", "features": [feature]})
    assert found and section in found[0]


@given(st.text(), st.text())
@settings(deadline=None)
def test_any_text_is_written(tmp_path_factory: pytest.TempPathFactory, title: str, source: str) -> None:
    path = tmp_path_factory.mktemp("text") / "a.geojson"
    write_output([article("a", title, source=source, first="Now")], path, BOUNDARIES)
    document = json.loads(path.read_bytes())
    assert problems(document) == []
    held = title.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    assert document["features"][0]["properties"]["article_title"] == held
