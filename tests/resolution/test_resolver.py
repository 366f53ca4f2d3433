"""Which place a name means, by its article."""

import dataclasses
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.errors import LexiconError
from crisismap.gazetteer import Gazetteer
from crisismap.model import Kind, Location, Precision, Role, Toponym
from crisismap.resolution import ResolutionModel, Resolver
from crisismap.resolution.candidates import CandidateFinder, Candidates
from crisismap.resolution.scoring import softmax_by_group


@pytest.fixture(scope="module")
def resolver(gazetteer: Gazetteer) -> Resolver:
    return Resolver(gazetteer)


def toponyms(text: str, *names: str) -> list[Toponym]:
    found, at = [], 0
    for name in names:
        at = text.index(name, at)
        found.append(Toponym(at, at + len(name), name, Kind.REGION, Role.LITERAL))
        at += len(name)
    return found


def ids(locations: list[Location]) -> list[str]:
    return [location.place.id if location.place else "" for location in locations]


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("A court in Paris, Texas, heard it.", ["Paris", "Texas"], ["geonames:4717560", "geonames:4736286"]),
        (
            "A court in Paris, France, heard it.",
            ["Paris", "France"],
            ["geonames:2988507", "geonames:3017382"],
        ),
        ("Tripoli, Lebanon, saw clashes.", ["Tripoli", "Lebanon"], ["geonames:266826", "geonames:272103"]),
        (
            "Tripoli and Benghazi in Libya",
            ["Tripoli", "Benghazi", "Libya"],
            ["geonames:2210247", "geonames:88319", "geonames:2215636"],
        ),
        (
            "northern Iraq and the city of Aleppo",
            ["northern Iraq", "city of Aleppo"],
            ["geonames:99237", "geonames:170063"],
        ),
        (
            "ANKARA, Turkey (AP) - Troops left Adana.",
            ["ANKARA", "Turkey", "Adana"],
            ["geonames:323786", "geonames:298795", "geonames:325363"],
        ),
    ],
)
def test_context_decides(resolver: Resolver, text: str, names: list[str], expected: list[str]) -> None:
    assert ids(resolver.resolve(text, toponyms(text, *names))) == expected


def test_two_readings_of_one_name_in_one_article(resolver: Resolver) -> None:
    text = "From Paris, France, he moved to Paris, Texas."
    found = resolver.resolve(text, toponyms(text, "Paris", "France", "Paris", "Texas"))
    assert [location.place.country_code for location in found if location.place] == ["FR", "FR", "US", "US"]


@pytest.mark.parametrize(
    ("text", "river"),
    [
        ("Troops hold the left bank of the Dnipro.", True),
        ("Troops crossed the Dnipro, which is wide here.", True),
        ("Troops crossed the Dnipro river.", True),
        ("Troops crossed the river Dnipro.", True),
        ("The Dnipro's banks are mined.", True),
        ("Troops entered Dnipro.", False),
        ("The wounded lay in the Dnipro hospital.", False),
        ("The wounded were brought to the Dnipro-based unit.", False),
    ],
)
def test_only_rivers_have_an_article(resolver: Resolver, text: str, river: bool) -> None:
    assert ids(resolver.resolve(text, toponyms(text, "Dnipro"))) == [
        "crisismap:dnieper" if river else "geonames:709930"
    ]


def test_a_country_with_an_article_is_no_river(resolver: Resolver) -> None:
    text = "Fighting in the Congo went on; the Gambia sent troops."
    assert ids(resolver.resolve(text, toponyms(text, "Congo", "Gambia"))) == [
        "geonames:203312",
        "geonames:2413451",
    ]


def test_river_and_city_in_one_article(resolver: Resolver) -> None:
    text = "Boats on the Dnipro were hit. Shells fell on Dnipro as well."
    assert ids(resolver.resolve(text, toponyms(text, "Dnipro", "Dnipro"))) == [
        "crisismap:dnieper",
        "geonames:709930",
    ]


def test_what_is_said_to_hold_a_place_holds_it(resolver: Resolver) -> None:
    text = "Georgia's governor spoke in Savannah and Atlanta. In Tbilisi, Georgia, people marched."
    found = resolver.resolve(text, toponyms(text, "Georgia", "Savannah", "Atlanta", "Tbilisi", "Georgia"))
    assert ids([found[0], found[4]]) == ["geonames:4197000", "geonames:614540"]
    assert found[4].candidates[0].place == found[4].place
    assert len({candidate.place.id for candidate in found[4].candidates}) == len(found[4].candidates)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drones hit the Belgorod region.", "geonames:578071"),
        ("Drones hit Belgorod and the region.", "geonames:578072"),
        ("Soldiers from Niger's Tillabéri region fled.", "geonames:2595293"),
        ("Workers in the Boston region marched.", "geonames:4930956"),
    ],
)
def test_a_region_is_the_one_around_its_city(resolver: Resolver, text: str, expected: str) -> None:
    name = next(word for word in ("Belgorod", "Tillabéri", "Boston") if word in text)
    assert ids(resolver.resolve(text, toponyms(text, name))) == [expected]


