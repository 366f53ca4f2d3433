"""Values of a JSON object, checked: a file of results is input like any other, and may be hostile."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from crisismap.articles.fields import clean
from crisismap.errors import ArticleError

__all__ = ["Reader", "quote"]

_E = TypeVar("_E", bound=StrEnum)
_T = TypeVar("_T")


def quote(value: object) -> str:
    """The start of an offending value, on one line of printable characters."""
    return reprlib.repr(value)


class Reader:
    """One JSON object and what to call it in a message.

    Every method raises an ArticleError that names the key where the value is missing or of another type.
    """

    __slots__ = ("_values", "where")

    def __init__(self, values: Any, where: str):
        if not isinstance(values, dict):
            raise ArticleError(f"{where}: {quote(values)} is not a JSON object")
        self._values: Mapping[str, Any] = values
        self.where = where

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self._values.get(key) is not None

    def text(self, key: str) -> str:
        """A string."""
        value = self._get(key)
        if not isinstance(value, str):
            raise self._refusal(key, "a string")
        return clean(value)

    def choice(self, key: str, choices: type[_E]) -> _E:
        """A member of an enumeration, by its value."""
        value = self._get(key)
        try:
            return choices(value)
        except ValueError:
            raise self._refusal(key, f"one of {', '.join(choices)}") from None

    def whole(self, key: str, low: int, high: int) -> int:
        """An integer in low..high."""
        value = self._get(key)
        if type(value) is not int or not low <= value <= high:
            raise self._refusal(key, f"an integer in {low}..{high}")
        return int(value)

    def number(self, key: str, low: float, high: float) -> float:
        """A number in low..high."""
        value = self._get(key)
        if type(value) not in (int, float) or not low <= value <= high:  # no NaN is within any bounds
            raise self._refusal(key, f"a number in {low:g}..{high:g}")
        return float(value)

    def span(self, length: int) -> tuple[int, int]:
        """The keys start and end: a range of that many code points."""
        start, end = self.whole("start", 0, length), self.whole("end", 0, length)
        if start >= end:
            raise self._refusal("end", "beyond 'start'")
        return start, end

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._get(key)
        if not isinstance(value, bool):
            raise self._refusal(key, "true or false")
        return value

    def object(self, key: str) -> Reader:
        """An object."""
        return Reader(self._get(key), f"{self.where}: {key!r}")

    def objects(self, key: str) -> list[Reader]:
        """A list of objects."""
        return [Reader(value, self.where + f": {key}[{i}]") for i, value in enumerate(self.list(key))]

    def list(self, key: str) -> list[Any]:
        """A list of anything."""
        value = self._get(key)
        if not isinstance(value, list):
            raise self._refusal(key, "a list")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        values = self.list(key)
        if not all(isinstance(value, str) for value in values):
            raise self._refusal(key, "a list of strings")
        return tuple(clean(value) for value in values)

    def convert(self, key: str, convert: Callable[[Any], _T], wanted: str) -> _T:
        """What ``convert`` makes of a value; any error that it raises is a refusal."""
        value = self._get(key)
        try:
            return convert(value)
        except Exception:
            raise self._refusal(key, wanted) from None

    def _get(self, key: str) -> Any:
        if key not in self._values:
            raise ArticleError(f"{self.where}: no {key!r}; these are no results of this version of crisismap")
        return self._values[key]

    def _refusal(self, key: str, wanted: str) -> ArticleError:
        return ArticleError(f"{self.where}: {key!r} is {quote(self._values[key])}, not {wanted}")
