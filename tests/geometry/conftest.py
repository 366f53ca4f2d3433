"""What the tests of shapes share: places by name, and trees located over them."""

from collections.abc import Callable

import pytest

from crisismap.gazetteer import Boundaries, Gazetteer
from crisismap.gazetteer.hierarchy import is_country
from crisismap.geometry import expression_location
from crisismap.model import Borders, Kind, Location, Node, Place, Role, SpatialExpression, Toponym

Find = Callable[..., Place]
Locate = Callable[..., Location]


@pytest.fixture(scope="session")
def boundaries() -> Boundaries:
    return Boundaries.open()


@pytest.fixture(scope="session")
def find(gazetteer: Gazetteer) -> Find:
    """Find a country by code ("UA"), a division by ISO code ("US-TX"), or a place by name and country."""

    def find(name: str, code: str = "", feature_class: str = "P") -> Place:
        boundaries = Boundaries.open()
        if (division := boundaries.division_id(name)) is not None:
            place = gazetteer.by_id(division)
            assert place is not None
            return place
        if not code and len(name) == 2:
            known = gazetteer.lookup(boundaries.country_name(name))
            return next(c.place for c in known if is_country(c.place) and c.place.country_code == name)
        fitting = [
            candidate.place
            for candidate in gazetteer.lookup(name)
            if candidate.place.feature_class in feature_class
            and (not code or candidate.place.country_code == code)
        ]
        assert fitting, f"{name} is not in the gazetteer"
        return max(fitting, key=lambda place: place.population)

    return find


@pytest.fixture(scope="session")
def locate(boundaries: Boundaries) -> Locate:
    """Locate the tree that a function makes of the toponyms of some places."""

    def locate(
        tree: Callable[..., Node], *places: Place, borders: Borders = Borders.INTERNATIONAL
    ) -> Location:
        toponyms = [
            Toponym(at, at + 1, place.name, Kind.REGION, Role.LITERAL) for at, place in enumerate(places)
        ]
        expression = SpatialExpression(0, 9, "x", "x", (), tuple(toponyms), tree(*toponyms))
        locations = {
            toponym: Location(place=place, confidence=0.9 - toponym.start / 10)
            for toponym, place in zip(toponyms, places, strict=True)
        }
        return expression_location(expression, locations, boundaries, borders)

    return locate
