"""What several test modules share: the shipped gazetteer, opened once."""

from pathlib import Path

import pytest

from crisismap.articles import read_articles
from crisismap.gazetteer import Gazetteer
from crisismap.geoparsing import Geoparser
from crisismap.model import Article, ParsedArticle

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer.open()


@pytest.fixture(scope="session")
def geoparser(gazetteer: Gazetteer) -> Geoparser:
    return Geoparser(gazetteer)


@pytest.fixture(scope="session")
def seed() -> Article:
    return next(read_articles(ROOT / "seeds"))


@pytest.fixture(scope="session")
def parsed_seed(geoparser: Geoparser, seed: Article) -> ParsedArticle:
    return geoparser.parse(seed)
