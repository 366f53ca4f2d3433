"""Names to places: the read-only gazetteer that ships as ``data/gazetteer.gaz``.

Two halves that meet in small integers.  A trie turns a folded name into a name id; posting lists turn
the name id into entry indices, each with the tier of that name for that entry.  Entries are columns,
one value an entry, mapped from the file.  ``crisismap gazetteer build`` writes the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import marisa_trie
import numpy as np
import numpy.typing as npt

from crisismap.errors import GazetteerError
from crisismap.gazetteer.name_index import NameIndex, Postings, TrieNames
from crisismap.gazetteer.names import Token, fold, tokenize
from crisismap.gazetteer.storage import ArrayFile, FileStrings, Strings, read_arrays
from crisismap.model import Candidate, Place, Tier
from crisismap.paths import data_path

if TYPE_CHECKING:
    from crisismap.gazetteer.overlay import OwnPlace

__all__ = [
    "FORMAT_VERSION",
    "KIND",
    "SAME_AS",
    "Columns",
    "Gazetteer",
    "GazetteerInfo",
    "NameMatch",
    "Source",
    "Tables",
    "exact_key",
    "is_exact",
]

KIND = "gazetteer"
FORMAT_VERSION = 2
SAME_AS = "same_as"
"""In the header of a file: GeoNames ids of entries that have an id of their own, as a JSON object."""

_CACHE_SIZE = 50_000
_MAX_DIGITS = 10  # of a GeoNames id; int() refuses very long strings

# Keys of names that hold only with their case ("US", not "us") begin with a mark no token can hold.
_EXACT = "\x01"


class NameMatch(NamedTuple):
    """A gazetteer name that ends before token ``end`` of the tokens it was looked for in."""

    end: int
    name_id: int
    exact_case: bool
    """Whether the name is an abbreviation that was matched with its case."""


@dataclass(frozen=True, slots=True)
class Columns:
    """One value an entry, in the order of the entries; read-only views into the file."""

    id: npt.NDArray[np.uint32]
    """GeoNames id; 0 for entries of crisismap's own tables."""
    lon: npt.NDArray[np.float32]
    """WGS 84 degrees, as ``lat``."""
    lat: npt.NDArray[np.float32]
    population: npt.NDArray[np.uint32]
    """0 where unknown; for divisions the sum over their settlements."""
    country: npt.NDArray[np.uint16]
    """Index into ``Gazetteer.country_codes``; 0 is none."""
    admin1: npt.NDArray[np.uint32]
    """Index + 1 of the first-level division's entry; 0 is none."""
    admin2: npt.NDArray[np.uint32]
    """Index + 1 of the second-level division's entry; 0 is none."""
    feature: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
    """Index into ``Gazetteer.feature_codes``."""
    alternates: npt.NDArray[np.uint8]
    """How many alternate names the sources list, in all scripts, up to 255: a measure of fame."""


@dataclass(frozen=True, slots=True)
class Source:
    """A package that the file was built from."""

    name: str
    version: str
    license: str
    attribution: str
    date: str
    """Of the package's release, ISO 8601."""


@dataclass(frozen=True, slots=True)
class GazetteerInfo:
    """What a gazetteer file holds."""

    path: Path
    sha256: str
    format_version: int
    entries: int
    names: int
    """Distinct folded names and abbreviations."""
    feature_classes: tuple[tuple[str, int], ...]
    """GeoNames feature class and number of entries, by class."""
    sources: tuple[Source, ...]
    notes: tuple[tuple[str, str], ...] = ()
    """What the build had to say besides: its filter, the rows it read and kept."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What a gazetteer is made of."""

    columns: Columns
    country_codes: Sequence[str]
    feature_codes: Sequence[str]
    names: Strings
    """By entry."""
    codes: Strings
    """The last part of a division's GeoNames code, by entry."""
    own_ids: Mapping[int, str]
    """Ids of entries that are not GeoNames'."""
    same_as: Mapping[str, str]
    """GeoNames ids of such entries: "geonames:615318" is "crisismap:caucasus"."""
    blocks: Sequence[int]
    """Where the GeoNames ids start to rise anew, and where they end."""
    index: NameIndex


