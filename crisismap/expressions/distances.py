"""Reads stated distances: "about 40 km", "some forty miles", "30 to 40 kilometers (19-25 miles)"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crisismap.expressions.reader import Reader
from crisismap.model import Distance

__all__ = ["read_distance"]

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class _Number:
    end: int
    low: float
    high: float
    rounding: float
    vague: bool = False


def read_distance(reader: Reader, at: int) -> tuple[int, Distance] | None:
    """The distance that begins here, with the words that qualify it, and where it ends.

    A number is taken to be rounded to its last digit that is not zero, so the truth lies within half of that
    digit's unit: 40 is good to 5, 12 to 0.5, 100 to 50, 12.5 to 0.05; "half" and "quarter" to half of
    themselves.  A conversion in brackets is passed over.
    """
    if not reader.has_unit:
        return None
    begin, about, at_most = _qualified(reader, at)
    numbers = _range(reader, begin)
    if numbers is None:
        return None
    first, last = numbers
    unit = reader.take(last.end, "unit")
    if unit is None:
        return None
    km = float(unit.value)
    end = unit.end
    if reader.word(end) == "or" and reader.word(end + 1) == "so":
        end, about = end + 2, True
    distance = Distance(
        low_km=0.0 if at_most else first.low * km,
        high_km=last.high * km,
        rounding_km=max(first.rounding, last.rounding) * km,
        approximate=about or first.vague or last.vague,
    )
    return _past_conversion(reader, end), distance


def _qualified(reader: Reader, at: int) -> tuple[int, bool, bool]:
    """Pass over "only about", "up to"."""
    about = at_most = False
    while (taken := reader.take(at, "about")) is not None:
        about = True
        at_most = at_most or reader.take(at, "at most") is not None
        at = taken.end
    return at, about, at_most


def _range(reader: Reader, at: int) -> tuple[_Number, _Number] | None:
    """30 km; 30 to 40 km; 30-40 km; 30 km to 40 km; between 30 and 40 km."""
    begin = reader.skip(at, "between")
    first = _number(reader, begin)
    if first is None:
        return None
    unit = reader.take(first.end, "unit")
    middle = unit.end if unit is not None else first.end
    links = ("and",) if begin > at else ("to", "or")
    second_at = reader.skip(middle, *links)
    if second_at > middle or reader.joint(middle):
        second = _number(reader, second_at)
        if second is not None and second.high >= first.low and reader.take(second.end, "unit") is not None:
            return first, second
    return None if begin > at else (first, first)


def _number(reader: Reader, at: int) -> _Number | None:
    word = reader.word(at)
    if "/" in word and word[0].isdigit():
        over, _, under = word.partition("/")
        return _rounded(at + 1, int(over[:6]) / max(1, int(under[:6])))
    if _DIGITS.fullmatch(word):
        return _times(reader, _in_digits(word, at + 1))
    if (vague := reader.take(at, "vague number")) is not None:
        low, _, high = vague.value.partition("..")
        return _Number(vague.end, float(low), float(high), 0.0, vague=True)
    taken = reader.take(at, "number")
    if taken is None:
        if (alone := reader.take(at, "multiplier")) is not None:
            return _rounded(alone.end, float(alone.value))
        return None
    value, end = float(taken.value), taken.end
    units = reader.take(end, "number")
    if value in range(20, 100, 10) and units is not None and 1 <= float(units.value) < 10:
        value, end = value + float(units.value), units.end
    number = _times(reader, _rounded(end, value))
    if (fraction := reader.take(number.end, "fraction")) is not None:
        part = float(fraction.value)
        number = _Number(fraction.end, number.low + part, number.high + part, part / 2)
    return number


def _times(reader: Reader, number: _Number) -> _Number:
    """Forty thousand, a hundred."""
    taken = reader.take(number.end, "multiplier")
    if taken is None:
        return number
    factor = float(taken.value)
    return _Number(taken.end, number.low * factor, number.high * factor, number.rounding * factor)


def _in_digits(word: str, end: int) -> _Number:
    """1,300 is a thousand and three hundred; any other comma is a decimal one."""
    plain = word.replace(",", "") if _THOUSANDS.fullmatch(word) else word.replace(",", ".")
    if plain.count(".") > 1:
        plain = plain.replace(".", "")
    whole, _, decimals = plain[:18].partition(".")
    value = float(plain[:18])
    if decimals:
        return _Number(end, value, value, 0.5 / 10 ** len(decimals))
    return _Number(end, value, value, _half_of_last_digit(int(whole)))


def _rounded(end: int, value: float) -> _Number:
    rounding = value / 2 if value < 1 else _half_of_last_digit(round(value))
    return _Number(end, value, value, rounding)


def _half_of_last_digit(value: int) -> float:
    digits = str(value)
    return 0.5 * 10.0 ** (len(digits) - len(digits.rstrip("0"))) if value else 0.5


def _past_conversion(reader: Reader, at: int) -> int:
    """The position behind "(9 miles)" or ", or 9 miles,"."""
    if reader.word(at) == "(":
        inner = read_distance(reader, at + 1)
        if inner is not None and reader.word(inner[0]) == ")":
            return inner[0] + 1
    if reader.word(at) == "," and reader.word(at + 1) == "or":
        inner = read_distance(reader, at + 2)
        if inner is not None:
            return reader.skip(inner[0], ",")
    return at
