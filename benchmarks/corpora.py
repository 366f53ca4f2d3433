"""Read the training corpora as text with spans, the way an article meets the recognizer; cut into folds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

__all__ = ["NER_SOURCES", "NerDocument", "RoleSentence", "detokenize", "fold_of", "read_metonymy", "read_ner"]

NER_SOURCES = "ewn,wikigold,wnut17,btc,uner-ewt"
NO_SPACE_BEFORE = frozenset(".,;:!?)]}'’”%") | {"'s", "’s", "n't", "'re", "'ve", "'ll", "'d", "'m", "..."}
NO_SPACE_AFTER = frozenset("([{“‘$#@")


@dataclass(frozen=True, slots=True)
class NerDocument:
    """``entities`` maps half-open code-point ranges to LOC, FAC, NORP, ORG or PER; ``unknown`` lists the
    positions whose annotation is not known."""

    id: str
    source: str
    text: str
    sentence_starts: tuple[int, ...]
    entities: dict[tuple[int, int], str]
    unknown: frozenset[int]


@dataclass(frozen=True, slots=True)
class RoleSentence:
    source: str
    text: str
    start: int
    end: int
    literal: bool


def fold_of(key: str, folds: int) -> int:
    """The fold of what has this id, the same on every machine and for every stage."""
    return crc32(key.encode()) % folds


def detokenize(tokens: list[str]) -> tuple[str, list[int]]:
    """Join tokens as a newspaper prints them; return the text and each token's start."""
    text, starts, glue, quoted = "", [], True, False
    for token in tokens:
        closing = token in NO_SPACE_BEFORE or (token == '"' and quoted)
        if not glue and not closing:
            text += " "
        starts.append(len(text))
        text += token
        glue = token in NO_SPACE_AFTER or (token == '"' and not quoted)
        if token == '"':
            quoted = not quoted
    return text, starts


def read_ner(path: Path, sources: set[str]) -> Iterator[NerDocument]:
    """Read ``ner-train.jsonl``."""
    for line in path.open(encoding="utf-8"):
        raw = json.loads(line)
        if raw["source"] not in sources:
            continue
        parts: list[str] = []
        position, sentence_starts, entities, unknown = 0, [], {}, set()
        separator = "\n" if raw["source"] in ("btc", "wnut17") else " "
        for tokens, labels in zip(raw["tokens"], raw["labels"], strict=True):
            sentence_starts.append(position)
            joined, starts = detokenize(tokens)
            parts.append(joined)
            for start, end, label in _read_entities(tokens, labels, starts):
                if label == "X":
                    unknown.update(range(position + start, position + end))
                else:
                    # Some corpora mark "Paris , Texas" as one place; here they are two.
                    pattern = r"[^,\s][^,]*" if label == "LOC" else r".+"
                    for part in re.finditer(pattern, joined[start:end]):
                        entities[position + start + part.start(), position + start + part.end()] = label
            position += len(joined) + 1
        yield NerDocument(
            raw["id"],
            raw["source"],
            separator.join(parts),
            tuple(sentence_starts),
            entities,
            frozenset(unknown),
        )


def _read_entities(tokens: list[str], labels: list[str], starts: list[int]) -> Iterator[tuple[int, int, str]]:
    index = 0
    while index < len(tokens):
        label = labels[index]
        if label == "O":
            index += 1
            continue
        kind = label if label == "X" else label[2:]
        end = index + 1
        while end < len(tokens) and labels[end] == ("X" if kind == "X" else f"I-{kind}"):
            end += 1
        yield starts[index], starts[end - 1] + len(tokens[end - 1]), kind
        index = end


def read_metonymy(path: Path) -> Iterator[RoleSentence]:
    """Read ``metonymy-train.jsonl``."""
    for line in path.open(encoding="utf-8"):
        raw = json.loads(line)
        text, starts = detokenize(raw["tokens"])
        last = raw["end"] - 1
        end = starts[last] + len(raw["tokens"][last].rstrip(".,;:!?\"'"))
        yield RoleSentence(raw["source"], text, starts[raw["start"]], end, raw["role"] == "literal")
