"""Walk the tree of a spatial expression, leaves first, and put what it comes to into words."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from shapely.errors import GEOSException

from crisismap.gazetteer import Boundaries
from crisismap.geometry.borders import draw_border
from crisismap.geometry.coarse import thin
from crisismap.geometry.crossings import draw_across, draw_across_border
from crisismap.geometry.figures import Figure, NotDrawnError, World, radius_km
from crisismap.geometry.offsets import draw_between, draw_offset, draw_vicinity
from crisismap.geometry.parts import draw_part
from crisismap.geometry.places import draw_place
from crisismap.geometry.rivers import draw_bank, draw_mouth
from crisismap.geometry.water import draw_coast
from crisismap.model import (
    Bank,
    Between,
    Border,
    Borders,
    Coast,
    Location,
    Mouth,
    Node,
    Offset,
    Part,
    Precision,
    SpatialExpression,
    Toponym,
    Vicinity,
)

__all__ = ["expression_location"]

_log = logging.getLogger(__name__)
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
    if tree is None:
        return Location(reason=expression.reason or "the words name no place to begin from")
    try:
        figure = _draw(tree, World(locations, boundaries, borders))
    except NotDrawnError as error:
        return Location(reason=str(error))
    except GEOSException:
        # Outlines of two sources can meet in ways that no operation survives.
        _log.debug("no shape for %r", expression.text, exc_info=True)
        return Location(reason="its shape cannot be computed")
    shape = thin(figure.geometry)
    radius = radius_km(*figure.point, shape) + max(figure.slack_km, figure.radius_km)
    return Location(
        geometry=shape,
        point=figure.point,
        confidence=min(locations[anchor].confidence for anchor in expression.anchors),
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
        case Part(whole, directions):
            return draw_part(_draw(whole, world), directions, world)
        case Offset(origin, directions, distance):
            return draw_offset(_draw(origin, world), directions, distance)
        case Vicinity(Border() as center, "across", distance):
            return draw_across_border(center, distance, world)
        case Vicinity(center, "across", distance):
            return draw_across(_draw(center, world), distance, world)
        case Vicinity(center, manner, distance):
            return draw_vicinity(_draw(center, world), manner, distance)
        case Between((first, last)):
            return draw_between(_draw(first, world), _draw(last, world))
        case Coast(land, water, offshore, directions, distance):
            shore = _draw(land, world) if land is not None else None
            sea = _draw(water, world) if water is not None else None
            return draw_coast(shore, sea, directions, distance, world, offshore=offshore)
        case Bank():
            return draw_bank(node, world)
        case Mouth():
            return draw_mouth(node, world)