class Gazetteer:
    """An open gazetteer; get one from :meth:`open`.

    Entries are known by their index, ``0 <= index < len(gazetteer)``; :meth:`place` gives the Place of an
    index.  Nothing here is ever changed after opening, so threads and forked processes may share it.
    """

    def __init__(self, tables: Tables, file: ArrayFile):
        self._tables = tables
        self._file = file
        self._index = tables.index
        self._names = tables.names
        self._begins = lru_cache(maxsize=_CACHE_SIZE)(partial(_begins, tables.index))
        self.columns = tables.columns
        self.country_codes = tables.country_codes
        """Country codes by their index in ``columns.country``; the first is ""."""
        self.feature_codes = tables.feature_codes
        """Feature class and code, "P.PPLC", by their index in ``columns.feature``."""

    @classmethod
    def open(cls, path: Path | None = None) -> Gazetteer:
        """Open the file at ``path``, or the one that ships with crisismap.

        Raises:
            GazetteerError: the file is missing, damaged, foreign or of another format version.
        """
        path = path or data_path("gazetteer.gaz")
        # A damaged trie would crash the process; damage elsewhere can at worst give wrong values.
        file = read_arrays(path, KIND, FORMAT_VERSION, check=("trie", "blocks"))
        try:
            return cls(_tables(file), file)
        except (RuntimeError, OSError, ValueError, KeyError, IndexError, EOFError) as error:
            if isinstance(error, GazetteerError):
                raise
            raise GazetteerError(
                f"{path}: the file is damaged ({error}); rebuild it with 'crisismap gazetteer build'"
            ) from None

    def with_places(self, places: Iterable[OwnPlace]) -> Gazetteer:
        """This gazetteer with a team's own places on top; itself it stays as it is.

        An own place leads among the places of its names.  Costs milliseconds for a few thousand.

        Raises:
            GazetteerError: an id is taken.

        >>> from crisismap.gazetteer import OwnPlace
        >>> camp = Place("places:camps:1", "Camp 4 Extension", 92.14, 21.21, "S", "CMPRF", "BD")
        >>> layered = Gazetteer.open().with_places([OwnPlace(camp, aliases=("Kutupalong Extension",))])
        >>> layered.lookup("Kutupalong extension")[0].place.name
        'Camp 4 Extension'
        """
        from crisismap.gazetteer.overlay import layer

        return Gazetteer(layer(self._tables, list(places), self.index_of), self._file)

    def __len__(self) -> int:
        """The number of entries."""
        return len(self.columns.id)

    def match(self, tokens: Sequence[Token], start: int) -> list[NameMatch]:
        """Every gazetteer name that begins at ``tokens[start]``, longest first.

        Where a name and an abbreviation end together, the abbreviation comes first.
        """
        return self.match_words([token.text for token in tokens], [token.fold for token in tokens], start)

    def match_words(self, words: Sequence[str], folds: Sequence[str], start: int) -> list[NameMatch]:
        """As :meth:`match`, for tokens that are given as columns."""
        known, has_longer, is_exact = self._begins(words[start], folds[start])
        found = [] if known is None else [NameMatch(start + 1, known, False)]
        if has_longer:
            text = " ".join(folds[start : start + self._index.longest])
            found += self._prefixes(text, start, False, len(folds[start]) + 1)
        if is_exact:
            text = _EXACT + " ".join(map(_undotted, words[start : start + self._index.longest_exact]))
            if exact := self._prefixes(text, start, True):
                found = sorted([*found, *exact], key=lambda match: (match.end, match.exact_case))
        found.reverse()
        return found

    def _prefixes(self, text: str, start: int, exact_case: bool, least: int = 0) -> list[NameMatch]:
        """The names of ``least`` letters or more that ``text`` begins with, cut between words, by length."""
        text += " "
        return [
            NameMatch(start + key.count(" ") + 1, name_id, exact_case)
            for key, name_id in self._index.prefixes(text)
            if len(key) >= least and text[len(key)] == " "
        ]

    def name_id(self, key: str) -> int | None:
        """The id of a folded name; None where no place is called so."""
        return self._index.name_id(key)

    def names_beginning(self, text: str) -> Iterator[str]:
        """The folded names that begin with ``text``, in no order; one may come twice."""
        return self._index.beginning(text)

    def postings(self, name_id: int) -> Postings:
        """Entry indices of a name and their ``Tier`` values, as :meth:`lookup` orders them."""
        return self._index.postings(name_id)

    def other_names(self, place_ids: Iterable[str]) -> dict[str, list[str]]:
        """The names that places go by beside the one shown, folded and sorted, by place id.

        Places without any are left out.  Goes through all names once, which takes a tenth of a second.

        >>> "kiev" in Gazetteer.open().other_names(["geonames:703448"])["geonames:703448"]
        True
        """
        ids = {index: place_id for place_id in place_ids if (index := self.index_of(place_id)) is not None}
        names: dict[int, set[str]] = {index: set() for index in ids}
        for index, key in self._index.naming(np.fromiter(ids, np.int64, len(ids))):
            names[index].add(key.removeprefix(_EXACT).lower())
        others = {ids[index]: sorted(found - {fold(self._names[index])}) for index, found in names.items()}
        return {place_id: found for place_id, found in others.items() if found}

    def lookup(self, name: str) -> list[Candidate]:
        """Every place called ``name``: best tier first, then population; [] where there is none.

        Abbreviations lead where their case fits, and the world's regions lead within their tier.

        Case matters for abbreviations only: "US" is a country first, "us" is not one at all.

        >>> [c.place.name for c in Gazetteer.open().lookup("Kharkiv")][:1]
        ['Kharkiv']
        """
        tokens = tokenize(name)
        found: dict[int, int] = {}
        for match in self.match(tokens, 0) if tokens else []:
            if match.end == len(tokens):
                entries, tiers = self.postings(match.name_id)
                for entry, tier in zip(entries.tolist(), tiers.tolist(), strict=True):
                    found.setdefault(entry, tier)
        return [Candidate(self.place(entry), Tier(tier)) for entry, tier in found.items()]

    def place(self, index: int) -> Place:
        """The Place of the entry at ``index``.

        Raises:
            IndexError: there is no such entry.
        """
        columns = self.columns
        if not 0 <= index < len(self):
            raise IndexError(f"no entry {index}; there are {len(self)}")
        admin1, admin2 = columns.admin1.item(index) - 1, columns.admin2.item(index) - 1
        feature_class, _, feature_code = self.feature_codes[columns.feature.item(index)].partition(".")
        return Place(
            id=self._id(index),
            name=self._names[index],
            lon=round(columns.lon.item(index), 5),
            lat=round(columns.lat.item(index), 5),
            feature_class=feature_class,
            feature_code=feature_code,
            country_code=self.country_codes[columns.country.item(index)],
            admin1_code=self._tables.codes[admin1] if admin1 >= 0 else "",
            admin1_name=self._names[admin1] if admin1 >= 0 else "",
            admin2_code=self._tables.codes[admin2] if admin2 >= 0 else "",
            population=columns.population.item(index),
        )

    def index_of(self, place_id: str) -> int | None:
        """The entry of "geonames:703448" or "crisismap:kremlin"; None where there is none.

        A region or a sea whose GeoNames id is known is found by its own id as well.
        """
        if (own := self._own_index.get(place_id)) is not None:
            return own
        scheme, _, number = place_id.partition(":")
        if scheme != "geonames" or not (number.isascii() and number.isdigit()):
            return None
        if len(number) > _MAX_DIGITS or not 0 < int(number) < 1 << 32:
            return None
        wanted = np.uint32(number)
        # Within each block the entries are sorted by GeoNames id.
        for start, end in pairwise(self._tables.blocks):
            ids = self.columns.id[start:end]
            position = int(np.searchsorted(ids, wanted))
            if position < len(ids) and ids[position] == wanted:
                return start + position
        return None

    @property
    def first_own(self) -> int:
        """The entries from here on are a team's own places, laid over the file by :meth:`with_places`."""
        return self._tables.blocks[-1]

    def is_own(self, entries: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.bool_]:
        """Which entries are a team's own places."""
        return entries >= self.first_own

    def by_id(self, place_id: str) -> Place | None:
        """The Place of an id; None where there is none.

        >>> Gazetteer.open().by_id("geonames:703448").name
        'Kyiv'
        """
        index = self.index_of(place_id)
        return None if index is None else self.place(index)

    def info(self) -> GazetteerInfo:
        """What this file holds and what it was built from.

        Raises:
            GazetteerError: the file is damaged; all of it is checked.
        """
        self._file.verify()
        counts = np.bincount(self.columns.feature, minlength=len(self.feature_codes)).tolist()
        classes: dict[str, int] = {}
        for code, count in zip(self.feature_codes, counts, strict=True):
            classes[code[0]] = classes.get(code[0], 0) + count
        with self._file.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return GazetteerInfo(
            path=self._file.path,
            sha256=digest,
            format_version=FORMAT_VERSION,
            entries=len(self),
            names=len(self._index),
            feature_classes=tuple(sorted(classes.items())),
            sources=tuple(Source(**source) for source in json.loads(self._file.metadata["sources"])),
            notes=tuple(json.loads(self._file.metadata.get("notes", "{}")).items()),
        )

    def _id(self, index: int) -> str:
        number = self.columns.id.item(index)
        if number:
            return f"geonames:{number}"
        own = self._tables.own_ids[index]
        return self._geonames_ids.get(own, own)

    @cached_property
    def _geonames_ids(self) -> dict[str, str]:
        """The id that the world knows an entry of ours by: the first, where GeoNames lists it twice."""
        numbers: dict[str, str] = {}
        for number, own in self._tables.same_as.items():
            numbers.setdefault(own, number)
        return numbers

    @cached_property
    def _own_index(self) -> dict[str, int]:
        own = {place_id: index for index, place_id in self._tables.own_ids.items()}
        return own | {number: own[place_id] for number, place_id in self._tables.same_as.items()}


