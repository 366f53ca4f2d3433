"""Build time only: two worldviews as one set of pieces, so that both simplify to the same lines.

Most land belongs to the same country in both views.  Where it does not (Crimea), it is a piece of its own,
and each view puts the pieces together in its way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry import MultiPolygon

from crisismap.gazetteer.building.countries import Country
from crisismap.gazetteer.building.division_shapes import polygons
from crisismap.model import Borders

__all__ = ["Piece", "assemble", "divide", "simplify"]

_MIN_PIECE = 0.001  # square degrees; smaller differences are the digitizing of the two files


@dataclass(frozen=True, slots=True)
class Piece:
    """Land by the country that each worldview puts it in; "" is land of nobody."""

    international: str
    de_facto: str
    shape: MultiPolygon
    """lon/lat."""

    def code(self, borders: Borders) -> str:
        """Return the country in a worldview."""
        return self.de_facto if borders is Borders.DE_FACTO else self.international


def divide(international: Sequence[Country], de_facto: Sequence[Country]) -> list[Piece]:
    """Cut the world into the pieces that both worldviews are made of, ordered by their countries."""
    other = {country.code: country.shape for country in de_facto}
    pieces = []
    for country in international:
        same = other[country.code] if country.code else MultiPolygon()
        if country.shape.equals_exact(same):
            pieces.append(Piece(country.code, country.code, country.shape))
            continue
        moved = [
            Piece(country.code, code, MultiPolygon(parts))
            for code, shape in other.items()
            if code != country.code and shape.intersects(country.shape)
            if (parts := [part for part in polygons(country.shape & shape) if part.area >= _MIN_PIECE])
        ]
        gone = shapely.union_all([piece.shape for piece in moved])
        rest = polygons(country.shape - gone)
        kept = [part for part in rest if part.area >= _MIN_PIECE or not part.intersects(gone)]
        pieces += [*moved, Piece(country.code, country.code, MultiPolygon(kept))]
    return sorted(pieces, key=lambda piece: (piece.international, piece.de_facto))


def simplify(pieces: Sequence[Piece], tolerance: float) -> list[Piece]:
    """Simplify pieces together: shared borders stay shared, no piece vanishes.

    Args:
        pieces: all of them.
        tolerance: square root of the area, in square degrees, of the triangle that a dropped vertex may
            span (Visvalingam and Whyatt 1993).
    """
    shapes = shapely.coverage_simplify([piece.shape for piece in pieces], tolerance)
    return [
        replace(piece, shape=MultiPolygon(polygons(shape)))
        for piece, shape in zip(pieces, shapes, strict=True)
    ]


def assemble(pieces: Sequence[Piece], borders: Borders) -> dict[str, MultiPolygon]:
    """Return the countries of a worldview by code; land of nobody is ""."""
    members: defaultdict[str, list[MultiPolygon]] = defaultdict(list)
    for piece in pieces:
        members[piece.code(borders)].append(piece.shape)
    return {
        code: shapes[0] if len(shapes) == 1 else MultiPolygon(polygons(shapely.coverage_union_all(shapes)))
        for code, shapes in sorted(members.items())
    }
