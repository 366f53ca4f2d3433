"""The page's modules: their order, the names they share, and the tests of their logic under Node."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisismap.gazetteer.wording import describe
from crisismap.layers import sentence_url
from crisismap.webmap.joining import join_scripts, join_styles, ordered, read_page
from crisismap.webmap.languages import LANGUAGES, load_messages

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "crisismap" / "webmap" / "page"

MODULES = sorted(path.name for path in PAGE.glob("*.js"))
DECLARED = re.compile(
    r"^(?:export )?(?:async )?(?:function|const|let|class)\s+(\{[^}]*\}|[\w$]+)", re.MULTILINE
)
EXPORTED = re.compile(r"^export (?:async )?(?:function|const|class)\s+([\w$]+)", re.MULTILINE)
IMPORT = re.compile(r"^import\s*\{([^}]*)\}\s*from\s*\"\./([\w-]+\.js)\";\n", re.MULTILINE)


def node(*arguments: str, stdin: str = "") -> str:
    """What Node prints; without Node the test is skipped unless CRISISMAP_REQUIRE_BROWSER=1."""
    program = shutil.which("node")
    if program is None:
        if os.environ.get("CRISISMAP_REQUIRE_BROWSER") == "1":
            pytest.fail("node is not installed, and CRISISMAP_REQUIRE_BROWSER=1")
        pytest.skip("node is not installed")
    done = subprocess.run([program, *arguments], input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_module(text: str, stdin: str = "") -> str:
    """Run ``text``, which may import from "PAGE/name.js", as a module."""
    return node("--input-type=module", "--eval", text.replace("PAGE", PAGE.as_uri()), stdin=stdin)


def test_every_module_is_joined_after_what_it_imports():
    order = ordered("main.js")
    assert sorted(order) == MODULES
    for name in MODULES:
        for imported, other in IMPORT.findall(read_page(name)):
            assert order.index(other) < order.index(name)
            wanted = {item.strip() for item in imported.split(",")} - {""}
            assert wanted <= set(EXPORTED.findall(read_page(other))), f"{name} imports from {other}"


def test_every_style_sheet_is_joined():
    joined = join_styles()
    assert "@import" not in joined
    for path in PAGE.glob("*.css"):
        text = path.read_text("utf-8")
        assert text.startswith("@import") or text in joined, path.name


def test_no_two_modules_declare_the_same_name():
    found = [(declared, name) for name in MODULES for declared in DECLARED.findall(read_page(name))]
    homes: dict[str, set[str]] = {}
    for declared, home in found:
        assert not declared.startswith("{"), f"{home}: a plain name is easier to check than {declared}"
        homes.setdefault(declared, set()).add(home)
    assert len(found) > 50
    assert {name: sorted(where) for name, where in homes.items() if len(where) > 1} == {}


def test_what_is_imported_is_used_and_what_is_exported_is_imported():
    imported: set[str] = set()
    for path in (*PAGE.glob("*.js"), *HERE.glob("js/*.test.js"), Path(__file__)):
        text = path.read_text("utf-8")
        body = re.sub(r"^\s*import\s*\{[^}]*\}", "", text, flags=re.MULTILINE)
        for names in re.findall(r"^\s*import\s*\{([^}]*)\}", text, re.MULTILINE):
            for name in filter(None, (item.strip() for item in names.split(","))):
                imported.add(name)
                assert re.search(rf"\b{re.escape(name)}\b", body), f"{path.name} does not use {name}"
    for name in MODULES:
        assert set(EXPORTED.findall(read_page(name))) <= imported, name


def test_the_joined_script_is_one_module_that_parses(tmp_path):
    joined = join_scripts()
    assert not re.search(r"^(import|export)\b", joined, re.MULTILINE)
    path = tmp_path / "page.mjs"
    path.write_text(joined, "utf-8")
    node("--check", str(path))


def test_modules_that_import_each_other_are_refused(monkeypatch):
    pages = {"a.js": 'import { b } from "./b.js";\n', "b.js": 'import { a } from "./a.js";\n'}
    monkeypatch.setattr("crisismap.webmap.joining.read_page", pages.__getitem__)
    with pytest.raises(ValueError, match=r"a\.js imports b\.js imports a\.js"):
        ordered("a.js")


def test_the_logic_under_node():
    files = sorted(str(path) for path in HERE.glob("js/*.test.js"))
    assert files
    report = node("--test", "--test-reporter=tap", *files)
    assert int(re.search(r"^# pass (\d+)$", report, re.MULTILINE)[1]) > 10


URLS = st.sampled_from(
    [
        "https://example.org/a",
        "http://e.org/?q=1#part",
        "https://e.org/#:~:text=old",
        "https://e.org/#a:~:text=old:~:",
        "",
        "javascript:alert(1)",
        "https://",
        "https://e.org/a b",
        "https://e.org/\u202e",
        "https://bücher.example/ä",
        "//e.org/",
    ]
)
TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8")),
    st.text(st.sampled_from("ab-,&%!'()*~_. \t\n\u00a0\u2003\u3000\ufeff\u200b\x1c\x85“é🚩"), max_size=400),
    st.lists(
        st.text(st.characters(categories=["L", "P"]), min_size=1, max_size=3), min_size=14, max_size=40
    ).map(lambda words: " ".join(word * 12 for word in words)),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(URLS, TEXTS), min_size=1, max_size=20))
def test_the_page_links_to_sentences_as_the_layers_do(pairs):
    program = """
        import { readFileSync } from "node:fs";
        import { sentenceLink } from "PAGE/fragment.js";
        const pairs = JSON.parse(readFileSync(0, "utf8"));
        console.log(JSON.stringify(pairs.map(([url, text]) => sentenceLink(url, text))));
    """
    links = json.loads(run_module(program, json.dumps(pairs)))
    assert links == [sentence_url(url, text) for url, text in pairs]


ENTRIES = [
    ("P", "PPLC", "GB", "United Kingdom", "England"),
    ("P", "PPLC", "", "", ""),
    ("P", "PPLA2", "UA", "Ukraine", "Donetsk"),
    ("P", "PPL", "UA", "", ""),
    ("A", "ADM1", "US", "United States", "Texas"),
    ("A", "ADM1H", "UA", "Ukraine", ""),
    ("A", "ADM3", "UA", "Ukraine", "Kyiv"),
    ("A", "PCLI", "UA", "Ukraine", ""),
    ("A", "ODD", "BS", "The Bahamas", ""),
    ("L", "CONT", "", "", ""),
    ("S", "GOVL", "RU", "Russia", "Moscow"),
    ("S", "XYZ", "", "", ""),
    ("H", "???", "", "", ""),
    ("", "", "", "", ""),
]


def test_the_page_describes_places_as_the_library_does():
    program = """
        import { readFileSync } from "node:fs";
        import { createWords } from "PAGE/messages.js";
        import { placeKind } from "PAGE/naming.js";
        const { entries, messages } = JSON.parse(readFileSync(0, "utf8"));
        const words = createWords(messages, "en");
        console.log(JSON.stringify(entries.map(([featureClass, featureCode, country, name, admin1]) => {
          const model = { lands: new Map([[country, { name }]]), world: { names: {} }, divisions: {} };
          return placeKind({ words, model }, { featureClass, featureCode, country, admin1 });
        })));
    """
    given_ = json.dumps({"entries": ENTRIES, "messages": load_messages()})
    assert json.loads(run_module(program, given_)) == [describe(*entry) for entry in ENTRIES]


def slots(message: str | dict[str, str]) -> set[str]:
    texts = [message] if isinstance(message, str) else message.values()
    return {slot for text in texts for slot in re.findall(r"\{([\w-]+)\}", text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_of_all_languages_agree(language):
    messages = load_messages()
    english, own = messages["en"], messages[language]
    assert set(own) == set(english)
    for key, message in own.items():
        assert slots(message) == slots(english[key]), key
        assert isinstance(message, dict) == isinstance(english[key], dict), key
        if isinstance(message, dict):
            assert "other" in message, key


def test_every_message_that_is_asked_for_is_there():
    english = load_messages()["en"]
    texts = [read_page(name) for name in (*MODULES, "page.html")]
    asked = {
        key
        for text in texts
        for key in re.findall(
            r'(?:\btext|\bparts|\bclaim)\("([\w.-]+)"|data-(?:text|label|placeholder)="([\w.-]+)"', text
        )
        for key in key
        if key
    }
    assert len(asked) > 30
    assert asked - set(english) == set()
