"""Which names are kept, under which keys, and what a division is called in English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crisismap.gazetteer.names import fold, tokenize
from crisismap.model import Tier

__all__ = [
    "adjective_stem",
    "alternate_tier",
    "bare_name",
    "english_division_name",
    "in_reading_order",
    "is_usable_alternate",
    "name_keys",
    "spelling",
    "without_brackets",
]

# Letters of the Latin script, its marks, and what joins them; no digits, commas or brackets.
_LATIN_NAME = re.compile(
    r"[A-Za-z\u00c0-\u024f\u0259\u02b0-\u036f\u1e00-\u1eff"
    r"'\u2018\u2019`\u00b4. \u00a0\u2010\u2011\u2013-]+"
)
_MAX_WORDS = 6
_MIN_LETTERS = 3
_MAX_CODE_LETTERS = 4
_APOSTROPHES = re.compile("['\u2018\u2019`\u00b4]")
_DASHES = str.maketrans(dict.fromkeys("\u2012\u2013\u2014", "-"))
_BRACKETS = re.compile(r"\s*\([^)]*\)")

_ENGLISH_AFTER = (
    r"(?:(?:Autonomous|Capital|Federal|Metropolitan|Special|Special Administrative|Special Capital|Union) )?"
    "(?:Area|Borough|Canton|City|Commune|Community|County|Department|District|Division|Emirate|Entity|"
    "Governorate|Krai|Kray|Municipality|Oblast|Okrug|Parish|Prefecture|Province|Raion|Rayon|Regency|Region|"
    "Republic|Shire|State|Subdistrict|Subprefecture|Territory|Township|Voivodeship|Zone)"
    "|City and Borough|Census Area|City Municipality|District Municipality|Regional District|"
    "Regional Municipality|Regional County Municipality|County Borough|Island Council|"
    "Local Government Area|Tehsil"
)
_ENGLISH_BEFORE = (
    "(?:(?:Autonomous|Federal|Metropolitan|Royal|Special) )?"
    "(?:Borough|Canton|City|Commonwealth|Commune|Community|County|Department|District|Emirate|Governorate|"
    "Municipality|Parish|Prefecture|Principality|Province|Region|Republic|State|Territory|Town|Township|Village)"
    " of|District Municipality of|Regional Municipality of|Regional District of|United Counties of|"
    "City and County of|County|Free State of"
)
_LOCAL_AFTER = (
    "apskritis|eyaleti|fylke|ili|jude[tț]|kommun|Kommune|kraj|kray|Kreis|l[aä]n|maakond|megye|miestas|"
    "oblast['’]?|oblasti|oblys[iy]|Qu|rajons|rayonu|shahr|Sheng|Shi|Shiqu|tuman|ulus|v[aá]rmegye|viloyati|"
    "vobl?asc?t?['’]|[Iİ]l[cç]esi|pagasts|novads|Gorodskoye Poseleniye|"
    "Xian|zhou|Zizhiqu|Zizhizhou|do|fu|gu|gun|ken|shi|si"
)
_LOCAL_BEFORE = (
    "Amt|Arrondissement d[eu]|Avtonomna Respublika|Cercle de|Ciudad de|Commune de|Comunidad de|Concelho de|"
    "D[eé]partement d[eu]|Departamento del?|Distrikt|Distrito de|Estado de|Gmina|Gorod|Grad|Huy[eệ]n|"
    "Qu[aậ]n|Thành Ph[oố]|Th[iị] X[aã]|Jude[tț]ul|Kabupaten|"
    "Kanton|Kota|Kreis|Landkreis|Mu[hḩ][aā]faz̧?[aā][th]|Municipiul|Munic[ií]pio de|Nom[oó]s|Obshtina|"
    "Ost[aā]n-e|Partido de|Powiat|Prov[ií]ncia del?|Provincia di|Provincie|Provinsi|Provinz|Raionul|"
    "Regierungsbezirk|Regione|Regi[oó]n del?|R[eé]gion d[eu]|Regi[aã]o d[eo]|Respublika|Shahrest[aā]n-e|"
    "Wilaya de|Wilayat|Wojew[oó]dztwo"
)
_BARE = re.compile(
    rf"(?:{_ENGLISH_BEFORE}|{_LOCAL_BEFORE}) (?:the )?(?P<after>.+)"
    rf"|(?P<before>.+?)[ -](?:{_ENGLISH_AFTER}|{_LOCAL_AFTER})",
    re.IGNORECASE,
)
# With its capitals: "Kyivska oblast" is not English.
_ENGLISH_LONG = re.compile(rf"(?:{_ENGLISH_BEFORE}) .+|.+ (?:{_ENGLISH_AFTER})")
_LOCAL_LONG = re.compile(rf"(?:{_LOCAL_BEFORE}) .+|.+[ -](?:{_LOCAL_AFTER})", re.IGNORECASE)

# What is left of "Western Province" or "Capital Region" is no name.
_NO_NAMES = frozenset(
    fold(
        """north south east west northern southern eastern western northeast northwest southeast southwest
        northeastern northwestern southeastern southwestern central centre center middle upper lower mid
        inner outer new old great greater little capital federal metropolitan national nacional distrito
        special autonomous urban rural coast coastal island islands lake lakes mountain mountains river
        rivers valley hills bay port union columbia midland midlands highland highlands interior
        frontier the of and"""
    ).split(" ")
)

# Kinds of division that make a name unmistakable: "Belgorod Oblast".
_KINDS = (
    *("Canton", "County", "Department", "District", "Division", "Emirate", "Governorate", "Krai", "Oblast"),
    *("Okrug", "Parish", "Prefecture", "Province", "Region", "Republic", "State", "Territory"),
    "Voivodeship",
)

_ARTICLES = frozenset(["al", "el", "ar", "as", "ash", "ad", "adh", "an", "at", "ath", "az"])
_SLAVIC_ADJECTIVE = re.compile(r"(?P<stem>\w{4,}?)sk(?:iy|yy|yi|iyi|y|oye|aya)")
_SILENT = re.compile("[aeiouyhw']")
_SAME_SOUND = str.maketrans("cq", "kk")
_DOUBLED = re.compile(r"(.)\1+")


def is_usable_alternate(name: str) -> bool:
    """Whether an alternate name could stand in English-language news.

    Left out: other scripts; romanized debris of other scripts, which the sources write in lower case
    ("surudeu"); codes ("CGN"); one and two letters; more than six words.
    """
    if not _LATIN_NAME.fullmatch(name) or not any(letter.isupper() for letter in name):
        return False
    letters = sum(letter.isalpha() for letter in name)
    if letters < _MIN_LETTERS or (name.isupper() and letters <= _MAX_CODE_LETTERS):
        return False
    return name.count(" ") < _MAX_WORDS


def alternate_tier(name: str, own: str) -> Tier:
    """How a settlement's alternate name belongs to it; the sources do not say which language it is.

    Another spelling, and a name that holds the settlement's own or a part of it, are as good as English; of
    the rest those that English news uses are in the curated tables.

    >>> [alternate_tier(name, "Rostov-on-Don").name for name in ("Rostov", "Rostow am Don", "Tana")]
    ['ALTERNATE', 'ALTERNATE', 'FOREIGN']
    """
    if spelling(name) == spelling(own):
        return Tier.ALTERNATE
    words, own_words = (
        {word for word in fold(one).split() if len(word) >= _MIN_LETTERS and word not in _NO_NAMES}
        for one in (name, own)
    )
    return Tier.ALTERNATE if words & own_words else Tier.FOREIGN


def name_keys(name: str) -> tuple[str, ...]:
    """The folded keys that find ``name`` in running text, the plain one first.

    A name with apostrophes is also found without them ("Xi'an", "Xian"), one with an initialism also
    without its dots ("Washington D.C.", "Washington DC").

    >>> name_keys("Xi'an"), name_keys("Washington D.C.")
    (('xi an', 'xian'), ('washington d.c.', 'washington dc'))
    """
    plain = name.translate(_DASHES).strip(" '\u2018\u2019`\u00b4-")
    forms = [plain, name.translate(_DASHES)] if plain != name else [plain]
    if _APOSTROPHES.search(plain):
        forms.append(_APOSTROPHES.sub("", plain))
    words = [[token.fold for token in tokenize(form)] for form in forms]
    keys = [" ".join(folds) for folds in words]
    keys += [" ".join(map(_without_dots, folds)) for folds in words]
    return tuple(dict.fromkeys(key for key in keys if key))


def _without_dots(word: str) -> str:
    return word.replace(".", "") or word


def without_brackets(name: str) -> str:
    """``name`` without what stands in brackets; "" where there are none.

    >>> without_brackets("Frankfurt (Oder)"), without_brackets("Frankfurt")
    ('Frankfurt', '')
    """
    plain = _BRACKETS.sub("", name).strip()
    return plain if plain != name else ""


def adjective_stem(name: str) -> str:
    """What a Slavic division's adjective is made of, folded; "" where its name is none.

    >>> adjective_stem("Teykovskiy Rayon"), adjective_stem("Cook County")
    ('teykov', '')
    """
    match = _SLAVIC_ADJECTIVE.fullmatch(fold(bare_name(name)))
    return match["stem"] if match else ""


def in_reading_order(name: str) -> str:
    """A name as it is read, not as it is sorted.

    >>> in_reading_order("Madrid, Comunidad de")
    'Comunidad de Madrid'
    """
    head, comma, tail = name.partition(", ")
    return f"{tail} {head}" if comma else name


def spelling(name: str) -> str:
    """What stays the same between the spellings of one name: its first letter and its consonants.

    >>> spelling("Avdiivka") == spelling("Avdiyivka"), spelling("Slovyansk") == spelling("Nikopol")
    (True, False)
    """
    words = fold(name).split()
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    letters = "".join(words)
    first = "a" if letters[:1] in "aeiou" else letters[:1]
    return first + _DOUBLED.sub(r"\1", _SILENT.sub("", letters[1:]).translate(_SAME_SOUND))


def bare_name(name: str) -> str:
    """``name`` without its administrative word; "" where it has none or where nothing is left.

    >>> bare_name("Cook County"), bare_name("Province of Turin"), bare_name("Western Province")
    ('Cook', 'Turin', '')
    """
    match = _BARE.fullmatch(name)
    rest = (match["after"] or match["before"]).strip() if match else ""
    return "" if _is_no_name(rest) else rest


def _is_no_name(name: str) -> bool:
    return set(fold(name).split()) <= _NO_NAMES


def english_division_name(names: Sequence[str], guesses: Sequence[str], kind: str, overshadowed: bool) -> str:
    """The name that English-language news gives a first-level division.

    Args:
        names: what the leading source calls it; the first is often in the country's own language.
        guesses: what another source thinks its English name is, best first; one that ``names`` bears
            out is better than one that it does not.
        kind: the English word for this kind of division, "" where unknown.
        overshadowed: whether the bare name rather means a city or the country, so that only the
            administrative word tells the division apart ("Kyiv Oblast").
    """
    lead = names[0]
    latin = [name for name in names if name == lead or is_usable_alternate(name)]
    long = [name for name in latin if _ENGLISH_LONG.fullmatch(name)]
    base = _english_base(lead, latin, long, guesses)
    short = bare_name(base) or base
    if not overshadowed:
        return short if fold(short) in map(fold, latin) else base
    clear = [name for name in long if spelling(bare_name(name)) == spelling(short)]
    if fold(lead).startswith(f"{fold(short)} ") and not _LOCAL_LONG.fullmatch(lead):
        clear.insert(0, lead)  # Gaza Strip
    if not clear and (word := _kind_word(lead, kind)) and fold(word)[:4] not in fold(short):
        clear = [f"{short} {word}"]
    return clear[0] if clear else base


def _english_base(lead: str, latin: Sequence[str], long: Sequence[str], guesses: Sequence[str]) -> str:
    """The name to start from, with or without its administrative word."""
    known = {fold(name) for name in latin}
    # A guess that only a longer name bears out: "Southern" for "Southern District".
    longer = [name for guess in guesses for name in long if fold(name).startswith(f"{fold(guess)} ")]
    guesses = [guess for guess in guesses if not _is_no_name(guess)]
    borne_out = [guess for guess in guesses if fold(guess) in known]
    alike = [guess for guess in guesses if spelling(guess) == spelling(bare_name(lead) or lead)]
    foreign = _LOCAL_LONG.fullmatch(lead) or not lead.isascii()
    others = [*long, *guesses] if foreign else []
    return next(iter([*borne_out, *longer, *alike, *others]), lead)


def _kind_word(lead: str, kind: str) -> str:
    if "oblast" in fold(lead):
        return "Oblast"
    return kind if kind in _KINDS else ""
