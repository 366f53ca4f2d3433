"""The value types that travel through crisismap; read this file first.

Data goes one way: Article -> Sentence -> Toponym, SpatialExpression -> Location -> Mention ->
ParsedArticle.  Everything here is frozen and slotted.  Conventions, everywhere in the project:

- text ranges are half-open ranges of Unicode code points of ``Article.text``;
- coordinates are WGS 84 (EPSG:4326) decimal degrees, longitude before latitude;
- distances and radii are kilometers on the WGS 84 ellipsoid;
- country codes are ISO 3166-1 alpha-2 (plus ``XK`` for Kosovo), "" where there is none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "Article",
    "Bank",
    "Between",
    "Border",
    "Borders",
    "Candidate",
    "Coast",
    "Distance",
    "Kind",
    "Location",
    "Mention",
    "Mouth",
    "Node",
    "Offset",
    "ParsedArticle",
    "Part",
    "Place",
    "Precision",
    "Role",
    "Sentence",
    "SpatialExpression",
    "Tier",
    "Toponym",
    "Vicinity",
]


class Kind(StrEnum):
    """What a mention is, on the surface."""

    SETTLEMENT = "settlement"
    COUNTRY = "country"
    REGION = "region"
    NATURAL = "natural"
    FACILITY = "facility"
    DEMONYM = "demonym"
    """A people or an adjective: French, Ukrainians."""
    EMBEDDED = "embedded"
    """A place inside a longer name: Kyiv in "Kyiv Polytechnic"."""
    EXPRESSION = "expression"
    """A SpatialExpression; toponyms never have this kind."""


class Role(StrEnum):
    """Whether a mention means the place itself or something that the place stands for."""

    LITERAL = "literal"
    ASSOCIATIVE = "associative"
    """A government, a people, a team, an adjective: "Moscow said", "Ukrainian forces"."""


class Precision(IntEnum):
    """How precise a location is, in the three steps of ACLED's ``geo_precision``."""

    EXACT = 1
    """A settlement or facility."""
    NEAR = 2
    """Near a settlement, or a small area such as a county."""
    WIDE = 3
    """A wider region or a country."""


class Borders(StrEnum):
    """The worldview that draws disputed boundaries."""

    INTERNATIONAL = "international"
    """Crimea in Ukraine; Western Sahara and Kosovo on their own."""
    DE_FACTO = "de-facto"
    """Boundaries as controlled on the ground."""


class Tier(IntEnum):
    """How a name belongs to a place, best first."""

    PRIMARY = 0
    """The name that the gazetteer leads with, or the common English one."""
    ABBREVIATION = 1
    """US, UAE, Ind.; matched with its case."""
    ALTERNATE = 2
    """Another English name or spelling: Teheran, NOLA."""
    HISTORICAL = 3
    """A former name: Leningrad, Zaire."""
    FOREIGN = 4
    """A name in another language, or one whose language is not known."""
    DEMONYM = 5
    """French, Ukrainian, Parisians."""
    STRIPPED = 6
    """The name without its administrative word: "Cook" for Cook County."""


@dataclass(frozen=True, slots=True)
class Article:
    """A text with what is known of where it came from.

    ``id`` is stable: the same input gives the same id on every machine.
    """

    id: str
    text: str
    title: str = ""
    url: str = ""
    date: dt.date | None = None
    source: str = ""
    """The outlet: what the input says, else the URL's host without "www."."""
    given_spans: tuple[tuple[int, int], ...] | None = None
    """Spans that the input marks as toponyms; used only where a caller asks for given spans."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A range of ``Article.text``, with neither leading nor trailing white space."""

    index: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Toponym:
    """A place name in the text."""

    start: int
    end: int
    text: str
    kind: Kind
    role: Role
    probability: float = field(default=1.0, compare=False)
    """That it is a place name at all; 1 where somebody marked it."""


@dataclass(frozen=True, slots=True)
class Distance:
    """A stated distance, in kilometers: "30 to 40 km" is 30 to 40, "some forty miles" 64.4 to 64.4."""

    low_km: float
    high_km: float
    rounding_km: float
    """How far the rounding of the numbers lets the truth lie from them."""
    approximate: bool = False
    """Whether a word such as "about" makes it vaguer still."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a place: eastern Ukraine, the north of Mali, central Gaza."""

    whole: Node
    directions: tuple[str, ...]
    """"north", "northeast" ... "northwest", "center", "north-center"; several are taken together."""


@dataclass(frozen=True, slots=True)
class Border:
    """The land border of one owner, the one that two share, or the point where three meet.

    ``neighbors`` are those of one owner, each taken together with it ("Kenya's borders with Ethiopia and
    Somalia"); one neighbor is an owner like the other.
    """

    owners: tuple[Toponym, ...]
    directions: tuple[str, ...] = ()
    neighbors: tuple[Toponym, ...] = ()


@dataclass(frozen=True, slots=True)
class Offset:
    """A way from an origin: "40 km north of Kyiv"; without a distance, the sector that begins there."""

    origin: Node
    directions: tuple[str, ...]
    distance: Distance | None = None


