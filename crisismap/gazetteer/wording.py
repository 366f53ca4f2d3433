"""Says in words what a gazetteer entry is: "capital of Ukraine", "country", "building in Moscow"."""

from __future__ import annotations

__all__ = ["describe"]

_SETTLEMENT = {
    "PPLC": "capital of {country}",
    "PPLG": "seat of government of {country}",
    "PPLX": "part of a town in {within}",
    "PPLL": "locality in {within}",
    "PPLF": "farming village in {within}",
    "PPLQ": "abandoned settlement in {within}",
    "PPLW": "destroyed settlement in {within}",
    "PPLH": "former settlement in {within}",
}

_OTHER = {
    "CONT": "continent",
    "PCL": "country",
    "PCLI": "country",
    "PCLD": "dependent territory",
    "PCLF": "freely associated state",
    "PCLS": "semi-independent territory",
    "PCLIX": "part of {country}",
    "PCLH": "former country",
    "TERR": "territory",
    "ADM1": "first-level division of {country}",
    "ADM2": "second-level division in {within}",
    "ADM3": "district in {within}",
    "ADM4": "district in {within}",
    "ADM5": "district in {within}",
    "ADMD": "district in {within}",
    "ZN": "zone in {within}",
    "RGN": "region",
    "RGNE": "economic region",
    "OCN": "ocean",
    "SEA": "sea",
    "GULF": "gulf",
    "BAY": "bay",
    "STRT": "strait",
    "CHN": "channel",
    "LK": "lake",
    "STM": "river",
    "RSV": "reservoir",
    "ISL": "island",
    "ISLS": "group of islands",
    "PEN": "peninsula",
    "CAPE": "cape",
    "MT": "mountain",
    "MTS": "mountain range",
    "PK": "peak",
    "PASS": "mountain pass",
    "DSRT": "desert",
    "VAL": "valley",
    "PLN": "plain",
    "PLAT": "plateau",
    "FRST": "forest",
    "PRK": "park",
    "AIRP": "airport in {within}",
    "AIRB": "air base in {within}",
    "AIRF": "airfield in {within}",
    "BLDG": "building in {within}",
    "GOVL": "seat of government in {within}",
    "PAL": "palace in {within}",
    "CSTL": "castle in {within}",
    "ADMF": "government building in {within}",
    "DIP": "embassy in {within}",
    "INSM": "military site in {within}",
    "MILB": "military base in {within}",
    "NVB": "naval base in {within}",
    "PRT": "port in {within}",
    "BDG": "bridge in {within}",
    "DAM": "dam in {within}",
    "PS": "power station in {within}",
    "PSN": "nuclear power station in {within}",
    "HSP": "hospital in {within}",
    "SCH": "school in {within}",
    "UNIV": "university in {within}",
    "SQR": "square in {within}",
    "MNMT": "monument in {within}",
    "PRN": "prison in {within}",
    "CMP": "camp in {within}",
    "CMPRF": "refugee camp in {within}",
    "RSTN": "railway station in {within}",
    "STDM": "stadium in {within}",
}

_CLASS = {
    "P": "town in {within}",
    "A": "division of {country}",
    "L": "region",
    "H": "body of water",
    "T": "landform",
    "S": "site in {within}",
    "R": "road or railway",
    "U": "undersea feature",
    "V": "woodland",
}

_WITH_ARTICLE = tuple(
    "AE BS CD CF CG CK DO FK FO GB GM IM KM KY MH MP MV NL PH SB SC TC US VA VG VI".split()  # noqa: SIM905
)
"""Countries whose English name takes "the" inside a sentence."""


def describe(feature_class: str, feature_code: str, country_code: str, country: str, admin1: str) -> str:
    """What the entry is, in a few words; "" where nothing is known of it.

    >>> describe("P", "PPLC", "US", "United States", "Washington, D.C.")
    'capital of the United States'
    >>> describe("P", "PPLA2", "UA", "Ukraine", "Donetsk")
    'town in Donetsk, Ukraine'
    >>> describe("A", "PCLI", "UA", "Ukraine", "")
    'country'
    """
    code = feature_code.removesuffix("H") if feature_code.startswith("ADM") else feature_code
    phrase = _SETTLEMENT.get(code) or _OTHER.get(code) or _CLASS.get(feature_class, "")
    if code != feature_code:
        phrase = f"former {phrase}"
    if country and country_code in _WITH_ARTICLE and not country.startswith("The "):
        country = f"the {country}"
    within = ", ".join(name for name in (admin1, country) if name)
    if ("{country}" in phrase and not country) or ("{within}" in phrase and not within):
        return phrase.partition(" of {")[0].partition(" in {")[0]
    return phrase.format(country=country, within=within)
