"""HTML, feeds, Markdown, PDF and web archives."""

# ruff: noqa: E501 - pages and feeds are written as they are

import datetime as dt
import gzip
import io
import sys
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from crisismap.articles import limits, read_articles
from crisismap.articles.markup import fragment_text
from crisismap.articles.pdf import join_lines
from crisismap.errors import ArticleError
from crisismap.model import Article

BODY = """<nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Kyiv shelled overnight</h1>
<p>Shells hit the outskirts of <a href="/kyiv">Kyiv</a> in the early hours of Friday, the mayor said, and
several houses burned down before dawn.</p>
<p>In Lviv, far to the west, people queued for trains to Poland, and the railway ran more than ever.</p></article>
<aside>Read more: Weather in Paris</aside><footer>© Example 1999</footer>"""

HEAD = """<title>Kyiv shelled overnight - Example News</title><meta property="og:site_name" content="Example News">
<meta property="article:published_time" content="2022-02-04T10:00:00+02:00">
<link rel="canonical" href="https://www.example.org/2022/kyiv">"""


def read(path: Path, data: bytes | str | None = None) -> tuple[list[Article], list[str]]:
    if data is not None:
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    errors: list[ArticleError] = []
    found = list(read_articles(path, on_error=errors.append))
    messages = [str(error) for error in errors]
    assert all(message.splitlines() == [message] for message in messages)
    return found, messages


def read_one(path: Path, data: bytes | str) -> Article:
    (article,), messages = read(path, data)
    assert messages == []
    return article


def refuse(path: Path, data: bytes | str) -> str:
    found, (message,) = read(path, data)
    assert found == []
    assert message.startswith(f"{path}: ")
    return message[len(str(path)) + 2 :]


# --- HTML ---


@pytest.mark.parametrize("name", ["page.html", "page.htm", "page.xhtml", "page.txt", "page"])
def test_a_saved_page(tmp_path: Path, name: str) -> None:
    article = read_one(
        tmp_path / name, f"<!DOCTYPE html>\n<html><head>{HEAD}</head><body>{BODY}</body></html>"
    )
    assert article.title == "Kyiv shelled overnight"
    assert article.url == "https://www.example.org/2022/kyiv"
    assert article.date == dt.date(2022, 2, 4)
    assert (article.source, article.id) == ("example.org", "page")
    *_, first, second = article.text.split("\n")
    assert first.startswith("Shells hit the outskirts of Kyiv in the early hours of Friday")
    assert second.startswith("In Lviv, far to the west")
    assert "Paris" not in article.text
    assert "1999" not in article.text


def test_a_page_that_says_nothing_of_itself(tmp_path: Path) -> None:
    article = read_one(tmp_path / "a.html", f"<html><body>{BODY}</body></html>")
    assert (article.url, article.date, article.source) == ("", None, "")


def test_a_page_too_short_for_an_article_is_read_whole(tmp_path: Path) -> None:
    assert read_one(tmp_path / "a.html", "<div>Shells hit <i>Kyiv</i>.</div>").text == "Shells hit Kyiv."


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("cp1252", '<meta charset="windows-1252">'),
        ("iso-8859-2", '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">'),
    ],
)
def test_encodings_of_pages(tmp_path: Path, encoding: str, declared: str) -> None:
    text = "Na Žižkově hořelo" if encoding == "iso-8859-2" else "São Paulo’s mayor spoke"
    page = f"<html><head>{declared}<title>x</title></head><body><p>{text} on Friday.</p></body></html>"
    assert text in read_one(tmp_path / "a.html", page.encode(encoding)).text


def test_what_is_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.html"
    none = "no text on this page; it may need a browser to show it"
    for page in (
        "",
        "   ",
        "<html></html>",
        "<html><body><script>document.write('Kyiv')</script></body></html>",
    ):
        assert refuse(path, page) == none
    assert refuse(path, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 50) == "holds binary data, no HTML"
    monkeypatch.setattr(limits, "MAX_PAGE", 2_000_000)
    assert refuse(path, b"<p>" + b"a" * 2_000_000).startswith("larger than 2 MB")


