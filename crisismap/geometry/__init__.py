"""Place or SpatialExpression to a shape, with a word on how precise it is.  Shapes are lon/lat (EPSG:4326).

``evaluation`` walks the tree of an expression; each of its nodes becomes a ``Figure``.
"""

from crisismap.geometry.evaluation import expression_location
from crisismap.geometry.places import place_precision

__all__ = ["expression_location", "place_precision"]