def _tables(file: ArrayFile) -> Tables:
    index = TrieNames(
        trie=marisa_trie.Trie().frombytes(file["trie"].tobytes()),
        starts=file["posting_starts"],
        entries=file["posting_entries"],
        tiers=file["posting_tiers"],
        longest=int(file.metadata["longest"]),
        longest_exact=int(file.metadata["longest_exact"]),
    )
    return Tables(
        columns=Columns(**{name: file[name] for name in Columns.__dataclass_fields__}),
        country_codes=file.strings("country_codes"),
        feature_codes=file.strings("feature_codes"),
        names=FileStrings(file, "names"),
        codes=FileStrings(file, "codes"),
        own_ids=dict(enumerate(file.strings("own_ids"))),
        same_as=json.loads(file.metadata.get(SAME_AS, "{}")),
        blocks=[*(int(start) for start in file["blocks"]), len(file["id"])],
        index=index,
    )


def _begins(index: NameIndex, word: str, folded: str) -> tuple[int | None, bool, bool]:
    """What begins with a word: its name id, whether names go on behind it, whether an abbreviation does."""
    try:
        known, longer = index.name_id(folded), _any(index.beginning(folded + " "))
        if not word[0].isupper():
            return known, longer, False
        exact = _EXACT + _undotted(word)
        return known, longer, index.name_id(exact) is not None or _any(index.beginning(exact + " "))
    except UnicodeEncodeError:  # No name holds a lone surrogate.
        return None, False, False


def _any(names: Iterator[str]) -> bool:
    return next(names, None) is not None


def exact_key(abbreviation: str) -> str:
    """The key of a name that holds only with its case; dots and no dots are one key."""
    tokens = [_undotted(token.text) for token in tokenize(abbreviation.removesuffix("."))]
    return _EXACT + " ".join(tokens)


def is_exact(key: str) -> bool:
    """Whether a key is one that :func:`exact_key` made."""
    return key.startswith(_EXACT)


def _undotted(text: str) -> str:
    return text.replace(".", "") if "." in text and len(text) > 1 else text