def test_a_page_of_too_many_tags_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = f"<html><head>{HEAD}</head><body>{BODY}</body></html>"
    monkeypatch.setattr(limits, "MAX_TAGS", page.count("<") - 1)
    article = read_one(tmp_path / "a.html", page)
    assert (article.title, article.url, article.date) == ("", "", None)
    assert "Home World" in article.text
    assert "\nIn Lviv, far to the west, people queued" in article.text


@pytest.mark.parametrize("tag", ["div", "b", "table", "ul", "span", "p", "font", "blockquote"])
def test_a_page_nested_deep(tmp_path: Path, tag: str) -> None:
    page = f"<html><body>{f'<{tag}>' * 20_000}Kyiv{f'</{tag}>' * 20_000}</body></html>"
    found, messages = read(tmp_path / "a.html", page)
    assert [article.text for article in found] == ["Kyiv"] * len(found)
    assert len(found) + len(messages) == 1


def test_a_page_loads_nothing(tmp_path: Path) -> None:
    """Entities and includes of other files stay what they are."""
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    head = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    page = f'{head}<html xmlns:xi="http://www.w3.org/2001/XInclude"><body><p>Kyiv &x; fell on Friday.</p>'
    page += f'<xi:include href="{secret.as_uri()}" parse="text"/></body></html>'
    for name in ("a.xhtml", "a.html", "a.xml", "a.txt"):
        for article in read(tmp_path / name, page)[0]:
            assert "SECRET" not in article.text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One<p>Two", "One\nTwo"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("Kyiv &amp; Lviv&nbsp;&#8211; x", "Kyiv & Lviv – x"),
        ("<ul><li>a</li>\n\n<li>b</li></ul>", "a\nb"),
        ("<b>Ky</b><i>iv</i> <u>fell</u>", "Kyiv fell"),
        ("a\n b<!-- c -->d", "a bd"),
        ("<p>a\n  b<!-- c -->d<style>e</style>", "a bd"),
        ("<script>x</script>", ""),
        ("", ""),
        ("<", "<"),
        ("a \0\ud800 b", "a \ufffd\ufffd b"),
    ],
)
def test_pieces_of_html(markup: str, text: str) -> None:
    assert fragment_text(markup) == text


# --- feeds ---

ITEM = """<item><title>Fire in &lt;b&gt;Odesa&lt;/b&gt; &amp;amp; Mykolaiv</title><link>https://www.example.org/1</link>
<pubDate>Fri, 04 Feb 2022 23:30:00 GMT</pubDate><description>&lt;p&gt;A fire in Odesa.&lt;/p&gt;</description></item>"""


def rss(items: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'
    )


@pytest.mark.parametrize("name", ["a.xml", "a.rss", "a", "a.txt"])
def test_rss(tmp_path: Path, name: str) -> None:
    article = read_one(tmp_path / name, rss(ITEM))
    assert article.title == "Fire in Odesa & Mykolaiv"
    assert article.text == "A fire in Odesa."
    assert (article.url, article.source) == ("https://www.example.org/1", "example.org")
    assert article.date == dt.date(2022, 2, 4)
    assert article.id.startswith("sha-")


def test_atom_with_whole_articles(tmp_path: Path) -> None:
    article = read_one(
        tmp_path / "a.atom",
        """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title>
        <entry><title>Fire</title><link href="https://news.example/1"/><updated>2022-02-04T10:00:00Z</updated>
        <summary>Short.</summary><source><title>Odesa Post</title></source>
        <content type="html">&lt;p&gt;A fire in Odesa.&lt;/p&gt;&lt;p&gt;It is out.&lt;/p&gt;</content></entry>
        </feed>""",
    )
    assert article.text == "A fire in Odesa.\nIt is out."
    assert (article.source, article.date) == ("Odesa Post", dt.date(2022, 2, 4))


