"""Which names the build keeps, the keys it files them under, and the English name of a division."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crisismap.gazetteer.names import fold, tokenize

__all__ = ["bare_name", "english_division_name", "is_usable_alternate", "name_keys"]

# Letters of the Latin script, its marks, and what joins them; no digits, commas or brackets.
_LATIN_NAME = re.compile(
    r"[A-Za-z\u00c0-\u024f\u0259\u1e00-\u1eff\u0300-\u036f\u02b0-\u02ff'\u2018\u2019`\u00b4. \u00a0\u2010\u2011\u2013-]+"
)
_MAX_WORDS = 6
_MIN_LETTERS = 3
_MAX_CODE_LETTERS = 4
_APOSTROPHES = re.compile("['\u2018\u2019`\u00b4]")
_DASHES = str.maketrans(dict.fromkeys("\u2012\u2013\u2014", "-"))

_ENGLISH_AFTER = (
    "Autonomous Region|Autonomous Oblast|Autonomous Okrug|Autonomous District|Autonomous Republic|"
    "Autonomous Prefecture|Autonomous County|Autonomous Community|Special Administrative Region|"
    "Capital Territory|Capital Region|Census Area|City and Borough|Metropolitan City|Metropolitan Area|"
    "Metropolitan Region|Metropolitan Municipality|County Borough|Federal District|Local Government Area|"
    "Area|Borough|Canton|Commune|County|Department|District|Division|Emirate|Governorate|Island Council|Krai|"
    "Municipality|Oblast|Okrug|Parish|Prefecture|Province|Raion|Rayon|Regency|Region|Republic|Shire|State|"
    "Subdistrict|Subprefecture|Tehsil|Territory|Township|Union Territory|Voivodeship|Zone"
)
_ENGLISH_BEFORE = (
    "Autonomous City of|Autonomous Community of|Autonomous Province of|Autonomous Region of|"
    "Autonomous Republic of|Borough of|Canton of|City and County of|City of|Commonwealth of|Commune of|Community of|"
    "County|County of|Department of|District of|Emirate of|Federal District of|Free State of|"
    "Governorate of|Metropolitan City of|Municipality of|Parish of|Prefecture of|Principality of|Province of|"
    "Region of|Republic of|Royal Borough of|State of|Territory of|Town of|Township of|Village of"
)
_LOCAL_AFTER = (
    "apskritis|eyaleti|fylke|ili|judet|kommun|Kommune|kraj|Kreis|l[aä]n|maakond|megye|oblast'|oblast’|"
    "oblasti|oblys[iy]|rajons|rayonu|shahr|Sheng|Shi|Shiqu|tuman|ulus|v[aá]rmegye|viloyati|voblast'|Xian|"
    "zhou|Zizhiqu|Zizhizhou|-do|-fu|-gu|-gun|-ken|-shi|-si|-to"
)
_LOCAL_BEFORE = (
    "Amt|Arrondissement de|Avtonomna Respublika|Cercle de|Ciudad de|Commune de|Comunidad de|"
    "D[eé]partement de|D[eé]partement du|Departamento de|Departamento del|Distrikt|Distrito de|Estado de|"
    "Gmina|Il[- ]|Jude[tț]ul|Kabupaten|Kanton|Kota|Kreis|Landkreis|Mu[hḩ][aā]faz̧?[aā][th]|Municipiul|"
    "Municipio de|Munic[ií]pio de|Ost[aā]n-e|Partido de|Powiat|Provincia de|Provincia del|Prov[ií]ncia de|"
    "Provincie|Provinsi|Provinz|Raionul|Regi[oó]n de|Regi[oó]n del|R[eé]gion de|R[eé]gion du|Respublika|"
    "Shahrest[aā]n-e|Wilaya de|Wilayat|Wojew[oó]dztwo"
)
_BARE = re.compile(
    rf"(?:(?:{_ENGLISH_BEFORE}|{_LOCAL_BEFORE}) (?:the )?(?P<after>.+)|(?P<before>.+?)(?: |(?=-))(?:{_ENGLISH_AFTER}|{_LOCAL_AFTER}))",
    re.IGNORECASE,
)
_ENGLISH_LONG = re.compile(rf"(?:(?:{_ENGLISH_BEFORE}) .+|.+ (?:{_ENGLISH_AFTER}))")

# What is left of "Western Province" or "Capital Region" is no name.
_NO_NAMES = frozenset(
    "north south east west northern southern eastern western northeast northwest southeast southwest "
    "northeastern northwestern southeastern southwestern central centre center middle upper lower capital "
    "coast coastal inner outer new old great greater little federal metropolitan national special autonomous "
    "urban rural island islands lake lakes mountain mountains river rivers valley hills bay port union "
    "columbia mid midland midlands highland highlands interior frontier the".split()
)


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


def name_keys(name: str) -> tuple[str, ...]:
    """The folded keys that find ``name`` in running text, the plain one first.

    A name with apostrophes is also found without them ("Xi'an", "Xian"), one with an initialism also
    without its dots ("Washington D.C.", "Washington DC"), one in brackets without what they hold.

    >>> name_keys("Xi'an"), name_keys("Washington D.C.")
    (('xi an', 'xian'), ('washington d.c.', 'washington dc'))
    """
    plain = re.sub(r"\s*\([^)]*\)", "", name).translate(_DASHES).strip(" '\u2018\u2019`\u00b4-")
    forms = [plain]
    if _APOSTROPHES.search(plain):
        forms.append(_APOSTROPHES.sub("", plain))
    keys = [fold(form) for form in forms]
    keys += [
        " ".join(t.fold.replace(".", "") for t in tokens)
        for tokens in map(tokenize, forms)
        if any("." in t.fold and len(t.fold) > 1 for t in tokens)
    ]
    return tuple(dict.fromkeys(key for key in keys if key))


def bare_name(name: str) -> str:
    """``name`` without its administrative word; "" where it has none or where nothing is left.

    >>> bare_name("Cook County"), bare_name("Province of Turin"), bare_name("Western Province")
    ('Cook', 'Turin', '')
    """
    match = _BARE.fullmatch(name)
    rest = (match["after"] or match["before"]).strip() if match else ""
    return "" if set(fold(rest).split()) <= _NO_NAMES else rest


def english_division_name(lead: str, names: Iterable[str], english: str, city_of_same_name: bool) -> str:
    """The name that English-language news gives a division.

    Args:
        lead: the name that the source leads with, often in the country's own language.
        names: all names of the division.
        english: the English name of another source; "" where there is none.
        city_of_same_name: whether a major city of the country bears the bare name, so that only the
            administrative word tells the two apart ("Kyiv Oblast").
    """
    known = [english, lead, *names] if english else [lead, *names]
    latin = [name for name in known if is_usable_alternate(name)]
    folded = {fold(name) for name in latin}
    short = english or (lead if not bare_name(lead) or _ENGLISH_LONG.fullmatch(lead) else "")
    if city_of_same_name:
        long = [name for name in latin if _ENGLISH_LONG.fullmatch(name) and bare_name(name)]
        wanted = fold(bare_name(short) or short)
        return next(
            (name for name in long if fold(bare_name(name)) == wanted), long[0] if long else short or lead
        )
    if english and fold(bare_name(english)) in folded:
        return bare_name(english)
    return short or next((name for name in latin if _ENGLISH_LONG.fullmatch(name)), lead)
