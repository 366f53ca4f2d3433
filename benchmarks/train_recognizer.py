"""Train the recognizer's and the role classifier's linear models.

    python benchmarks/train_recognizer.py --corpora ../shared/corpora -o data/models

Recognition learns from ``ner-train.jsonl`` (LOC, FAC and NORP spans that are gazetteer names), which holds
none of the corpora that the accuracy floors are measured on.  Roles learn from ``metonymy-train.jsonl`` and
the toponym types of ``gwn-a.jsonl``.  Scores printed are out of fold.
Needs scikit-learn (``pip install 'crisismap[train]'``).
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from crisismap.gazetteer import Gazetteer
from crisismap.linear import LinearModel
from crisismap.recognition.context import Context
from crisismap.recognition.features import WordClasses, local_features
from crisismap.recognition.recognizer import document_features_of
from crisismap.recognition.roles import RoleWords, role_features
from crisismap.recognition.scan import NamedSpan, NameScanner
from crisismap.sentences import split_sentences

NO_SPACE_BEFORE = frozenset(".,;:!?)]}'’”%") | {"'s", "’s", "n't", "'re", "'ve", "'ll", "'d", "'m", "..."}
NO_SPACE_AFTER = frozenset("([{“‘$#@")
LITERAL = frozenset({"Literal", "Mixed", "Coercion", "Embedded_Literal", "Literal_Modifier"})
MIN_COUNT = 3
"""Features seen less often are left out: they would only be remembered."""


@dataclass
class Document:
    context: Context
    spans: list[NamedSpan]
    labels: list[int | None]  # 1 a place, 0 not, None unknown


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


def read_documents(path: Path, sources: set[str], scanner: NameScanner) -> Iterator[Document]:
    for line in path.open(encoding="utf-8"):
        raw = json.loads(line)
        if raw["source"] not in sources:
            continue
        text, sentence_starts, entities, unknown = "", [], {}, set()
        for tokens, labels in zip(raw["tokens"], raw["labels"], strict=True):
            if text:
                text += "\n" if raw["source"] in ("btc", "wnut17") else " "
            base = len(text)
            sentence_starts.append(base)
            joined, starts = detokenize(tokens)
            text += joined
            for start, end, label in read_entities(tokens, labels, starts):
                if label == "X":
                    unknown.update(range(base + start, base + end))
                else:
                    # Some corpora mark "Paris , Texas" as one place; here they are two.
                    for part in re.finditer(r"[^,\s][^,]*", joined[start:end]):
                        entities[base + start + part.start(), base + start + part.end()] = label
        context = Context(text, sentence_starts)
        spans = scanner.scan(context)
        labels_of = [label_span(context, span, entities, unknown) for span in spans]
        yield Document(context, spans, labels_of)


def read_entities(tokens: list[str], labels: list[str], starts: list[int]) -> Iterator[tuple[int, int, str]]:
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


def label_span(
    context: Context, span: NamedSpan, entities: dict[tuple[int, int], str], unknown: set[int]
) -> int | None:
    start, end = context.tokens[span.first].start, context.tokens[span.last].end
    if not unknown.isdisjoint(range(start, end)):
        return None
    for at in ((start, end), (start, end + 1)):  # the corpus may keep an abbreviation's dot
        label = entities.get(at)
        if label in ("LOC", "FAC"):
            return 1
        if label == "NORP":
            return 1 if span.info.demonym else 0
    around = [label for (s, e), label in entities.items() if s < end and start < e]
    if span.info.demonym and not around:
        return None  # most of these corpora leave adjectives unmarked
    if "ORG" in around or "FAC" in around:
        return None  # a place or not: "Danbury Police" and "Ford Motor" look alike to the annotator
    return 0


def fit(
    rows: list[list[str]], labels: list[int], groups: list[int], c: float, weights: np.ndarray | None = None
) -> tuple[LinearModel, np.ndarray]:
    """Fit a model; also return out-of-fold log-odds."""
    counts = Counter(feature for row in rows for feature in set(row))
    kept = [{f: 1 for f in row if counts[f] >= MIN_COUNT} for row in rows]
    vectorizer = DictVectorizer(sort=True)
    matrix = vectorizer.fit_transform(kept)
    model = LogisticRegression(C=c, max_iter=400, solver="lbfgs")
    weights = np.ones(len(rows)) if weights is None else weights
    probability = cross_val_predict(
        model,
        matrix,
        labels,
        groups=groups,
        cv=GroupKFold(5),
        method="predict_proba",
        params={"sample_weight": weights},
    )[:, 1]
    model.fit(matrix, labels, sample_weight=weights)
    kept_weights = {
        str(name): round(float(w), 3)
        for name, w in zip(vectorizer.feature_names_, model.coef_[0], strict=True)
        if abs(w) >= 0.02
    }
    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    return LinearModel(round(float(model.intercept_[0]), 4), kept_weights), np.log(clipped / (1 - clipped))


def report(name: str, labels: list[int], log_odds: np.ndarray) -> None:
    gold, found = np.array(labels) == 1, log_odds > 0
    hit = (gold & found).sum()
    precision, recall = hit / max(found.sum(), 1), hit / max(gold.sum(), 1)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{name}: {len(labels)} candidates, out of fold P {precision:.3f} R {recall:.3f} F1 {f1:.3f}")


def save(model: LinearModel, path: Path, trained_on: Iterable[str]) -> None:
    raw = {
        "trained_on": sorted(trained_on),
        "bias": model.bias,
        "weights": dict(sorted(model.weights.items())),
    }
    path.write_text(json.dumps(raw, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


def train_recognition(options: argparse.Namespace, scanner: NameScanner) -> None:
    classes = WordClasses.load()
    sources = set(options.sources.split(","))
    documents = list(read_documents(options.corpora / "ner-train.jsonl", sources, scanner))
    known = [
        (number, at)
        for number, document in enumerate(documents)
        for at, label in enumerate(document.labels)
        if label is not None
    ]
    labels = [documents[n].labels[at] for n, at in known]
    groups = [n for n, _ in known]
    rows = [local_features(documents[n].context, documents[n].spans[at], classes) for n, at in known]
    local, log_odds = fit(rows, labels, groups, options.c)
    report("first pass", labels, log_odds)
    # The second pass learns from out-of-fold first passes, as it will meet them on new articles.
    out_of_fold = dict(zip(known, log_odds.tolist(), strict=True))
    second = {}
    for number, document in enumerate(documents):
        scores = [
            out_of_fold.get((number, at))
            if (number, at) in out_of_fold
            else local.log_odds(local_features(document.context, span, classes))
            for at, span in enumerate(document.spans)
        ]
        extra = document_features_of(document.context, document.spans, scores, classes)
        for at, names in enumerate(extra):
            second[number, at] = names + local_features(document.context, document.spans[at], classes)
    rows = [second[key] for key in known]
    document_model, log_odds = fit(rows, labels, groups, options.c)
    report("second pass", labels, log_odds)
    save(local, options.output / "recognition-local.json", sources)
    save(document_model, options.output / "recognition-document.json", sources)


def read_metonymy(path: Path) -> Iterator[tuple[str, str, list[tuple[int, int, bool]]]]:
    """Yield source, text and (start, end, literal) spans, one sentence at a time."""
    for line in path.open(encoding="utf-8"):
        raw = json.loads(line)
        text, starts = detokenize(raw["tokens"])
        last = raw["end"] - 1
        end = starts[last] + len(raw["tokens"][last].rstrip(".,;:!?\"'"))
        yield raw["source"], text, [(starts[raw["start"]], end, raw["role"] == "literal")]


def read_toponym_types(path: Path) -> Iterator[tuple[str, str, list[tuple[int, int, bool]]]]:
    """Yield the same from GeoWebNews, one article at a time."""
    for line in path.open(encoding="utf-8"):
        raw = json.loads(line)
        yield "gwn-a", raw["text"], [(t["start"], t["end"], t["type"] in LITERAL) for t in raw["toponyms"]]


def train_roles(options: argparse.Namespace, scanner: NameScanner) -> None:
    words = RoleWords.load()
    rows, labels, groups, sources = [], [], [], []
    documents = [
        *read_metonymy(options.corpora / "metonymy-train.jsonl"),
        *read_toponym_types(options.corpora / "gwn-a.jsonl"),
    ]
    for number, (source, text, roles) in enumerate(documents):
        context = Context(text, [sentence.start for sentence in split_sentences(text)])
        wanted = {(start, end): literal for start, end, literal in roles}
        for span in scanner.scan(context):
            literal = wanted.pop((context.tokens[span.first].start, context.tokens[span.last].end), None)
            if literal is not None and not span.info.demonym:
                rows.append(role_features(context, span, words))
                labels.append(int(literal))
                groups.append(number)
                sources.append(source)
    weights = np.where(np.array(sources) == "gwn-a", options.news_weight, 1.0)
    model, log_odds = fit(rows, labels, groups, options.role_c, weights)
    right = (log_odds > 0) == (np.array(labels) == 1)
    for source in sorted(set(sources)):
        of = np.array(sources) == source
        print(f"roles, {source}: {of.sum()} names, out of fold accuracy {right[of].mean():.3f}")
    save(model, options.output / "roles.json", set(sources))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    default = os.environ.get("CRISISMAP_CORPORA", "../shared/corpora")
    parser.add_argument("--corpora", type=Path, default=Path(default))
    parser.add_argument("--sources", default="ewn,wikigold,wnut17,btc,uner-ewt")
    parser.add_argument("--c", type=float, default=0.3, help="inverse L2 penalty of recognition")
    parser.add_argument("--role-c", type=float, default=0.3, help="inverse L2 penalty of roles")
    parser.add_argument("--news-weight", type=float, default=3.0, help="of GeoWebNews among the roles")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    scanner = NameScanner(Gazetteer.open())
    train_recognition(options, scanner)
    train_roles(options, scanner)


if __name__ == "__main__":
    main()