@dataclass(frozen=True, slots=True)
class Vicinity:
    """What lies about a place: near, outside, around, on the outskirts of, within 50 km of.

    "across" a Border is the strip on the side of its last owner ("across the border in Chad"); "across" from
    a place is the other side of the border near it ("across the border from Arsal").
    """

    center: Node
    manner: str
    """"near", "outside", "around", "outskirts", "within", "away" (at the distance, in whatever direction:
    "40 km from Kyiv") or "across"."""
    distance: Distance | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """What lies between two ends: "between Kherson and Mykolaiv", "the road from A to B"."""

    ends: tuple[Node, Node]


@dataclass(frozen=True, slots=True)
class Coast:
    """Where land meets water; on the water side of the line if ``offshore``."""

    land: Node | None
    """None where only the water is named: "the Black Sea coast"."""
    water: Toponym | None = None
    offshore: bool = False
    directions: tuple[str, ...] = ()
    distance: Distance | None = None


@dataclass(frozen=True, slots=True)
class Bank:
    """One side of a river: "the east bank of the Dnieper"."""

    river: Toponym
    directions: tuple[str, ...]
    """Compass words, or "left" and "right" as one looks downstream."""


@dataclass(frozen=True, slots=True)
class Mouth:
    """Where a river ends."""

    river: Toponym


Node: TypeAlias = "Toponym | Part | Border | Offset | Vicinity | Between | Coast | Bank | Mouth"
"""What a spatial expression is built of; its leaves are toponyms."""


@dataclass(frozen=True, slots=True)
class SpatialExpression:
    """A span that describes a geometry relative to toponyms.

    ``relation`` names the kind of geometry: part, border, offset, proximity, between or water;
    ``directions`` are compass words in the order of the text ("north", "east"); ``anchors`` are the toponyms
    that the geometry is built from, in the order of the text; ``tree`` says how.  ``reason`` says why a span
    that reads like an expression has no tree ("its border", of nobody).
    """

    start: int
    end: int
    text: str
    relation: str
    directions: tuple[str, ...]
    anchors: tuple[Toponym, ...]
    tree: Node | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One gazetteer entry.  ``lon`` and ``lat`` lie on or inside the place."""

    id: str
    """"geonames:703448", or "crisismap:kremlin" for a curated entry."""
    name: str
    lon: float
    lat: float
    feature_class: str
    """GeoNames feature class: P settlement, A administrative, L region, H water, T land, S facility."""
    feature_code: str
    """GeoNames feature code: PPLC, PCLI, ADM1 ..."""
    country_code: str = ""
    admin1_code: str = ""
    """GeoNames first-level code within the country ("CA" in US.CA), "" where unknown."""
    admin1_name: str = ""
    admin2_code: str = ""
    population: int = 0

    @property
    def is_area(self) -> bool:
        """Whether the place is an area or line, never to be shown as a bare point."""
        return self.feature_class not in ("P", "S")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A Place that a toponym could mean; ``score`` is a probability among its rivals, 0 to 1."""

    place: Place
    tier: Tier
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Location:
    """What a mention resolves to; unresolved, explicitly, where ``point`` is None."""

    place: Place | None = None
    """The chosen place; None for an expression, and where nothing fits."""
    geometry: BaseGeometry | None = None
    """The shape of an expression, lon/lat; None for a place, whose shape the gazetteer holds."""
    point: tuple[float, float] | None = None
    """A representative (lon, lat): the place's own, or one on the expression's geometry."""
    confidence: float = 0.0
    """Probability, 0 to 1, that there is a place name and that this is the place."""
    precision: Precision | None = None
    uncertainty_km: float | None = None
    """Radius around ``point`` that holds the place."""
    candidates: tuple[Candidate, ...] = ()
    """Best first, the chosen one included."""
    reason: str = ""
    """In words: why it is unresolved, or what an expression's geometry shows."""

    @property
    def resolved(self) -> bool:
        """Whether there is anything to draw."""
        return self.point is not None


@dataclass(frozen=True, slots=True)
class Mention:
    """A toponym or spatial expression, the sentence that holds it, and where it lies."""

    id: str
    """Content-derived and stable: the article's id and the span."""
    span: Toponym | SpatialExpression
    sentence: Sentence
    location: Location
    anchor: bool = False
    """Whether a resolved expression is built from this toponym, which then only says where that lies."""

    @property
    def kind(self) -> Kind:
        """The toponym's kind, or ``expression``."""
        return self.span.kind if isinstance(self.span, Toponym) else Kind.EXPRESSION

    @property
    def role(self) -> Role:
        """The toponym's role; an expression always means the place itself."""
        return self.span.role if isinstance(self.span, Toponym) else Role.LITERAL

    @property
    def relation(self) -> str:
        """The expression's relation; of a toponym "anchor" where an expression rests on it, else ""."""
        if isinstance(self.span, Toponym):
            return "anchor" if self.anchor else ""
        return self.span.relation


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """An article with everything that was found in it, in the order of the text."""

    article: Article
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
