"""A sentence alone has little context: names mean what they mean to the world, unless it says otherwise."""

from __future__ import annotations

import pytest

from crisismap.gazetteer import Gazetteer
from crisismap.geoparsing import Geoparser
from crisismap.model import Article
from crisismap.recognition import open_recognizer


@pytest.fixture(scope="module")
def geoparser(gazetteer: Gazetteer) -> Geoparser:
    return Geoparser(gazetteer, recognizer=open_recognizer("fast", gazetteer))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Moscow said Kyiv had shelled Belgorod.", ["Moscow RU", "Kyiv UA", "Belgorod RU"]),
        ("Talks with Moscow in Vienna and Dublin have stalled.", ["Moscow RU", "Vienna AT", "Dublin IE"]),
        ("Aid convoys left Amman for Damascus and Homs.", ["Amman JO", "Damascus SY", "Homs SY"]),
        ("The attack in Birmingham shocked London.", ["Birmingham GB", "London GB"]),
        ("Cuba and Mexico protested to Washington.", ["Cuba CU", "Mexico MX", "Washington US"]),
        ("A court in Athens, Georgia, sentenced him.", ["Athens US", "Georgia US"]),
        ("Snow fell in New England, Boston and Maine.", ["New England US", "Boston US", "Maine US"]),
        ("Farmers in Yorkshire and Patagonia protested.", ["Yorkshire GB", "Patagonia "]),
        ("Wars in the Levant and the rest of the Middle East go on.", ["Levant ", "Middle East "]),
        ("Shelling went on in the Donbas and in Kyiv.", ["Donbas UA", "Kyiv UA"]),
        ("A fire in Yorkshire, Virginia, killed two.", ["Yorkshire US", "Virginia US"]),
        ("The mayor of Paris, Texas, flew to Kyiv.", ["Paris US", "Texas US", "Kyiv UA"]),
    ],
)
def test_a_sentence_alone(geoparser: Geoparser, text: str, places: list[str]) -> None:
    found = [mention.location.place for mention in geoparser.parse(Article("a", text)).mentions]
    assert [place and f"{place.name} {place.country_code}" for place in found] == places