def test_a_feed_that_names_no_encoding_is_utf8(tmp_path: Path) -> None:
    items = "<item><title>Київ</title><description>Kyiv (Київ), and it&#8217;s over.</description></item>"
    article = read_one(tmp_path / "a.xml", f'<?xml version="1.0"?>{rss(items)}')
    assert (article.title, article.text) == ("Київ", "Kyiv (Київ), and it’s over.")


def test_plain_text_of_an_atom_feed_is_no_markup(tmp_path: Path) -> None:
    entry = (
        "<entry><id>a</id><title>Kyiv &lt;b> Lviv</title><content>Shells &lt;hit> &amp;amp; miss Kyiv.</content></entry>"
        "<entry><id>b</id><title>c</title><content>&lt;p>Shells hit &lt;b>Lviv&lt;/b>.&lt;/p></content></entry>"
    )
    found, messages = read(tmp_path / "a.xml", f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')
    assert messages == []
    assert [(article.title, article.text) for article in found] == [
        ("Kyiv <b> Lviv", "Shells <hit> &amp; miss Kyiv."),
        ("c", "Shells hit Lviv."),  # markup that is said to be none
    ]


def test_an_id_is_no_address(tmp_path: Path) -> None:
    items = "<item><guid>a-1</guid><description>Shells hit Kyiv.</description></item>"
    assert read_one(tmp_path / "a.rss", rss(items)).url == ""
    items = "<item><guid>https://www.example.org/a</guid><description>Shells hit Kyiv.</description></item>"
    assert read_one(tmp_path / "a.rss", rss(items)).url == "https://www.example.org/a"


def test_entries_that_hold_no_article(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    found, messages = read(path, rss("<item><title>Bare</title></item>" + ITEM))
    assert [article.text for article in found] == ["A fire in Odesa."]
    assert messages == [f"{path}: entry 1: no text; --follow fetches what it links to"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "neither RSS nor Atom"),
        ("<a/>", "neither RSS nor Atom"),
        ("<rss version='2.0'><channel></channel></rss>", "no article in this feed"),
        ("<rss><channel><item>", "entry 1: no text"),
        ("Kyiv fell", "neither RSS nor Atom"),
        ("/etc/passwd", "neither RSS nor Atom"),
        ("http://127.0.0.1/feed", "neither RSS nor Atom"),
        ("<?xml version='1.0'?>" + "<a>" * 100_000, "neither RSS nor Atom"),
    ],
)
def test_what_is_no_feed(tmp_path: Path, text: str, words: str) -> None:
    assert words in refuse(tmp_path / "a.rss", text)


def test_a_billion_laughs(tmp_path: Path) -> None:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    page = rss(
        "<item><title>x</title><description>Kyiv &j;</description></item>", f"<!DOCTYPE rss [{entities}]>"
    )
    for found in read(tmp_path / "a.xml", page)[0]:
        assert len(found.text) < 1_000
    quadratic = f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]>'
    page = rss(f"<item><title>x</title><description>Kyiv {'&a;' * 5_000}</description></item>", quadratic)
    for found in read(tmp_path / "a.xml", page)[0]:
        assert len(found.text) < 50_000_000


def test_a_feed_loads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    head = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    found, _ = read(tmp_path / "a.xml", rss("<item><description>Kyiv &x;</description></item>", head))
    assert all("SECRET" not in article.text for article in found)


# --- Markdown ---


def test_markdown(tmp_path: Path) -> None:
    article = read_one(
        tmp_path / "flood.md",
        '---\ntitle: "Flood: Mopti"\ndate: 2022-02-04T10:00:00Z\nlink: https://www.example.org/f\ntags: [a]\n---\n\n'
        "# Rising\n\nThe *river* in [Mopti](https://x.example) **rose**.\nIt still does.\n\n"
        "- one\n- two `code`\n\n| a | b |\n|---|---|\n| c | d |\n\n<p onclick=x>Gao</p>\n",
    )
    assert (article.title, article.date) == ("Flood: Mopti", dt.date(2022, 2, 4))
    assert (article.url, article.source, article.id) == ("https://www.example.org/f", "example.org", "flood")
    assert article.text.split("\n") == [
        *("Rising", "The river in Mopti rose. It still does.", "one", "two code", "a", "b", "c", "d", "Gao")
    ]


