"""Styles of the layers as QGIS reads them (QML), in the words and colors of the web map's precision steps."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from crisismap.model import Precision

__all__ = ["AREA_COLOR", "COLORS", "LINE_COLOR", "STYLES"]

COLORS: Mapping[int, str] = {Precision.EXACT: "#b3261e", Precision.NEAR: "#c77700", Precision.WIDE: "#3b6ea5"}
"""Of a point by its precision."""

_PRECISIONS = {
    Precision.EXACT: "settlement or facility",
    Precision.NEAR: "near it, or a small area",
    Precision.WIDE: "wider region or country",
}
AREA_COLOR = "#3b6ea5"
LINE_COLOR = "#7a3b8f"


def _color(value: str, alpha: int = 255) -> str:
    red, green, blue = (int(value[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


def _symbol(name: str, kind: str, layer: str, options: Mapping[str, str]) -> str:
    rows = "".join(
        f"<Option type='QString' name={quoteattr(key)} value={quoteattr(value)}/>"
        for key, value in options.items()
    )
    return (
        f"<symbol type='{kind}' name='{name}' alpha='1' clip_to_extent='1' force_rhr='0'>"
        f"<layer class='{layer}' enabled='1' locked='0' pass='0'>"
        f"<Option type='Map'>{rows}</Option></layer></symbol>"
    )


def _marker(name: str, color: str, size: str) -> str:
    options = {
        "name": "circle",
        "color": _color(color),
        "outline_color": "255,255,255,255",
        "outline_width": "0.3",
        "outline_width_unit": "MM",
        "size": size,
        "size_unit": "MM",
    }
    return _symbol(name, "marker", "SimpleMarker", options)


def _single(symbol: str) -> str:
    return (
        "<renderer-v2 type='singleSymbol' symbollevels='0' enableorderby='0'>"
        f"<symbols>{symbol}</symbols></renderer-v2>"
    )


def _by_precision() -> str:
    categories = "".join(
        f"<category value='{int(precision)}' symbol='{number}' label={quoteattr(label)}"
        " render='true' type='long'/>"
        for number, (precision, label) in enumerate(_PRECISIONS.items())
    )
    symbols = "".join(
        _marker(str(number), COLORS[precision], "2.6") for number, precision in enumerate(_PRECISIONS)
    )
    return (
        "<renderer-v2 type='categorizedSymbol' attr='geo_precision' symbollevels='0' enableorderby='0'>"
        f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
    )


def _style(renderer: str, tip: str, label: str = "") -> str:
    labeling = (
        "<labeling type='simple'><settings calloutType='simple'>"
        f"<text-style fieldName={quoteattr(label)} fontSize='8' textColor='40,40,40,255'>"
        "<text-buffer bufferDraw='1' bufferSize='0.8' bufferColor='255,255,255,255'/></text-style>"
        "</settings></labeling>"
        if label
        else ""
    )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        "<qgis version='3.22' styleCategories='Symbology|Labeling|MapTips'"
        f" labelsEnabled='{int(bool(label))}'>"
        f"{renderer}{labeling}<mapTip>{tip}</mapTip></qgis>\n"
    )


def _escaped(column: str) -> str:
    """The column in a map tip, which is HTML: what an article says is not to be read as markup."""
    expression = f"replace(replace(\"{column}\", '&', '&amp;'), '<', '&lt;')"
    return f"[% {expression} %]"


_TIP = escape(f"<b>{_escaped('text')}</b><br>{_escaped('sentence')}")
_PLACE_TIP = escape(f"{_escaped('place_name')}: {_escaped('mention_count')}")

STYLES: Mapping[str, str] = {
    "mentions": _style(_by_precision(), _TIP),
    "areas": _style(
        _single(
            _symbol(
                "0",
                "fill",
                "SimpleFill",
                {
                    "color": _color(AREA_COLOR, 50),
                    "style": "solid",
                    "outline_color": _color(AREA_COLOR),
                    "outline_style": "solid",
                    "outline_width": "0.3",
                    "outline_width_unit": "MM",
                },
            )
        ),
        _TIP,
    ),
    "lines": _style(
        _single(
            _symbol(
                "0",
                "line",
                "SimpleLine",
                {
                    "line_color": _color(LINE_COLOR),
                    "line_style": "solid",
                    "line_width": "0.7",
                    "line_width_unit": "MM",
                },
            )
        ),
        _TIP,
    ),
    "places": _style(_single(_marker("0", COLORS[Precision.EXACT], "2.6")), _PLACE_TIP, "place_name"),
}
"""The QML of each layer."""
