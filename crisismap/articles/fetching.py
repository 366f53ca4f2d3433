"""Fetching web pages: politely, within bounds, and from public addresses only."""

from __future__ import annotations

import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crisismap import __version__
from crisismap.articles import limits
from crisismap.articles.addresses import Address, Resolver, parse_address, public_ips, resolve
from crisismap.articles.quiet import hush
from crisismap.errors import ArticleError

if TYPE_CHECKING:
    import ssl

    from protego import Protego
    from urllib3.connection import HTTPConnection
    from urllib3.response import HTTPResponse

__all__ = ["USER_AGENT", "Fetcher", "Page"]

USER_AGENT = f"crisismap/{__version__}"

_CONNECT_TIMEOUT = 10.0
_READ_TIMEOUT = 20.0
_TOTAL_TIMEOUT = 60.0
_PAUSE = 1.0
"""Seconds between two requests to one host, where its robots.txt asks for no more."""
_MAX_PAUSE = 30.0
_MAX_SITES = 1_000
"""Hosts whose robots.txt is remembered."""
_CHUNK = 2**16
_ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Page:
    """What a web server answered."""

    url: str
    """Where it was found in the end."""
    body: bytes
    content_type: str = ""
    """In lower case, without parameters: "text/html"."""
    charset: str = ""


@dataclass(slots=True)
class _Site:
    """What a host allows, and when it was last asked."""

    robots: Protego | None = None
    """None where there is no robots.txt."""
    refusal: str = ""
    """Why nothing at all is fetched from it."""
    pause: float = _PAUSE
    last: float | None = None