def test_a_parent_may_own_what_follows(resolver: Resolver) -> None:
    text = "San José, Costa Rica's capital, shook."
    assert ids(resolver.resolve(text, toponyms(text, "San José", "Costa Rica"))) == [
        "geonames:3621849",
        "geonames:3624060",
    ]


def test_a_city_may_stand_for_the_state_of_its_name(resolver: Resolver) -> None:
    text = "New York City is large. A street in Queens, New York, was closed."
    (found,) = resolver.resolve(text, toponyms(text, "Queens", "New York")[1:])
    assert found.place is not None
    assert found.place.admin1_name == "New York"


def test_a_country_is_not_the_town_that_once_had_its_name(resolver: Resolver) -> None:
    text = "Rescuers reached Amizmiz and Asni, in Morocco's High Atlas, southwest of Marrakech."
    found = resolver.resolve(text, toponyms(text, "Amizmiz", "Asni", "Morocco", "Marrakech"))
    assert ids(found)[2:] == ["geonames:2542007", "geonames:2542997"]
    assert [candidate.place.feature_code for candidate in found[2].candidates] == [
        "PCLI",
        "PPL",
    ]  # in Indiana
    text = "Police in Kuwait city were on alert."
    (found[0],) = resolver.resolve(text, toponyms(text, "Kuwait"))
    assert "PPLC" in [candidate.place.feature_code for candidate in found[0].candidates]


def test_a_name_without_parents_follows_the_mention_that_states_them(resolver: Resolver) -> None:
    text = "The mayor of Paris, Texas, spoke. Paris is a town of 25,000."
    first, _, second = resolver.resolve(text, toponyms(text, "Paris", "Texas", "Paris"))
    assert ids([first, second]) == ["geonames:4717560", "geonames:4717560"]


def test_candidates_are_ranked_and_the_first_is_chosen(resolver: Resolver) -> None:
    text = "Springfield, Illinois, and Chicago"
    location = resolver.resolve(text, toponyms(text, "Springfield", "Illinois", "Chicago"))[0]
    scores = [candidate.score for candidate in location.candidates]
    assert scores == sorted(scores, reverse=True)
    assert 2 <= len(scores) <= 5
    assert location.place == location.candidates[0].place
    assert location.confidence > 0.7
    assert 0 < sum(scores) <= 1.001


def test_a_name_alone_is_less_sure_than_one_with_its_state(resolver: Resolver) -> None:
    alone = resolver.resolve("Springfield", toponyms("Springfield", "Springfield"))[0]
    text = "Springfield, Illinois"
    stated = resolver.resolve(text, toponyms(text, "Springfield", "Illinois"))[0]
    assert alone.confidence + 0.2 < stated.confidence


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Ice on Canada's Arctic coast melts.", "Arctic", "Arctic Ocean"),
        ("Rain fell on the Caribbean coast of Honduras.", "Caribbean", "Caribbean Sea"),
        ("Rain fell all over the Caribbean.", "Caribbean", "Caribbean"),
        ("The Midwest shore of the lake froze.", "Midwest", "Midwest"),
    ],
)
def test_a_coast_is_that_of_a_sea(resolver: Resolver, text: str, name: str, expected: str) -> None:
    [location] = resolver.resolve(text, toponyms(text, name))
    assert location.place is not None
    assert location.place.name == expected


def test_unknown_names_stay_unresolved(resolver: Resolver) -> None:
    [location] = resolver.resolve("Qwxyzzy", toponyms("Qwxyzzy", "Qwxyzzy"))
    assert not location.resolved
    assert location.reason == "no place of this name in the gazetteer"


@pytest.mark.parametrize(
    "name", ["Henry Street", "West Street", "Baghdad Rd.", "Trans-Canada Highway", "Zimbabwe Creek"]
)
def test_a_street_or_a_creek_is_not_where_its_name_is_from(resolver: Resolver, name: str) -> None:
    text = f"{name} is closed."
    [location] = resolver.resolve(text, toponyms(text, name))
    assert not location.resolved
    text = f"Police closed {name}, San Francisco, on Monday, and San Francisco waits."
    names = toponyms(text, name, "San Francisco", "San Francisco")
    beside, city, _ = resolver.resolve(text, names, given=True)
    assert beside.place == city.place
    assert "placed near San Francisco" in beside.reason


