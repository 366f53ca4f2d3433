"""Toponyms to Locations: candidates, context, ranking, confidence."""

from crisismap.resolution.resolver import Resolver
from crisismap.resolution.scoring import LinearScorer, Scorer

__all__ = ["LinearScorer", "Resolver", "Scorer"]
