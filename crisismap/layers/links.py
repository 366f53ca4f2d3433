"""Links that open an article at one of its sentences."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

__all__ = ["WHOLE_SENTENCE", "sentence_url"]

WHOLE_SENTENCE = 300
"""Longest sentence, in characters, that a link quotes whole; a longer one is quoted by its two ends."""

_ENDS = 8
"""Words quoted at either end of a long sentence: enough to be unlike any other in one article."""


def sentence_url(url: str, sentence: str) -> str:
    """A link that opens ``url`` scrolled to ``sentence``, by a text fragment.

    See the WICG note "URL Fragment Text Directives": ``#:~:text=START[,END]``, where "-" and "," are part
    of the syntax and so are percent-encoded in the text.

    Returns:
        The link; "" where ``url`` is no absolute http(s) address.

    >>> sentence_url("https://example.org/a", "A one-on-one, in Kyiv.")
    'https://example.org/a#:~:text=A%20one%2Don%2Done%2C%20in%20Kyiv.'
    """
    if not _is_web_address(url):
        return ""
    words = sentence.split()
    text = " ".join(words)
    if not text:
        return url
    if len(text) <= WHOLE_SENTENCE or len(words) < 2 * _ENDS:
        directive = _encode(text)
    else:
        directive = f"{_encode(' '.join(words[:_ENDS]))},{_encode(' '.join(words[-_ENDS:]))}"
    page, hash_, fragment = url.partition("#")
    fragment = fragment.partition(":~:")[0]
    return f"{page}#{fragment}:~:text={directive}" if hash_ else f"{page}#:~:text={directive}"


def _is_web_address(url: str) -> bool:
    if not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:  # an unclosed bracket in the host
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _encode(text: str) -> str:
    return quote(text, safe="", errors="replace").replace("-", "%2D")