def test_a_street_tells_of_the_area(resolver: Resolver) -> None:
    def chances(text: str, *names: str) -> dict[str, float]:
        candidates = resolver.resolve(text, toponyms(text, *names))[0].candidates
        return {candidate.place.admin1_name: candidate.score for candidate in candidates}

    chance = chances("Paris, he said, on Clarksville St.", "Paris", "Clarksville St.")
    alone = chances("Paris, he said.", "Paris")
    assert chance["Tennessee"] > alone.get("Tennessee", 0.0)


def test_a_given_name_that_the_gazetteer_lacks_is_put_by_the_town_it_stands_with(resolver: Resolver) -> None:
    text = "Police closed Zxqrt Street, San Francisco, on Monday, and San Francisco waits. Oakland does not."
    names = toponyms(text, "Zxqrt Street", "San Francisco", "San Francisco", "Oakland")
    location = resolver.resolve(text, names, given=True)[0]
    assert location.place is not None
    assert location.place.name == "San Francisco"
    assert location.precision is Precision.NEAR
    assert location.reason == "not in the gazetteer: placed near San Francisco, which is named beside it"
    assert 0 < location.confidence < 1


def test_a_known_name_is_not_moved_to_a_neighbor(resolver: Resolver) -> None:
    text = "Moscow said on Friday that Kyiv and Washington talk"
    found = resolver.resolve(text, toponyms(text, "Moscow", "Kyiv", "Washington"), given=True)
    assert ids(found) == ["geonames:524901", "geonames:703448", "geonames:4140963"]


def test_an_answer_that_is_hardly_ever_right_is_not_given(gazetteer: Gazetteer) -> None:
    model = ResolutionModel.load()
    sceptic = dataclasses.replace(model, confidence=np.where(np.arange(len(model.confidence)), 0.0, -9.0))
    [location] = Resolver(gazetteer, sceptic).resolve("Paris", toponyms("Paris", "Paris"))
    assert not location.resolved
    assert location.reason == "no place of this name fits the article"


def test_the_home_of_the_outlet_decides_where_nothing_else_does(
    gazetteer: Gazetteer, resolver: Resolver
) -> None:
    text = "Athens council votes on budget. The council of Athens met on Monday."
    names = toponyms(text, "Athens", "Athens")
    georgia = gazetteer.by_id("geonames:4180386")
    assert georgia is not None
    [away, _] = resolver.resolve(text, names)
    [at_home, _] = resolver.resolve(text, names, home=georgia)
    assert at_home.place == georgia
    assert away.place != georgia


def test_nothing_to_resolve(resolver: Resolver) -> None:
    assert resolver.resolve("text", []) == []
    assert resolver.resolve("", []) == []


def test_the_order_of_candidates_does_not_matter(
    gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "SPRINGFIELD, Ill. (AP) - Clinton and Georgia, Paris, Texas, Jordan and London."
    names = toponyms(text, "SPRINGFIELD", "Clinton", "Georgia", "Paris", "Texas", "Jordan", "London")
    expected = Resolver(gazetteer).resolve(text, names)
    find = CandidateFinder.find
    shuffled = random.Random(4)

    def in_another_order(self: CandidateFinder, name: str) -> Candidates:
        found = find(self, name)
        order = list(range(len(found.entries)))
        shuffled.shuffle(order)
        return dataclasses.replace(found, entries=found.entries[order], tiers=found.tiers[order])

    monkeypatch.setattr(CandidateFinder, "find", in_another_order)
    again = Resolver(gazetteer).resolve(text, names)
    assert ids(again) == ids(expected)
    assert [x.confidence for x in again] == pytest.approx([x.confidence for x in expected], abs=1e-5)


def test_a_model_must_be_whole(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "weights.json"
    path.write_text('{"prior": {}, "context": {}}')
    with pytest.raises(LexiconError, match=r"weights\.json: not a readable model"):
        ResolutionModel.load(path)


def test_a_model_survives_its_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    model = ResolutionModel.load()
    path = tmp_path / "model.json"
    path.write_text(model.to_json())
    assert ResolutionModel.load(path).to_json() == model.to_json()


@given(st.lists(st.lists(st.floats(-50, 50), min_size=1, max_size=6), min_size=1, max_size=6))
def test_softmax_sums_to_one_in_each_group(groups: list[list[float]]) -> None:
    scores = np.array([score for group in groups for score in group])
    group = np.repeat(np.arange(len(groups)), [len(g) for g in groups])
    probability = softmax_by_group(scores, group)
    assert np.allclose(np.bincount(group, weights=probability), 1)
    for index, row in enumerate(groups):
        assert scores[group == index].argmax() == probability[group == index].argmax() or len(row) > 1
