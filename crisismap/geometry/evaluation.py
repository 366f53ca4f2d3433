"""Walk the tree of a spatial expression, leaves first, and put what it comes to into words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crisismap.gazetteer import Boundaries
from crisismap.geometry.borders import draw_border
from crisismap.geometry.figures import Figure, NotDrawnError, World, radius_km
from crisismap.geometry.parts import draw_part
from crisismap.geometry.places import draw_place
from crisismap.model import Border, Borders, Location, Node, Part, Precision, SpatialExpression, Toponym

__all__ = ["expression_location"]

_NEAR_KM = 25.0
"""What lies within this radius is NEAR, and WIDE beyond it: the size of a large city and its suburbs."""


def expression_location(
    expression: SpatialExpression,
    locations: Mapping[Toponym, Location],
    boundaries: Boundaries,
    borders: Borders = Borders.INTERNATIONAL,
) -> Location:
    """Return where an expression lies: a shape, a point on it, and in words what the shape is.

    Args:
        expression: with the tree to evaluate.
        locations: where the expression's anchors lie; its confidence is that of the least certain one.
        boundaries: the world.
        borders: the worldview.

    What cannot be drawn (an island's border, two countries that do not meet) is an unresolved Location that
    says why.
    """
    tree = expression.tree
    if tree is None and expression.relation == "border" and not expression.reason:
        tree = Border(expression.anchors, expression.directions)
    if tree is None:
        return Location(reason=expression.reason or "the words name no place to begin from")
    try:
        figure = _draw(tree, World(locations, boundaries, borders))
    except NotDrawnError as error:
        return Location(reason=str(error))
    radius = radius_km(*figure.point, figure.geometry) + figure.slack_km
    return Location(
        geometry=figure.geometry,
        point=figure.point,
        confidence=min(locations[leaf].confidence for leaf in _leaves(tree)),
        precision=Precision.NEAR if radius <= _NEAR_KM else Precision.WIDE,
        uncertainty_km=round(radius, 1),
        reason=figure.words,
    )


def _draw(node: Node, world: World) -> Figure:
    match node:
        case Toponym():
            return draw_place(node, world)
        case Border():
            return draw_border(node, world)
        case Part():
            return draw_part(_draw(node.whole, world), node.directions, world)
        case _:
            raise NotDrawnError("such a shape is not drawn yet")


def _leaves(node: Node) -> Iterator[Toponym]:
    match node:
        case Toponym():
            yield node
        case Border():
            yield from node.owners
        case Part():
            yield from _leaves(node.whole)
