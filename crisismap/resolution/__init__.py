"""Toponyms to Locations: candidates, context, ranking, confidence."""

from crisismap.resolution.resolver import Resolver, Unresolved
from crisismap.resolution.scoring import ResolutionModel

__all__ = ["ResolutionModel", "Resolver", "Unresolved"]
