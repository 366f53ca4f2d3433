"""Which web addresses may be fetched, and the IP address that one stands for.

Whoever writes a feed or a page chooses the addresses in it.  None may lead a reader into the network that
it runs in, so a host's IP addresses are looked up and checked, and the connection goes to one of them and
not to the name: asking for the name again could be answered differently.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from crisismap.errors import ArticleError

__all__ = ["Address", "Resolver", "is_public", "parse_address", "public_ips", "resolve"]

Resolver = Callable[[str, int], Sequence[str]]
"""(host, port) -> its IP addresses as text, best first; raises OSError where there are none."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_MAX_LENGTH = 4_000
_HOST = re.compile(r"[a-z0-9_.-]{1,253}|\[[0-9a-f:.]+\]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """An http(s) address in parts that go into a request as they are."""

    scheme: str
    host: str
    """In lower case and ASCII; an IPv6 address without its brackets."""
    port: int
    target: str
    """Path and query, percent-encoded."""

    @property
    def site(self) -> str:
        """Scheme, host and port: what a robots.txt holds for."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != usual else "")

    @property
    def url(self) -> str:
        """The whole, without a fragment."""
        return self.site + self.target


def parse_address(url: str, base: Address | None = None) -> Address:
    """Take an http(s) address apart; a redirect's is relative to ``base``.

    Raises:
        ArticleError: it is none, or holds a password.

    >>> parse_address("HTTP://Example.org:8080/a b?c=ü#d").url
    'http://example.org:8080/a%20b?c=%C3%BC'
    """
    shown = repr(url if len(url) <= 100 else url[:97] + "...")
    if len(url) > _MAX_LENGTH:
        raise ArticleError(f"{shown}: an address of {len(url)} characters; the most is {_MAX_LENGTH}")
    try:
        parts = urlsplit(urljoin(base.url, url) if base else url)
        host, port = parts.hostname or "", parts.port
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
    except ValueError:
        raise ArticleError(f"{shown}: not a web address; write https://...") from None
    if parts.scheme not in ("http", "https"):
        raise ArticleError(f"{shown}: only http:// and https:// addresses are fetched")
    if "@" in parts.netloc:
        raise ArticleError(f"{shown}: an address with a user name or password is not fetched; leave it out")
    if not _HOST.fullmatch(f"[{host}]" if ":" in host else host):
        raise ArticleError(f"{shown}: no host in this address; write https://...")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._", errors="replace")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?", errors="replace")
    return Address(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), target)


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host, as the system tells them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def public_ips(address: Address, resolver: Resolver, *, private: bool) -> list[str]:
    """The IP addresses to connect to for ``address``.

    Args:
        address: where to.
        resolver: looks the host up.
        private: whether addresses of this machine and its network will do.

    Raises:
        ArticleError: the host is unknown, or one of its addresses is not public.
    """
    try:
        ips = list(resolver(address.host, address.port))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "no such host"
        raise ArticleError(f"{address.url}: {address.host!r} cannot be looked up ({reason})") from None
    if not ips:
        raise ArticleError(f"{address.url}: {address.host!r} has no IP address")
    for ip in ips:
        if not private and not is_public(ip):
            raise ArticleError(
                f"{address.url}: {address.host} is {ip}, which is not a public address; "
                "--allow-private-addresses fetches it all the same"
            )
    return ips


def is_public(ip: str) -> bool:
    """Whether an IP address lies in the public Internet, also one inside an IPv6 address.

    >>> [is_public(ip) for ip in ("93.184.215.14", "10.0.0.1", "::ffff:127.0.0.1", "fe80::1%eth0")]
    [True, False, False, False]
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in _NAT64 or int(address) < 2**32:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
        if address.is_site_local:
            return False
    return address.is_global and not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