@dataclass(slots=True)
class Fetcher:
    """Fetches web pages one after the other; proxies and cookies are not used.

    ``robots.txt`` is asked for first and kept to.  Every redirect is checked as if it were the first
    address.  The connection goes to the very IP address that was checked.

    Example:
        >>> Fetcher().fetch("file:///etc/passwd")
        Traceback (most recent call last):
        crisismap.errors.ArticleError: 'file:///etc/passwd': only http:// and https:// addresses are fetched
    """

    private_addresses: bool = False
    """Whether this machine and its network may be asked."""
    resolver: Resolver = resolve
    tls: ssl.SSLContext | None = None
    """Which certificates to trust; None for those that the system trusts."""
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    total_timeout: float = _TOTAL_TIMEOUT
    """Seconds for one answer, from the connection to its last byte."""
    _sites: OrderedDict[str, _Site] = field(default_factory=OrderedDict)

    def fetch(self, url: str, limit: int = limits.MAX_FEED) -> Page:
        """Fetch one address.

        Args:
            url: an http(s) address.
            limit: the most bytes to take, unpacked.

        Raises:
            ArticleError: the address may not be fetched, or cannot be, or its answer is too large.
        """
        address = parse_address(url)
        for _ in range(limits.MAX_REDIRECTS + 1):
            site = self._site(address)
            if site.refusal:
                raise ArticleError(f"{address.url}: {site.refusal}")
            if site.robots and not site.robots.can_fetch(address.url, USER_AGENT):
                raise ArticleError(f"{address.url}: the site's robots.txt asks not to fetch this page")
            self._keep_pause(site)
            answer = self._ask(address, limit)
            if isinstance(answer, Page):
                return answer
            address = answer
        raise ArticleError(f"{url!r}: redirected more than {limits.MAX_REDIRECTS} times")

    def _site(self, address: Address) -> _Site:
        """What is known of a host; asks for its robots.txt the first time."""
        known = self._sites.get(address.site)
        if known is not None:
            self._sites.move_to_end(address.site)
            return known
        site = self._read_robots(address)
        site.last = self.clock()
        self._sites[address.site] = site
        if len(self._sites) > _MAX_SITES:
            self._sites.popitem(last=False)
        return site

    def _read_robots(self, address: Address) -> _Site:
        """Ask for robots.txt, with the answers that RFC 9309 gives: 4xx allows all, 5xx nothing."""
        from protego import Protego

        robots = parse_address("/robots.txt", address)
        for _ in range(limits.MAX_REDIRECTS + 1):
            try:
                answer = self._ask(robots, limits.MAX_ROBOTS, cut=True)
            except _StatusError as error:
                if error.status < 500:
                    return _Site()
                return _Site(refusal=f"its robots.txt cannot be read (status {error.status}); try later")
            if isinstance(answer, Page):
                rules = Protego.parse(answer.body.decode("utf-8", "replace"))
                pause = rules.crawl_delay(USER_AGENT) or _PAUSE
                return _Site(rules, pause=min(max(pause, _PAUSE), _MAX_PAUSE))
            robots = answer
        return _Site()

    def _keep_pause(self, site: _Site) -> None:
        if site.last is not None:
            left = site.last + site.pause - self.clock()
            if left > 0:
                self.wait(left)
        site.last = self.clock()

    def _ask(self, address: Address, limit: int, *, cut: bool = False) -> Page | Address:
        """One request: the page, or the address that it redirects to; ``cut`` takes what fits the limit."""
        from urllib3.exceptions import HTTPError

        hush("urllib3", "protego")
        ips = public_ips(address, self.resolver, private=self.private_addresses)
        headers = {
            "Host": address.site.partition("://")[2],
            "User-Agent": USER_AGENT,
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        try:
            with self._connected(address, ips) as connection:
                connection.request("GET", address.target, headers=headers, preload_content=False)
                response = connection.getresponse()
                location = response.headers.get("Location")
                if response.status in (301, 302, 303, 307, 308) and location:
                    return parse_address(location, address)
                if response.status != 200:
                    raise _StatusError(address, response.status)
                body = self._body(response, address, limit, cut=cut)
        except (HTTPError, OSError, ValueError) as error:
            if isinstance(error, ArticleError):
                raise
            raise ArticleError(f"{address.url}: cannot be fetched ({_reason(error)})") from None
        kind, _, parameters = response.headers.get("Content-Type", "").lower().partition(";")
        charset = parameters.partition("charset=")[2].partition(";")[0].strip(" \"'")
        return Page(address.url, body, kind.strip(), charset)

    @contextmanager
    def _connected(self, address: Address, ips: list[str]) -> Iterator[HTTPConnection]:
        """A connection to the first of these IP addresses that answers, cut off when its time is over."""
        held: list[HTTPConnection] = []
        sockets: list[socket.socket] = []
        late = threading.Event()

        def cut_off() -> None:
            late.set()
            for sock in sockets or [c.sock for c in held if c.sock]:
                with suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)

        # A server that sends a byte now and then never runs into the timeout of a single read.
        timer = threading.Timer(self.total_timeout, cut_off)
        timer.daemon = True
        timer.start()
        try:
            for ip in ips:
                connection = self._connection(address, ip)
                held[:] = [connection]
                try:
                    connection.connect()
                    break
                except Exception:
                    connection.close()
                    if ip == ips[-1] or late.is_set():
                        raise
            sockets.append(connection.sock)
            connection.timeout = _READ_TIMEOUT
            yield connection
        except Exception:
            if not late.is_set():
                raise
        finally:
            timer.cancel()
            for connection in held:
                connection.close()
        if late.is_set():
            raise ArticleError(f"{address.url}: took longer than {self.total_timeout:g} seconds")

    def _connection(self, address: Address, ip: str) -> HTTPConnection:
        from urllib3.connection import HTTPConnection, HTTPSConnection

        if address.scheme == "http":
            return HTTPConnection(ip, address.port, timeout=_CONNECT_TIMEOUT)
        return HTTPSConnection(
            ip,
            address.port,
            timeout=_CONNECT_TIMEOUT,
            server_hostname=address.host,
            assert_hostname=address.host,
            ssl_context=self.tls,
        )

    @staticmethod
    def _body(response: HTTPResponse, address: Address, limit: int, *, cut: bool) -> bytes:
        body = bytearray()
        while chunk := response.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > limit:
                if cut:
                    return bytes(body[:limit])
                raise ArticleError(
                    f"{address.url}: larger than {limits.megabytes(limit)}, the most that is fetched"
                )
        return bytes(body)


class _StatusError(ArticleError):
    def __init__(self, address: Address, status: int) -> None:
        super().__init__(f"{address.url}: the server answers with status {status}")
        self.status = status


def _reason(error: Exception) -> str:
    """The innermost cause, on one line."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).rpartition(": ")[2].split())[:120]
