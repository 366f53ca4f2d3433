"""Fetching, from a server on this machine that answers as it is told."""

import gzip
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crisismap.articles import Fetcher, ReadOptions, limits, read_articles
from crisismap.articles.fetching import USER_AGENT
from crisismap.errors import ArticleError

PAGE = b"""<!doctype html><html><head><title>Kyiv shelled</title></head><body><article><h1>Kyiv shelled</h1>
<p>Shells hit the outskirts of Kyiv in the early hours of Friday, the mayor said, and several houses burned
down before dawn, while in Lviv people queued for trains to Poland.</p></article></body></html>"""

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><title>One</title><link>{}</link><description>Teaser of Kyiv.</description></item></channel></rss>"""


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    endless: bool = False


@dataclass
class Server:
    """What is answered at each path, and what was asked."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def handler_of(state: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append((self.path, dict(self.headers)))
            answer = state.answers.get(self.path, Answer(status=404))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)
            if answer.endless:
                self.wfile.flush()
                state.over.wait(10)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def serve(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    state = Server()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(state))
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield state
    state.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    yield from serve()


class Clock:
    """A time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waited: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds

    def fetcher(self, **options: object) -> Fetcher:
        settings: dict[str, object] = {"private_addresses": True} | options
        return Fetcher(wait=self.wait, clock=lambda: self.now, **settings)  # type: ignore[arg-type]


def refusal(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(ArticleError) as caught:
        fetcher.fetch(url)
    message = str(caught.value)
    assert message.splitlines() == [message]
    return message


def test_a_page(server: Server) -> None:
    server.answers["/a?b=c"] = Answer(PAGE)
    page = Clock().fetcher().fetch(server.url("/a?b=c#d"))
    assert page.body == PAGE
    assert (page.url, page.content_type, page.charset) == (server.url("/a?b=c"), "text/html", "utf-8")
    assert server.paths == ["/robots.txt", "/a?b=c"]
    headers = server.asked[-1][1]
    assert headers["User-Agent"] == USER_AGENT
    assert headers["Host"] == f"127.0.0.1:{server.port}"
    assert "Cookie" not in headers


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{}/", "http://localhost:{}/", "http://0x7f000001:{}/", "http://2130706433:{}/"],
)
def test_this_machine_is_asked_only_when_allowed(server: Server, url: str) -> None:
    server.answers["/"] = Answer(PAGE)
    assert "not a public address" in refusal(Fetcher(), url.format(server.port))
    assert server.asked == []
    assert Clock().fetcher().fetch(url.format(server.port)).body == PAGE


def resolver_of(*answers: list[str]) -> Callable[[str, int], list[str]]:
    """Gives one answer after the other, the last for ever."""
    left = list(answers)

    def resolver(host: str, port: int) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolver


def test_a_name_that_means_this_machine_the_second_time(server: Server) -> None:
    """A rebinding name server: each connection goes to the address that was checked for it, or nowhere."""
    server.answers["/"] = Answer(PAGE)
    server.answers["/robots.txt"] = Answer(b"")
    looked_up = []
    connected = []

    def resolver(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["93.184.215.14"] if len(looked_up) == 1 else ["127.0.0.1"]

    class Spy(Fetcher):
        __slots__ = ()

        def _connection(self, address, ip):  # type: ignore[no-untyped-def]
            connected.append(ip)
            raise OSError("nobody there")

    fetcher = Spy(resolver=resolver)
    assert "nobody there" in refusal(fetcher, server.url("/", "rebind.example"))
    assert (looked_up, connected) == (["rebind.example"], ["93.184.215.14"])
    assert "rebind.example is 127.0.0.1, which is not" in refusal(fetcher, server.url("/", "rebind.example"))
    assert connected == ["93.184.215.14"]
    assert server.asked == []


def test_the_connection_goes_to_the_address_that_was_looked_up(server: Server) -> None:
    server.answers["/"] = Answer(PAGE)
    fetcher = Clock().fetcher(resolver=lambda host, port: ["127.0.0.1"])
    assert fetcher.fetch(server.url("/", "no-such-name.invalid")).body == PAGE
    assert server.asked[-1][1]["Host"] == f"no-such-name.invalid:{server.port}"


def test_the_next_address_where_the_first_does_not_answer(server: Server) -> None:
    server.answers["/"] = Answer(PAGE)
    fetcher = Clock().fetcher(resolver=lambda host, port: ["127.0.0.255", "127.0.0.1"])
    assert fetcher.fetch(server.url("/", "two.example")).body == PAGE


# --- redirects ---


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: Server, status: int) -> None:
    server.answers |= {"/a": redirect("/b", status), "/b": Answer(PAGE)}
    assert Clock().fetcher().fetch(server.url("/a")).url == server.url("/b")


def test_a_redirect_to_a_private_address(server: Server) -> None:
    server.answers |= {"/a": redirect("http://private.example/secret"), "/robots.txt": Answer(b"")}

    def resolver(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "public.example" else ["10.0.0.1"]

    class Lenient(Fetcher):
        """Takes the loopback address for a public one, as a public server needs no flag."""

        __slots__ = ()

        def _connection(self, address, ip):  # type: ignore[no-untyped-def]
            return Fetcher._connection(self, address, "127.0.0.1")

    fetcher = Lenient(
        wait=lambda seconds: None,
        resolver=lambda host, port: ["93.184.215.14"] if host == "public.example" else resolver(host, port),
    )
    message = refusal(fetcher, server.url("/a", "public.example"))
    assert "private.example is 10.0.0.1, which is not a public address" in message
    assert server.paths == ["/robots.txt", "/a"]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/", "http://u:p@example.org/"])
def test_a_redirect_to_what_is_not_fetched(server: Server, target: str) -> None:
    server.answers["/a"] = redirect(target)
    assert target in refusal(Clock().fetcher(), server.url("/a"))


def test_redirects_in_a_circle(server: Server) -> None:
    server.answers |= {"/a": redirect("/b"), "/b": redirect("/a")}
    assert "redirected more than 5 times" in refusal(Clock().fetcher(), server.url("/a"))
    assert len(server.asked) == 1 + 6


# --- bounds ---


def test_a_page_that_is_too_large(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers["/a"] = Answer(b"x" * 2_000_001)
    with pytest.raises(ArticleError, match="larger than 2 MB, the most that is fetched"):
        Clock().fetcher().fetch(server.url("/a"), 2_000_000)


def test_a_packed_page(server: Server) -> None:
    packed = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    server.answers |= {"/a": Answer(gzip.compress(PAGE), headers=packed)}
    assert Clock().fetcher().fetch(server.url("/a")).body == PAGE


def test_a_packed_bomb(server: Server) -> None:
    packed = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    server.answers |= {"/a": Answer(gzip.compress(bytes(50_000_000)), headers=packed)}
    with pytest.raises(ArticleError, match="larger than 1 MB"):
        Clock().fetcher().fetch(server.url("/a"), 1_000_000)


def test_a_page_that_is_damaged(server: Server) -> None:
    server.answers["/a"] = Answer(b"no gzip", headers={"Content-Encoding": "gzip"})
    assert "cannot be fetched" in refusal(Clock().fetcher(), server.url("/a"))
    server.answers["/b"] = Answer(b"short", headers={"Content-Length": "100"})
    assert "cannot be fetched" in refusal(Clock().fetcher(), server.url("/b"))


def test_a_server_that_never_ends(server: Server) -> None:
    server.answers |= {"/a": Answer(b"some", endless=True), "/robots.txt": Answer(b"")}
    fetcher = Clock().fetcher(total_timeout=0.2)
    assert refusal(fetcher, server.url("/a")).endswith("/a: took longer than 0.2 seconds")


@pytest.mark.parametrize("status", [403, 404, 410, 429, 500, 503])
def test_other_answers(server: Server, status: int) -> None:
    server.answers["/a"] = Answer(b"sorry", status)
    assert refusal(Clock().fetcher(), server.url("/a")).endswith(f"answers with status {status}")


def test_nobody_there(server: Server) -> None:
    fetcher = Clock().fetcher()
    assert "cannot be fetched (" in refusal(fetcher, "http://127.0.0.1:1/")


# --- robots.txt ---


def test_what_the_site_asks_not_to_fetch(server: Server) -> None:
    server.answers |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /private/\nDisallow: /*.pdf$\n"),
        "/private/a": Answer(PAGE),
        "/b": Answer(PAGE),
        "/c": redirect("/private/a"),
    }
    fetcher = Clock().fetcher()
    for path in ("/private/a", "/x.pdf", "/c"):
        assert "robots.txt asks not to fetch this page" in refusal(fetcher, server.url(path))
    assert fetcher.fetch(server.url("/b")).body == PAGE
    assert server.paths == ["/robots.txt", "/c", "/b"]


def test_rules_for_crisismap(server: Server) -> None:
    rules = b"User-agent: crisismap\nDisallow: /\n\nUser-agent: *\nAllow: /\n"
    server.answers |= {"/robots.txt": Answer(rules), "/a": Answer(PAGE)}
    assert "robots.txt" in refusal(Clock().fetcher(), server.url("/a"))


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_site_without_rules(server: Server, status: int) -> None:
    server.answers |= {"/robots.txt": Answer(status=status), "/a": Answer(PAGE)}
    assert Clock().fetcher().fetch(server.url("/a")).body == PAGE


def test_a_site_whose_rules_cannot_be_had(server: Server) -> None:
    server.answers |= {"/robots.txt": Answer(status=503), "/a": Answer(PAGE)}
    assert "its robots.txt cannot be read (status 503)" in refusal(Clock().fetcher(), server.url("/a"))
    assert server.paths == ["/robots.txt"]


def test_rules_that_are_too_long_count_as_far_as_they_are_read(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_ROBOTS", 1_000)
    rules = b"User-agent: *\nDisallow: /a\n" + b"# more\n" * 10_000
    server.answers |= {"/robots.txt": Answer(rules), "/a": Answer(PAGE), "/b": Answer(PAGE)}
    fetcher = Clock().fetcher()
    assert "robots.txt" in refusal(fetcher, server.url("/a"))
    assert fetcher.fetch(server.url("/b")).body == PAGE


def test_a_pause_between_requests(server: Server) -> None:
    server.answers |= {"/a": Answer(PAGE), "/b": Answer(PAGE)}
    clock = Clock()
    fetcher = clock.fetcher()
    fetcher.fetch(server.url("/a"))
    clock.now += 0.75
    fetcher.fetch(server.url("/b"))
    clock.now += 7
    fetcher.fetch(server.url("/b"))
    assert clock.waited == [1.0, 0.25]


@pytest.mark.parametrize(("delay", "pause"), [(b"5", 5.0), (b"0", 1.0), (b"9999", 30.0), (b"x", 1.0)])
def test_the_pause_that_a_site_asks_for(server: Server, delay: bytes, pause: float) -> None:
    server.answers |= {
        "/robots.txt": Answer(b"User-agent: *\nCrawl-delay: " + delay),
        "/a": Answer(PAGE),
    }
    clock = Clock()
    clock.fetcher().fetch(server.url("/a"))
    assert clock.waited == [pause]


# --- TLS ---


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", path]
    command += ["-out", f"{path}.crt", "-subj", "/CN=news.example"]
    command += ["-addext", "subjectAltName=DNS:news.example"]
    try:
        subprocess.run(list(map(str, command)), check=True, capture_output=True)
    except OSError:
        pytest.skip("openssl is not installed")
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    yield from serve(context)


def test_the_certificate_is_that_of_the_name(tls_server: Server, certificate: Path) -> None:
    tls_server.answers["/"] = Answer(PAGE)
    trusting = ssl.create_default_context(cafile=f"{certificate}.crt")
    fetcher = Clock().fetcher(tls=trusting, resolver=lambda host, port: ["127.0.0.1"])
    assert fetcher.fetch(tls_server.url("/", "news.example", "https")).body == PAGE
    asked = len(tls_server.asked)
    for wary, host in (
        (fetcher, "other.example"),
        (Clock().fetcher(resolver=fetcher.resolver), "news.example"),
    ):
        assert "cannot be fetched" in refusal(wary, tls_server.url("/", host, "https"))
    assert len(tls_server.asked) == asked


# --- reading from the web ---


def test_addresses_among_the_inputs(server: Server) -> None:
    server.answers |= {
        "/kyiv": Answer(PAGE),
        "/feed": Answer(FEED.format("http://x.example/1").encode(), headers={"Content-Type": "text/xml"}),
        "/data": Answer(b'[{"text": "Lviv"}]', headers={"Content-Type": "application/json"}),
        "/t.csv": Answer(b"title,body\nx,Odesa\n", headers={"Content-Type": "application/octet-stream"}),
        "/plain": Answer(b"Kharkiv", headers={"Content-Type": "text/plain"}),
        "/latin": Answer(
            "<html><body><p>Cáceres was quiet.</p></body></html>".encode("latin-1"),
            headers={"Content-Type": "text/html; charset=ISO-8859-1"},
        ),
    }
    urls = [server.url(path) for path in server.answers]
    found = list(read_articles(urls, fetcher=Clock().fetcher()))
    assert [article.text.partition("\n")[0] for article in found] == [
        *("Kyiv shelled", "Teaser of Kyiv.", "Lviv", "Odesa", "Kharkiv", "Cáceres was quiet.")
    ]
    assert found[0].url == server.url("/kyiv")
    assert found[0].source == "127.0.0.1"


def test_the_links_of_a_feed_are_fetched_on_request(server: Server, tmp_path: Path) -> None:
    server.answers["/kyiv"] = Answer(PAGE)
    path = tmp_path / "feed.xml"
    path.write_text(FEED.format(server.url("/kyiv")))
    (teaser,) = read_articles(path, fetcher=Clock().fetcher())
    assert teaser.text == "Teaser of Kyiv."
    assert server.asked == []
    (article,) = read_articles(path, fetcher=Clock().fetcher(), options=ReadOptions(follow=True))
    assert "queued for trains to Poland" in article.text
    assert (article.title, article.url) == ("One", server.url("/kyiv"))


def test_a_link_to_what_is_no_page(server: Server, tmp_path: Path) -> None:
    server.answers["/report"] = Answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"})
    path = tmp_path / "feed.xml"
    path.write_text(FEED.format(server.url("/report")))
    with pytest.raises(ArticleError, match="/report: 'application/pdf' is no HTML page"):
        list(read_articles(path, fetcher=Clock().fetcher(), options=ReadOptions(follow=True)))


@pytest.mark.parametrize("link", ["file:///etc/passwd", "http://127.0.0.1:{}/kyiv", "/etc/passwd"])
def test_links_that_are_not_followed(server: Server, tmp_path: Path, link: str) -> None:
    server.answers["/kyiv"] = Answer(PAGE)
    path = tmp_path / "feed.xml"
    path.write_text(FEED.format(link.format(server.port)))
    errors: list[ArticleError] = []
    options = ReadOptions(follow=True)
    assert list(read_articles(path, on_error=errors.append, options=options)) == []
    (message,) = map(str, errors)
    assert "only http:// and https://" in message or "not a public address" in message
    assert server.asked == []


def test_a_table_of_links(server: Server, tmp_path: Path) -> None:
    server.answers["/kyiv"] = Answer(PAGE)
    path = tmp_path / "links.csv"
    path.write_text(f"media_name,publish_date,url\nExample,2022-02-04,{server.url('/kyiv')}\n")
    options = ReadOptions(follow=True)
    (article,) = read_articles(path, fetcher=Clock().fetcher(), options=options)
    assert "queued for trains" in article.text
    assert (article.source, str(article.date)) == ("Example", "2022-02-04")
    with pytest.raises(ArticleError, match=r"no column of text among .*; --follow fetches its links"):
        list(read_articles(path))


def test_an_address_that_is_a_file() -> None:
    for url in ("file:///etc/passwd", "FILE:/etc/passwd", "ftp://example.org/a"):
        with pytest.raises(ArticleError, match="only http:// and https:// addresses are fetched"):
            list(read_articles([url]))
