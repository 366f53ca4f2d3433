"""How courses of rivers are put together."""

import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiLineString, Point

from crisismap.gazetteer.building.rivers import _downstream, _merge


def test_lines_are_turned_to_the_mouth_over_gaps() -> None:
    course = _merge([shapely.LineString([(2, 0), (1, 0)]), shapely.LineString([(2.1, 0), (2.5, 1), (4, 0)])])
    run = _downstream(course, Point(4.1, 0))
    assert [line.coords[0] for line in run.geoms] == [(1, 0), (2.1, 0)]
    assert run.geoms[-1].coords[-1] == (4, 0)


def test_a_bend_does_not_turn_a_river_around() -> None:
    # The source is nearer to the mouth as the crow flies than the middle of the river is.
    upper, lower = shapely.LineString([(0, 0), (0, 9)]), shapely.LineString([(0, 9), (1, 9), (1, 0.5)])
    run = _downstream(MultiLineString([upper.reverse(), lower.reverse()]), Point(1, 0))
    assert [line.coords[0] for line in run.geoms] == [(0, 0), (0, 9)]


def test_touching_lines_become_one() -> None:
    assert (
        len(_merge([shapely.LineString([(0, 0), (1, 1)]), shapely.LineString([(2, 2), (1, 1)])]).geoms) == 1
    )


@given(st.lists(st.booleans(), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_direction_of_the_source_does_not_matter(turned: list[bool], order) -> None:
    lines = [shapely.LineString([(x, 0), (x + 0.9, 0)]) for x in range(len(turned))]
    mixed = [line.reverse() if turn else line for line, turn in zip(lines, turned, strict=True)]
    order.shuffle(mixed)
    run = _downstream(MultiLineString(mixed), Point(len(turned), 0))
    assert [line.coords[0][0] for line in run.geoms] == list(range(len(turned)))
    assert all(line.coords[0][0] < line.coords[-1][0] for line in run.geoms)
