"""Build time only: entries, one at a time and in any order, become a gazetteer file in bounded memory.

An entry in waiting takes about 30 bytes and its name, each of its keys about 10 bytes; the keys themselves
wait in a temporary file, and the trie is built from there.  The same entries give the same bytes.
"""

from __future__ import annotations

import json
import logging
import tempfile
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

import marisa_trie
import numpy as np
import numpy.typing as npt

from crisismap.gazetteer.entries import Entry
from crisismap.gazetteer.lookup import FORMAT_VERSION, KIND, Source, is_exact
from crisismap.gazetteer.storage import write_arrays

__all__ = ["GazetteerWriter"]

_log = logging.getLogger(__name__)

_MAX_UINT8 = 255
_MAX_UINT32 = (1 << 32) - 1
_NAMES_AT_ONCE = 1 << 18

# A posting is one number that sorts as postings are ordered: name id, tier, rank of the entry.
_TIER_SHIFT, _NAME_SHIFT = 32, 36


class GazetteerWriter:
    """Collects entries and writes them as one gazetteer file; use it in a ``with`` block.

    The file's order is: entries with ids of their own as they came, divisions (entries with a code) by id,
    everything else by id.  Ids must not repeat.
    """

    def __init__(self) -> None:
        self._id = array("I")
        self._lon = array("f")
        self._lat = array("f")
        self._population = array("I")
        self._alternates = array("B")
        self._country, self._countries = array("H"), {"": 0}
        self._feature, self._features = array("H"), dict[str, int]()
        # Divisions may come after what lies in them, so their codes are numbered as they are met.
        self._admin1, self._admin2, self._admins = array("I"), array("I"), {"": 0}
        self._own_ids: list[str] = []
        self._codes: dict[int, str] = {}
        """The codes of divisions by the order in which entries came."""
        self._names = bytearray()
        self._name_starts = array("I", [0])
        self._keys = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._key_counts = array("H")
        self._tiers = array("B")
        self._longest = {False: 1, True: 1}

    def __enter__(self) -> GazetteerWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._keys.close()

    def __len__(self) -> int:
        """The number of entries so far."""
        return len(self._id)

    def add(self, entry: Entry) -> None:
        """Take in an entry with all its keys."""
        if entry.code:
            self._codes[len(self._id)] = entry.code
        if not entry.id:
            self._own_ids.append(entry.own_id)
        self._id.append(entry.id)
        self._lon.append(entry.lon)
        self._lat.append(entry.lat)
        self._population.append(min(entry.population, _MAX_UINT32))
        self._alternates.append(min(entry.alternates, _MAX_UINT8))
        self._country.append(self._countries.setdefault(entry.country, len(self._countries)))
        self._feature.append(self._features.setdefault(entry.feature, len(self._features)))
        self._admin1.append(self._admins.setdefault(entry.admin1, len(self._admins)))
        self._admin2.append(self._admins.setdefault(entry.admin2, len(self._admins)))
        self._names += entry.name.encode()
        self._name_starts.append(len(self._names))
        if entry.keys:
            self._keys.write(("\n".join(entry.keys) + "\n").encode())
            self._tiers.extend(entry.keys.values())
        self._key_counts.append(len(entry.keys))
        for key in entry.keys:
            if (words := key.count(" ") + 1) > 1:
                exact = is_exact(key)
                self._longest[exact] = max(self._longest[exact], words)

    def write(
        self, output: Path, sources: Iterable[Source], metadata: Mapping[str, str] | None = None
    ) -> None:
        """Write the file; ``metadata`` is kept in its header beside the sources.

        Raises:
            OutputError: the file cannot be written.
        """
        count = len(self._id)
        is_division = np.zeros(count, "u1")
        is_division[list(self._codes)] = 1
        ids = np.frombuffer(self._id, "<u4")
        section = np.where(ids == 0, 0, 2 - is_division).astype("u1")
        order = np.lexsort((ids, section)).astype("<u4")
        del section
        place = np.empty(count, "<u4")  # where each entry ends up
        place[order] = np.arange(count, dtype="<u4")

        codes = [
            self._codes[i]
            for i in order[: len(self._own_ids) + len(self._codes)].tolist()
            if i in self._codes
        ]
        admins = self._admin_entries(place)
        countries, country = _sorted_codes(self._countries)
        features, feature = _sorted_codes(self._features)
        names, name_starts = self._ordered_names(order)
        trie, starts, posted, tiers = self._postings(order, place)
        ids = ids[order]
        arrays: dict[str, npt.NDArray[np.generic] | list[str]] = {
            "id": ids,
            "lon": np.frombuffer(self._lon, "<f4")[order],
            "lat": np.frombuffer(self._lat, "<f4")[order],
            "population": np.frombuffer(self._population, "<u4")[order],
            "country": country[np.frombuffer(self._country, "<u2")][order],
            "admin1": admins[np.frombuffer(self._admin1, "<u4")][order],
            "admin2": admins[np.frombuffer(self._admin2, "<u4")][order],
            "feature": feature.astype("u1" if len(features) <= _MAX_UINT8 else "<u2")[
                np.frombuffer(self._feature, "<u2")
            ][order],
            "alternates": np.frombuffer(self._alternates, "u1")[order],
            "country_codes": countries,
            "feature_codes": features,
            "own_ids": self._own_ids,
            "blocks": np.concatenate([[0], np.flatnonzero(ids[1:] < ids[:-1]) + 1]).astype("<u4"),
            "names": names,
            "names_starts": name_starts,
            **_strings("codes", [""] * len(self._own_ids) + [code.rpartition(".")[2] for code in codes]),
            "trie": np.frombuffer(trie, "u1"),
            "posting_starts": starts,
            "posting_entries": posted,
            "posting_tiers": tiers,
        }
        details = {
            "longest": str(self._longest[False]),
            "longest_exact": str(self._longest[True]),
            "sources": json.dumps([asdict(source) for source in sources]),
        }
        write_arrays(output, KIND, FORMAT_VERSION, arrays, details | dict(metadata or {}))
        counts = np.bincount(np.frombuffer(self._feature, "<u2"), minlength=len(self._features)).tolist()
        classes = dict(sorted(zip(self._features, counts, strict=True)))
        _log.info("%d entries, %d names, %s", count, len(starts) - 1, classes)

    def _admin_entries(self, place: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        """Entry index + 1 of each numbered division code; 0 where no entry has it."""
        known = {code: int(place[index]) + 1 for index, code in self._codes.items()}
        return np.array([known.get(code, 0) for code in self._admins], "<u4")

    def _ordered_names(
        self, order: npt.NDArray[np.uint32]
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
        starts = self._name_starts
        names = bytearray()
        for first in range(0, len(order), _NAMES_AT_ONCE):
            some = order[first : first + _NAMES_AT_ONCE].tolist()
            names += b"".join([self._names[starts[i] : starts[i + 1]] for i in some])
        lengths = np.diff(np.frombuffer(starts, "<u4"))[order]
        return np.frombuffer(names, "u1"), np.concatenate([[0], np.cumsum(lengths)]).astype("<u4")

    def _is_of_class(self, feature_class: str) -> npt.NDArray[np.bool_]:
        """Whether each numbered feature code is of a feature class."""
        return np.array([code[0] == feature_class for code in self._features], bool)

    def _postings(
        self, order: npt.NDArray[np.uint32], place: npt.NDArray[np.uint32]
    ) -> tuple[bytes, npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
        """The trie, where each name's postings start, their entries and tiers.

        Best tier first, then regions, whose population is unknown, then by population; a country before a
        city of as many.
        """
        count = len(order)
        features = np.frombuffer(self._feature, "<u2")
        plain = np.frombuffer(self._id, "<u4") != 0
        plain |= (self._is_of_class("S") | self._is_of_class("P"))[features]
        fewest = _MAX_UINT32 - np.frombuffer(self._population, "<u4")
        ranked = np.lexsort((place, ~self._is_of_class("A")[features], fewest, plain)).astype("<u4")
        del plain, fewest
        rank = np.empty(count, "<u4")
        rank[ranked] = np.arange(count, dtype="<u4")

        self._keys.seek(0)
        trie = marisa_trie.BinaryTrie(line[:-1] for line in self._keys)
        self._keys.seek(0)
        postings = np.fromiter((trie[line[:-1]] for line in self._keys), "<u8", count=len(self._tiers))
        counts = np.bincount(postings.astype("<i8"), minlength=len(trie))
        starts = np.concatenate([[0], np.cumsum(counts)]).astype("<u4")
        postings <<= np.uint64(_NAME_SHIFT)
        postings |= np.frombuffer(self._tiers, "u1").astype("<u8") << np.uint64(_TIER_SHIFT)
        postings |= np.repeat(rank, np.frombuffer(self._key_counts, "<u2"))
        postings.sort()
        tiers = (postings >> np.uint64(_TIER_SHIFT)).astype("u1") & np.uint8(0x0F)
        return trie.tobytes(), starts, place[ranked[postings.astype("<u4")]], tiers


def _sorted_codes(numbers: Mapping[str, int]) -> tuple[list[str], npt.NDArray[np.uint16]]:
    """The codes in order, and where each number's code stands among them."""
    codes = sorted(numbers)
    moved = np.empty(len(codes), "<u2")
    moved[[numbers[code] for code in codes]] = np.arange(len(codes))
    return codes, moved


def _strings(name: str, values: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    encoded = [value.encode("utf-8") for value in values]
    starts = np.concatenate([[0], np.cumsum([len(value) for value in encoded])])
    return {name: np.frombuffer(b"".join(encoded), "u1"), f"{name}_starts": starts.astype("<u4")}
