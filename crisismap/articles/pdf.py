"""PDF -> an Article: its text layer, as paragraphs, with hyphens at line ends taken back."""

from __future__ import annotations

import io
import re
import unicodedata

from crisismap.articles import limits
from crisismap.articles.fields import build_article, clean, id_from_stem
from crisismap.articles.markup import tidy
from crisismap.articles.quiet import hush
from crisismap.articles.source import Source, damage
from crisismap.errors import ArticleError, MissingDependencyError
from crisismap.model import Article

__all__ = ["join_lines", "read_pdf"]

_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[^\W\d_])")
_GLYPHS = re.compile("[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]+")
"""Latin ligatures and the forms of Arabic letters, which some programs write for the letters themselves."""
_ENDS = (".", "!", "?", ":", "”", '"', "’", "…", "»")
_SHORT = 0.7
"""A line shorter than this share of the longest ends a paragraph where it ends a sentence."""
_NO_TITLE = re.compile(
    r"\.(docx?|indd|pdf|qxd|tex|pptx?|xlsx?)$|^microsoft |^untitled|^\W*$|^(about|data|file|https?):\S*$",
    re.IGNORECASE,
)
"""What programs put for a title: a file's name, their own, or the address of a page without one."""


def read_pdf(source: Source) -> Article:
    """The article of one PDF; it has no date, since a PDF knows only when it was made.

    Raises:
        ArticleError: it is too large, damaged or encrypted, or has no text layer.
        MissingDependencyError: pypdf is not installed.
    """
    try:
        import pypdf
    except ImportError:
        raise MissingDependencyError(
            f"{source.name}: reading PDF takes pypdf; pip install 'crisismap[pdf]'"
        ) from None
    hush("pypdf")
    data = source.read(limits.MAX_PDF)
    name = source.name
    pages = []
    size = 0
    with damage(name, "a PDF document"):
        document = pypdf.PdfReader(io.BytesIO(data))
        if document.is_encrypted and not document.decrypt(""):
            raise ArticleError(f"{name}: encrypted; save it without a password")
        count = len(document.pages)
        if count > limits.MAX_PDF_PAGES:
            raise ArticleError(f"{name}: {count} pages; the most is {limits.MAX_PDF_PAGES}")
        for page in document.pages:
            pages.append(page.extract_text())
            size += len(pages[-1])
            if size > limits.MAX_ARTICLE:
                raise ArticleError(f"{name}: more text than {limits.megabytes(limits.MAX_ARTICLE)}")
        title = str((document.metadata and document.metadata.get("/Title")) or "")
    text = tidy("\n".join(join_lines(page) for page in pages))
    if not text:
        raise ArticleError(f"{name}: no text layer; it may be a scan, which takes text recognition first")
    title = " ".join(clean(title).split())
    if _NO_TITLE.search(title):
        title = ""
    return build_article(text, identity=id_from_stem(source.stem), title=title, url=source.url)


def join_lines(page: str) -> str:
    r"""The lines of a page as paragraphs.

    >>> join_lines("Shells hit the out-\nskirts of Kyiv on a\ncold morning.\nLviv, far off,\nslept.")
    'Shells hit the outskirts of Kyiv on a cold morning.\nLviv, far off, slept.'
    """
    page = _GLYPHS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), clean(page))
    lines = [line.strip() for line in _HYPHEN.sub("\u00ad", page).split("\n")]
    longest = max(map(len, lines), default=0)
    text = ""
    for line in lines:
        ends = line.endswith(_ENDS) and len(line) < _SHORT * longest
        text += line + ("\n" if ends or not line else " ")
    # "out-\nskirts" is one word, "Franco-\nGerman" two.
    text = re.sub("\u00ad(?=[^\\W\\d_])", lambda m: "-" if text[m.end()].isupper() else "", text)
    return "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())
