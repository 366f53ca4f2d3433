"""Literal or associative, in sentences of our own; and the arithmetic of the second step."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.errors import LexiconError
from crisismap.gazetteer import Gazetteer
from crisismap.model import Role
from crisismap.recognition import GazetteerRecognizer
from crisismap.recognition.context import Context
from crisismap.recognition.role_features import GivenName, RoleWords, role_features
from crisismap.recognition.roles import RoleModel, article_features
from crisismap.sentences import split_sentences


@pytest.fixture(scope="module")
def recognizer(gazetteer: Gazetteer) -> GazetteerRecognizer:
    return GazetteerRecognizer(gazetteer)


@pytest.fixture(scope="module")
def words() -> RoleWords:
    return RoleWords.load()


def spans_of(text: str, *names: str) -> list[tuple[int, int]]:
    starts = [text.index(name) for name in names]
    return [(start, start + len(name)) for start, name in zip(starts, names, strict=True)]


@pytest.mark.parametrize(
    ("text", "names", "roles"),
    [
        ("Thousands fled Khartoum after fighting broke out.", ["Khartoum"], "l"),
        ("KYIV (Reuters) - Shelling resumed, Ukraine said.", ["KYIV", "Ukraine"], "la"),
        ("Turkey and Syria signed an agreement.", ["Turkey", "Syria"], "aa"),
        ("The earthquake struck southern Turkey and northern Syria.", ["Turkey", "Syria"], "ll"),
        ("Moscow accused Kyiv of lying.", ["Moscow", "Kyiv"], "aa"),
        ("Rebels captured Goma on Monday.", ["Goma"], "l"),
        ("Germany beat France 2-1 in Lyon.", ["Germany", "France", "Lyon"], "aal"),
        ("The U.S. Embassy in Baghdad was evacuated.", ["U.S.", "Baghdad"], "al"),
        ("The Haitian prime minister resigned.", ["Haitian"], "a"),
        ("A market town in the Rajasthan desert was flooded.", ["Rajasthan"], "l"),
        ("They met in Xyzburg, a village that no gazetteer knows.", ["Xyzburg"], "l"),
    ],
)
def test_roles_of_given_spans(
    recognizer: GazetteerRecognizer, text: str, names: list[str], roles: str
) -> None:
    found = recognizer.find_roles(text, split_sentences(text), spans_of(text, *names))
    assert "".join(role.value[0] for role in found) == roles


def test_names_of_power_stand_for_those_who_rule_or_for_the_building(
    recognizer: GazetteerRecognizer,
) -> None:
    text = "The Kremlin denied it. Guards stood inside the Kremlin."
    spans = [(4, 11), (text.rindex("Kremlin"), len(text) - 1)]
    found = recognizer.find_roles(text, split_sentences(text), spans)
    assert found == [Role.ASSOCIATIVE, Role.LITERAL]


def test_a_text_without_words_has_roles_too(recognizer: GazetteerRecognizer) -> None:
    assert recognizer.find_roles("", [], []) == []
    assert recognizer.find_roles("  ", [], [(0, 1)]) == [Role.LITERAL]


@given(st.text("Paris said. in\n's,", min_size=1, max_size=40), st.data())
def test_any_span_has_a_role(recognizer: GazetteerRecognizer, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    [role] = recognizer.find_roles(text, split_sentences(text), [(start, end)])
    assert role in Role


@given(st.text("ab .", max_size=30), st.data())
def test_given_names_are_the_tokens_that_they_touch(text: str, data: st.DataObject) -> None:
    context = Context("a" + text, [0])
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start + 1, len(text) + 1))
    name = GivenName.at(context, start, end, {})
    touched = [at for at, token in enumerate(context.tokens) if token.start < end and start < token.end]
    assert 0 <= name.first <= name.last < len(context.tokens)
    if touched:
        assert (name.first, name.last) == (touched[0], touched[-1])


def features_of(text: str, name: str, words: RoleWords) -> list[str]:
    context = Context(text, [sentence.start for sentence in split_sentences(text)])
    [(start, end)] = spans_of(text, name)
    return role_features(context, GivenName.at(context, start, end, {}), words)


@pytest.mark.parametrize(
    ("text", "name", "feature"),
    [
        ("They will head to Moscow and Kyiv today.", "Kyiv", "gg=head:to"),
        ("He saw the Texas oil workers in May.", "Texas", "h=workers"),
        ("He saw Kenya's northern border in May.", "Kenya", "h:place:l"),
        ("The governor of the Punjab spoke.", "Punjab", "of:title:l"),
        ("Later Warsaw has also said so.", "Warsaw", "v:speech"),
        ("GENEVA (AP) - Talks resumed.", "GENEVA", "initial:line:o("),
        ("Geneva said no.", "Geneva", "initial:verb"),
        ("He joined the Houston Police Department.", "Houston", "run+1:org"),
    ],
)
def test_features_name_what_governs_and_what_follows(
    words: RoleWords, text: str, name: str, feature: str
) -> None:
    assert feature in features_of(text, name, words)


def test_the_second_step_looks_at_the_same_name_and_at_neighbors_in_a_list() -> None:
    context = Context("Oslo, Bergen and Oslo, but not Turku", [0])
    names = [GivenName(at, at, None) for at in (0, 2, 4, 8)]
    rows = article_features(context, names, [1.0, -1.0, 0.5, 9.0])
    own, same, before, after = zip(*rows, strict=True)
    assert own == (1.0, -1.0, 0.5, 9.0)
    # Half of the other Oslo's log-odds, and nothing of a name that stands alone.
    assert same == (pytest.approx(0.25, abs=0.01), 0.0, pytest.approx(0.5, abs=0.02), 0.0)
    assert before == (0.0, pytest.approx(1.0, abs=0.05), pytest.approx(-1.0, abs=0.05), 0.0)
    assert after == (pytest.approx(-1.0, abs=0.05), pytest.approx(0.5, abs=0.02), 0.0, 0.0)


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "roles.json"
    path.write_text(json.dumps({"bias": 0.0, "weights": {}, "reading": []}), encoding="utf-8")
    with pytest.raises(LexiconError, match=r"roles\.json.*article"):
        RoleModel.load(path)


def test_a_model_is_read_as_it_was_written(tmp_path: Path, recognizer: GazetteerRecognizer) -> None:
    model = recognizer._roles._plain
    model.save(tmp_path / "roles.json", ["gwn-a"])
    again = RoleModel.load(tmp_path / "roles.json")
    assert (again.words, again.article) == (model.words, model.article)
