"""Two worldviews as one set of pieces, on squares."""

import shapely
from shapely.geometry import MultiPolygon, box

from crisismap.gazetteer.building.countries import Country
from crisismap.gazetteer.building.worldviews import assemble, divide, simplify
from crisismap.model import Borders


def country(code: str, *parts: shapely.Polygon) -> Country:
    return Country(code, code, "EU", (0.0, 0.0), 2, MultiPolygon(parts))


WEST, MIDDLE, EAST, ISLET = box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1), box(9, 9, 9.01, 9.01)
INTERNATIONAL = [
    country("", box(5, 5, 6, 6)),
    country("AA", shapely.union_all([WEST, MIDDLE]), ISLET),
    country("BB", EAST),
]
DE_FACTO = [
    country("AA", WEST, ISLET),
    country("BB", shapely.union_all([MIDDLE, EAST])),
    country("XA", box(5, 5, 6, 6)),
]


def test_land_that_changes_hands_is_a_piece_of_its_own() -> None:
    pieces = divide(INTERNATIONAL, DE_FACTO)
    moved = {(piece.international, piece.de_facto): piece.shape for piece in pieces}
    assert list(moved) == [("", ""), ("", "XA"), ("AA", "AA"), ("AA", "BB"), ("BB", "BB")]
    assert moved["AA", "BB"].equals(MIDDLE)
    assert moved["", "XA"].equals(box(5, 5, 6, 6))
    assert moved["AA", "AA"].equals(shapely.union_all([WEST, ISLET])), "an islet elsewhere is kept"


def test_each_worldview_is_put_together_from_the_pieces() -> None:
    pieces = simplify(divide(INTERNATIONAL, DE_FACTO), 0.0)
    assert [piece.code(Borders.DE_FACTO) for piece in pieces] == ["", "XA", "AA", "BB", "BB"]
    for borders, given in [(Borders.INTERNATIONAL, INTERNATIONAL), (Borders.DE_FACTO, DE_FACTO)]:
        found = assemble(pieces, borders)
        for item in given:
            assert found[item.code].equals(item.shape), (borders, item.code)


def test_slivers_between_the_sources_are_no_dispute() -> None:
    nearly = [country("AA", box(0, 0, 1.0005, 1)), country("BB", box(1.0005, 0, 2, 1))]
    pieces = divide([country("AA", WEST), country("BB", MIDDLE)], nearly)
    assert [(piece.international, piece.de_facto) for piece in pieces] == [("AA", "AA"), ("BB", "BB")]
    assert pieces[0].shape.equals(WEST)


def test_a_simplified_border_is_one_line_for_both_countries() -> None:
    wavy = shapely.Polygon([(0, 0), (1, 0), (1.01, 0.3), (0.99, 0.6), (1, 1), (0, 1)])
    rest = box(0, 0, 3, 1) - wavy
    world = [country("AA", wavy), country("BB", rest)]
    coarse = simplify(divide(world, world), 0.1)
    assert shapely.coverage_is_valid([piece.shape for piece in coarse])
    assert shapely.get_num_coordinates(coarse[0].shape) < shapely.get_num_coordinates(wavy)
