"""The tree of a spatial expression <-> JSON: each node an object that names its kind, each leaf a toponym."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from crisismap.errors import ArticleError
from crisismap.model import (
    Bank,
    Between,
    Border,
    Coast,
    Distance,
    Kind,
    Mouth,
    Node,
    Offset,
    Part,
    Role,
    Toponym,
    Vicinity,
)
from crisismap.parsed.fields import Reader, quote

__all__ = ["parse_toponym", "parse_tree", "toponym_record", "tree_record"]

_DEEPEST = 20  # nodes within nodes; "the north of the south of" has two
_FARTHEST = 1e9  # kilometers; a text may speak of the planets


def toponym_record(toponym: Toponym) -> dict[str, Any]:
    """The JSON object of a toponym."""
    return {
        "start": toponym.start,
        "end": toponym.end,
        "text": toponym.text,
        "kind": str(toponym.kind),
        "role": str(toponym.role),
    }


def parse_toponym(record: Reader, text: str) -> Toponym:
    """The toponym of a JSON object; ``text`` is the article's.

    Raises:
        ArticleError: it is none of that text.
    """
    start, end = record.span(len(text))
    if record.text("text") != text[start:end]:
        raise ArticleError(
            f"{record.where}: 'text' is {quote(record.text('text'))}, and the article says"
            f" {quote(text[start:end])} there"
        )
    return Toponym(start, end, text[start:end], record.choice("kind", Kind), record.choice("role", Role))


def tree_record(node: Node) -> dict[str, Any]:
    """The JSON object of a tree: the fields of its nodes by their names in ``crisismap.model``."""
    if isinstance(node, Toponym):
        return toponym_record(node)
    return {"node": type(node).__name__.lower(), **_values(node)}


def _values(node: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(node, field.name)) for field in fields(node)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Distance):
        return _values(value)
    return value if value is None or isinstance(value, str | bool | float) else tree_record(value)


def parse_tree(record: Reader, text: str, depth: int = 0) -> Node:
    """The tree of a JSON object that lies ``depth`` nodes deep; ``text`` is the article's.

    Raises:
        ArticleError: a node is of no known kind, lacks a value, or lies too deep.
    """
    if depth > _DEEPEST:
        raise ArticleError(f"{record.where[:80]}...: nodes nested too deeply")
    if not record.has("node"):
        return parse_toponym(record, text)

    def node(key: str) -> Node:
        return parse_tree(record.object(key), text, depth + 1)

    def toponym(key: str) -> Toponym:
        return parse_toponym(record.object(key), text)

    def toponyms(key: str) -> tuple[Toponym, ...]:
        return tuple(parse_toponym(item, text) for item in record.objects(key))

    def distance() -> Distance | None:
        return _distance(record.object("distance")) if record.has("distance") else None

    match record.text("node"):
        case "part":
            return Part(node("whole"), record.texts("directions"))
        case "border":
            return Border(toponyms("owners"), record.texts("directions"), toponyms("neighbors"))
        case "offset":
            return Offset(node("origin"), record.texts("directions"), distance())
        case "vicinity":
            return Vicinity(node("center"), record.text("manner"), distance())
        case "between":
            ends = [parse_tree(item, text, depth + 1) for item in record.objects("ends")]
            if len(ends) != 2:
                raise ArticleError(f"{record.where}: 'ends' has {len(ends)} values, not 2")
            return Between((ends[0], ends[1]))
        case "coast":
            return Coast(
                node("land") if record.has("land") else None,
                toponym("water") if record.has("water") else None,
                record.flag("offshore"),
                record.texts("directions"),
                distance(),
            )
        case "bank":
            return Bank(toponym("river"), record.texts("directions"))
        case "mouth":
            return Mouth(toponym("river"))
        case other:
            raise ArticleError(f"{record.where}: 'node' is {quote(other)}, no kind that crisismap knows")


def _distance(record: Reader) -> Distance:
    low, high, rounding = (record.number(key, 0, _FARTHEST) for key in ("low_km", "high_km", "rounding_km"))
    return Distance(low, high, rounding, record.flag("approximate"))