def test_a_heading_on_top_is_the_title(tmp_path: Path) -> None:
    article = read_one(tmp_path / "a.md", "\n# Flood in *Mopti* #\n\nIt rose.\n")
    assert (article.title, article.text) == ("Flood in Mopti", "It rose.")


def test_what_is_no_markdown(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    assert refuse(path, "") == "empty"
    assert refuse(path, "# Only") == "a title and no text"
    assert refuse(path, "---\ntitle: x\n---\n") == "a title and no text"
    assert "binary" in refuse(path, b"\0\1\2\3" * 50)
    assert read_one(path, "---\nno end of it, in Kyiv").text == "no end of it, in Kyiv"


@pytest.mark.parametrize(
    "mark", ["> ", "- ", "[", "![", "*a **a ", "`", "<", "&", "_", "~", "|", "\\", "](", "#"]
)
def test_marks_without_end(tmp_path: Path, mark: str) -> None:
    found, messages = read(tmp_path / "a.md", mark * 20_000 + "Kyiv")
    assert len(found) + len(messages) == 1


# --- PDF ---


def pdf_of(*pages: str, title: str = "", password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    for text in pages:
        page = writer.add_blank_page(612, 792)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        lines = " ".join(f"({line}) Tj T*" for line in text.split("\n"))
        stream.set_data(f"BT /F1 12 Tf 14 TL 72 712 Td {lines} ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    if title:
        writer.add_metadata({"/Title": title})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize("name", ["report.pdf", "report"])
def test_pdf(tmp_path: Path, name: str) -> None:
    first = "Shells hit the out-\nskirts of Kyiv on a cold and clear morning.\nLviv slept."
    article = read_one(tmp_path / name, pdf_of(first, "Odesa burned.", title="Situation report"))
    assert article.text == (
        "Shells hit the outskirts of Kyiv on a cold and clear morning. Lviv slept.\nOdesa burned."
    )
    assert (article.title, article.id, article.date) == ("Situation report", "report", None)


def test_a_title_that_is_none(tmp_path: Path) -> None:
    for title in (
        "Microsoft Word - draft",
        "sitrep.docx",
        "untitled",
        "about:blank",
        "https://example.org/a",
    ):
        assert read_one(tmp_path / "a.pdf", pdf_of("Kyiv.", title=title)).title == ""


def test_what_is_no_readable_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    assert refuse(path, pdf_of("Kyiv", password="x")) == "encrypted; save it without a password"
    assert "no text layer" in refuse(path, pdf_of(""))
    assert "cannot be read as a PDF document" in refuse(path, b"%PDF-1.7\n1 0 obj\n")
    monkeypatch.setattr(limits, "MAX_PDF_PAGES", 2)
    assert refuse(path, pdf_of("a", "b", "c")) == "3 pages; the most is 2"
    monkeypatch.setattr(limits, "MAX_PDF", 1_000)
    assert "larger than" in refuse(path, pdf_of("Kyiv " * 1_000))


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("out-\nskirts", "outskirts"),
        ("Franco-\nGerman", "Franco-German"),
        ("2020-\n2022", "2020- 2022"),
        ("out\u00ad\nskirts", "outskirts"),
        ("one\n\ntwo", "one\ntwo"),
        ("Sta\ufb00ord, \ufea3\ufee0\ufe90", "Stafford, حلب"),
        ("", ""),
    ],
)
def test_lines_are_joined(page: str, text: str) -> None:
    assert join_lines(page) == text


def test_without_pypdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    assert refuse(tmp_path / "a.pdf", b"%PDF-1.4") == "reading PDF takes pypdf; pip install 'crisismap[pdf]'"


# --- WARC ---


def warc_record(
    url: str, body: bytes, kind: str = "text/html; charset=utf-8", status: str = "200 OK"
) -> bytes:
    answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: 2023-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


PAGE = f"<html><head><title>Kyiv shelled</title></head><body>{BODY}</body></html>".encode()


@pytest.mark.parametrize("packed", [False, True])
def test_warc(tmp_path: Path, packed: bool) -> None:
    records = [
        warc_record("https://www.example.org/kyiv", PAGE),
        warc_record("https://www.example.org/logo.png", b"\x89PNG", "image/png"),
        warc_record("https://www.example.org/gone", b"<p>gone", status="404 Not Found"),
        warc_record("https://www.example.org/blank", b"<html></html>"),
        warc_record(
            "https://www.example.org/lviv", "<html><body><p>Lviv – quiet.</p></body></html>".encode()
        ),
    ]
    path = tmp_path / ("a.warc.gz" if packed else "a.warc")
    found, messages = read(path, b"".join(map(gzip.compress, records) if packed else records))
    assert [article.url for article in found] == [
        "https://www.example.org/kyiv",
        "https://www.example.org/lviv",
    ]
    assert found[1].text == "Lviv – quiet."
    assert found[0].date is None
    assert messages == [f"{path}: record 4: no text on this page; it may need a browser to show it"]


def test_warc_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PAGE", 1_000_000)
    path = tmp_path / "a.warc"
    data = warc_record("https://a.example/", b"a" * 1_000_001) + warc_record("https://b.example/b", PAGE)
    found, (message,) = read(path, data)
    assert [article.url for article in found] == ["https://b.example/b"]
    assert message == f"{path}: record 1: a page larger than 1 MB"


def test_what_a_file_says_is_not_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A parser's warnings quote the file, which may hold what a terminal obeys."""
    read(tmp_path / "a.warc", warc_record("https://a.example/\x1b[31m a", PAGE))
    read(tmp_path / "a.pdf", pdf_of("Kyiv").replace(b"/Helvetica", b"/\x1b[31m#ZZ"))
    read(tmp_path / "a.html", b"<html><body>\x1b[31m" + b"<p>" * 500)
    assert caplog.text == ""


def test_what_is_no_warc(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    assert refuse(path, b"WARC/1.0\r\n\r\n")
    assert (
        refuse(path, warc_record("https://a.example/x", b"x", "image/png"))
        == "no HTML page in this WARC file"
    )


def test_without_warcio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "warcio.archiveiterator", None)
    message = refuse(tmp_path / "a.warc", b"WARC/1.0\r\n")
    assert message == "reading WARC takes warcio; pip install 'crisismap[warc]'"


# --- anything at all ---

STARTS = {
    ".html": b"<html><body><p>",
    ".xml": b"<?xml version='1.0'?><rss version='2.0'><channel><item><description>",
    ".md": b"---\ntitle: x\n---\n",
    ".pdf": b"%PDF-1.4\n",
    ".warc": b"WARC/1.0\r\nWARC-Type: response\r\n",
}


@pytest.mark.parametrize("suffix", STARTS)
@given(data=st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, suffix: str, data: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / f"a{suffix}"
    for content in (data, STARTS[suffix] + data):
        found, messages = read(path, content)
        assert found or messages
        for article in found:
            assert article.text.strip()
            article.text.encode()


@pytest.mark.parametrize("suffix", STARTS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_damaged_files(tmp_path_factory: pytest.TempPathFactory, suffix: str, data: st.DataObject) -> None:
    whole = {
        ".html": PAGE,
        ".xml": rss(ITEM).encode(),
        ".md": b"---\ntitle: x\n---\n# Kyiv\n\n> *a*\n\n- b\n",
        ".pdf": pdf_of("Shells hit Kyiv."),
        ".warc": warc_record("https://a.example/a", PAGE),
    }
    content = bytearray(whole[suffix])
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=5)):
        content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    path = tmp_path_factory.mktemp("damaged") / f"a{suffix}"
    found, messages = read(path, bytes(content[:cut]))
    assert found or messages
