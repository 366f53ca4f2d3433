"""The network's reading: where its answers stand in a text, and what it makes of odd texts."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisismap.errors import LexiconError
from crisismap.paths import data_path
from crisismap.recognition.context import Context
from crisismap.recognition.network import TAGS, Network, Reading
from crisismap.recognition.pieces import PieceEncoder
from crisismap.sentences import split_sentences

TEXT = "Troops left Kharkiv on Monday. Angela Merkel spoke in Third Street, Winston-Salem."


@pytest.fixture(scope="module")
def network() -> Network:
    return Network.load()


@pytest.fixture(scope="module")
def encoder() -> PieceEncoder:
    return PieceEncoder.load(data_path("models", "network-pieces.txt"))


def read(network: Network, text: str) -> tuple[Context, Reading]:
    context = Context(text, [sentence.start for sentence in split_sentences(text)])
    return context, network.read(context, context.sentences())


def tags_of(network: Network, text: str) -> dict[str, str]:
    context, reading = read(network, text)
    best = reading.tags.argmax(axis=1)
    return {token.text: TAGS[tag] for token, tag in zip(context.tokens, best, strict=True)}


def test_names_are_seen_where_they_stand(network: Network) -> None:
    tags = tags_of(network, TEXT)
    assert tags["Kharkiv"] == "B-LOC"
    assert (tags["Angela"], tags["Merkel"]) == ("B-PER", "I-PER")
    assert {tags["Troops"], tags["left"], tags["Monday"], tags["."]} == {"O"}


def test_case_is_read_although_the_pieces_have_none(network: Network) -> None:
    tags = tags_of(network, "FLOODS HIT KHARTOUM AND SURROUNDING TOWNS")
    assert tags["KHARTOUM"] == "B-LOC"
    assert tags["TOWNS"] == "O"


def test_probabilities_of_every_token_that_was_read_sum_to_one(network: Network) -> None:
    context, reading = read(network, TEXT * 40)
    assert len(reading.tags) == len(reading.literal) == len(context.tokens)
    assert reading.read.all()
    assert np.allclose(reading.tags.sum(axis=1), 1.0, atol=1e-5)


def test_only_the_given_runs_are_read(network: Network) -> None:
    context = Context(TEXT, [sentence.start for sentence in split_sentences(TEXT)])
    first, second = context.sentences()
    reading = network.read(context, [second])
    assert not reading.read[first.start : first.stop].any()
    assert not reading.tags[first.start : first.stop].any()
    assert reading.read[second.start : second.stop].all()


def test_the_same_text_reads_the_same(network: Network) -> None:
    one, other = read(network, TEXT)[1], read(Network.load(), TEXT)[1]
    assert one.tags.tobytes() == other.tags.tobytes()
    assert one.literal.tobytes() == other.literal.tobytes()


@pytest.mark.parametrize("text", ["", " \n\t", "…", "🌊🌋", "\ud83d Kyiv", "a" * 5000, "北京 and Київ"])
def test_odd_texts_are_read(network: Network, text: str) -> None:
    context, reading = read(network, text)
    assert len(reading.tags) == len(context.tokens)
    assert np.isfinite(reading.tags).all()


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_is_read(network: Network, text: str) -> None:
    context, reading = read(network, text)
    assert len(reading.tags) == len(context.tokens)
    assert reading.read.all()


@settings(max_examples=60, deadline=None)
@given(word=st.text(min_size=1, max_size=100))
def test_a_word_has_few_pieces_of_the_vocabulary(encoder: PieceEncoder, word: str) -> None:
    pieces = encoder.cut(word)
    assert len(pieces) <= 24
    assert all(0 <= piece < 30_000 for piece in pieces)


def test_a_damaged_network_is_one_clear_line(tmp_path: Path) -> None:
    shutil.copy(data_path("models", "network-pieces.txt"), tmp_path)
    with pytest.raises(
        LexiconError, match=r"network\.onnx: not a readable network .*reinstall crisismap"
    ) as missing:
        Network.load(tmp_path)
    whole = data_path("models", "network.onnx").read_bytes()
    (tmp_path / "network.onnx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LexiconError, match="not a readable network") as cut:
        Network.load(tmp_path)
    assert "\n" not in str(missing.value) + str(cut.value)
