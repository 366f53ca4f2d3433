"""The same results from a cluster, one of whose workers is killed midway."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from crisismap.errors import OutputError
from crisismap.geoparsing import Geoparser
from crisismap.layers import build_layers
from crisismap.model import Article, ParsedArticle
from crisismap.settings import Settings

pytest.importorskip("dask.dataframe", reason="crisismap[dask] is not installed")
pytest.importorskip("distributed", reason="crisismap[dask] is not installed")

import dask
import dask.dataframe as dd
import geopandas as gpd
import pandas as pd
from geopandas.testing import assert_geodataframe_equal

from crisismap.distributed import geoparse_frame

PLACES = ("Kyiv", "Lviv", "Odesa", "eastern Ukraine", "the border between Poland and Belarus")
ROWS = pd.DataFrame(
    {
        "id": [f"a{number}" for number in range(24)],
        "body": [f"Fire broke out in {PLACES[number % 5]} on day {number}." for number in range(24)],
        "published": pd.to_datetime(["2022-02-04"] * 23 + [None]),
    }
)
ROWS.loc[7, "body"] = " "
FAST = Settings(recognizer="fast")


@dataclass(frozen=True, slots=True)
class Deadly(Settings):
    """Kills the first process that parses the article a13."""

    marker: str = ""

    def open(self) -> Geoparser:
        return cast(Geoparser, DeadlyParser(Settings.open(self), Path(self.marker)))


class DeadlyParser:
    def __init__(self, geoparser: Geoparser, marker: Path):
        self.geoparser = geoparser
        self.boundaries = geoparser.boundaries
        self.marker = marker

    def parse_all(self, articles: list[Article], *, given_spans: bool) -> list[ParsedArticle]:
        if "a13" in [article.id for article in articles] and not self.marker.exists():
            self.marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.geoparser.parse_all(articles, given_spans=given_spans)


def single(geoparser: Geoparser, layer: str) -> gpd.GeoDataFrame:
    """What one process finds, partition by partition of eight rows."""
    articles = [
        Article(row.id, row.body, date=None if pd.isna(row.published) else row.published.date())
        for row in ROWS.itertuples()
        if row.body.strip()
    ]
    parsed = {article.id: geoparser.parse(article) for article in articles}
    tables = [
        build_layers(
            [parsed[name] for name in ROWS["id"][start : start + 8] if name in parsed], geoparser.boundaries
        )
        for start in (0, 8, 16)
    ]
    return cast(gpd.GeoDataFrame, pd.concat([getattr(table, layer) for table in tables], ignore_index=True))


def read(folder: Path, layer: str) -> gpd.GeoDataFrame:
    return gpd.read_parquet(folder / layer)[lambda table: [c for c in table.columns if c != "bbox"]]


def frame() -> Any:
    return dd.from_pandas(ROWS, npartitions=3, sort=False)


def test_a_killed_worker_changes_nothing(tmp_path: Path) -> None:
    from distributed import Client, LocalCluster

    expected = FAST.open()
    settings = Deadly(recognizer="fast", marker=str(tmp_path / "killed"))
    with (
        dask.config.set({"distributed.admin.log-length": 0}),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=None,
            local_directory=str(tmp_path / "dask"),
            silence_logs=50,
        ) as cluster,
        Client(cluster),
    ):
        parts = geoparse_frame(frame(), tmp_path / "out", settings)
    assert (tmp_path / "killed").exists()
    assert [part.path.name for part in parts] == [f"part-{number:05}.parquet" for number in range(3)]
    assert [part.articles for part in parts] == [7, 8, 8]
    assert [part.errors for part in parts[1:]] == [(), ()]
    [error] = parts[0].errors
    assert error.startswith("partition 0, row 7: ")
    for layer in ("mentions", "areas"):
        assert_geodataframe_equal(read(tmp_path / "out", layer), single(expected, layer))
    assert sum(part.mentions for part in parts) == len(single(expected, "mentions"))


def test_threads_do_as_well(tmp_path: Path) -> None:
    with dask.config.set(scheduler="threads", num_workers=2):
        geoparse_frame(frame(), tmp_path / "out", FAST)
    assert_geodataframe_equal(read(tmp_path / "out", "mentions"), single(FAST.open(), "mentions"))
    again = tmp_path / "again"
    with dask.config.set(scheduler="sync"):
        geoparse_frame(frame(), again, FAST)
    for path in sorted(again.rglob("*.parquet")):
        assert path.read_bytes() == (tmp_path / "out" / path.relative_to(again)).read_bytes()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mentions").mkdir()
    (tmp_path / "mentions" / "mine.parquet").write_text("mine")
    with pytest.raises(OutputError, match=r"mentions: holds files already"):
        geoparse_frame(frame(), tmp_path, FAST)
    assert [path.name for path in (tmp_path / "mentions").iterdir()] == ["mine.parquet"]
