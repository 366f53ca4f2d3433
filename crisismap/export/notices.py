"""What every output says of itself."""

from __future__ import annotations

from crisismap import __version__
from crisismap.model import Borders

__all__ = ["ATTRIBUTION", "DISCLAIMER", "notices"]

DISCLAIMER = (
    "Places were found and located by a program, which can be wrong: check the sentence before you rely on a "
    "feature. Boundaries and names express no opinion about the legal status of any territory."
)
ATTRIBUTION = "Places: GeoNames (CC BY 4.0). Boundaries: Natural Earth (public domain)."


def notices(borders: Borders) -> dict[str, str]:
    """The generator, the worldview of the borders, how far to trust it, and the sources."""
    return {
        "generator": f"crisismap {__version__}",
        "borders": str(borders),
        "disclaimer": DISCLAIMER,
        "attribution": ATTRIBUTION,
    }
