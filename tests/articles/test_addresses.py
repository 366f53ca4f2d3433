"""Which addresses may be fetched."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.articles.addresses import is_public, parse_address, public_ips, resolve
from crisismap.errors import ArticleError


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1"),
        *("239.255.255.250", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::10.0.0.1"),
        *("2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1", "100::1"),
        "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo of 127.0.0.1
        *("", "localhost", "127.1", "0x7f.1", "1", "127.0.0.01"),
    ],
)
def test_what_is_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize(
    "ip",
    ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"],
)
def test_what_is_public(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///etc/passwd", "only http:// and https://"),
        ("FILE:/etc/passwd", "only http:// and https://"),
        ("ftp://example.org/a", "only http:// and https://"),
        ("gopher://127.0.0.1:70/_x", "only http:// and https://"),
        ("javascript://example.org/%0aalert(1)", "only http:// and https://"),
        ("//example.org/a", "only http:// and https://"),
        ("example.org/a", "only http:// and https://"),
        ("", "only http:// and https://"),
        ("http://", "no host"),
        ("http:///etc/passwd", "no host"),
        ("http://user:secret@example.org/", "user name or password"),
        ("http://example.org@127.0.0.1/", "user name or password"),
        ("http://example.org\\@127.0.0.1/", "user name or password"),
        ("http://exa mple.org/", "no host"),
        ("http://example.org:99999/", "not a web address"),
        ("http://example.org:x/", "not a web address"),
        ("http://[::1", "not a web address"),
        ("http://[::1%25eth0]/", "no host"),
        ("http://exam\0ple.org/", "no host"),
        ("http://" + "a" * 300 + ".org/", "no host"),
        ("http://\u2488.org\u3002.." + "é" * 80, "not a web address"),
        ("http://example.org/" + "a" * 5000, "5019 characters"),
    ],
)
def test_what_is_no_address(url: str, words: str) -> None:
    with pytest.raises(ArticleError) as caught:
        parse_address(url)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://Example.ORG", "http://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:443/a", "http://example.org:443/a"),
        ("http://[2606:4700::1111]:80/a", "http://[2606:4700::1111]/a"),
        ("http://bücher.example/ü?q=ä b", "http://xn--bcher-kva.example/%C3%BC?q=%C3%A4%20b"),
        ("http://example.org/a%20b?c=%26", "http://example.org/a%20b?c=%26"),
        ("http://example.org/a\r\nHost: evil", "http://example.org/aHost:%20evil"),
        ("http://example.org/\x01\ud800", "http://example.org/%01%3F"),
    ],
)
def test_addresses_in_parts(url: str, expected: str) -> None:
    assert parse_address(url).url == expected


def test_redirects_are_relative_to_where_they_come_from() -> None:
    base = parse_address("https://example.org:8443/a/b?c")
    assert parse_address("../d", base).url == "https://example.org:8443/d"
    assert parse_address("//other.example/e", base).url == "https://other.example/e"
    with pytest.raises(ArticleError, match="only http"):
        parse_address("file:///etc/passwd", base)


@given(st.text())
def test_any_text_is_an_address_or_an_error(url: str) -> None:
    for text in (url, f"http://{url}", f"http://example.org/{url}"):
        try:
            address = parse_address(text)
        except ArticleError:
            continue
        assert address.url.isascii()
        assert address.url.isprintable()
        assert " " not in address.url
        assert parse_address(address.url) == address


@pytest.mark.parametrize(
    "url", ["http://0x7f000001/", "http://2130706433/", "http://127.1/", "http://[::1]/"]
)
def test_other_spellings_of_this_machine(url: str) -> None:
    # The system's own resolver spells them out; none of these asks a server.
    with pytest.raises(ArticleError, match="which is not a public address"):
        public_ips(parse_address(url), resolve, private=False)


def test_one_private_address_among_public_ones_is_too_many() -> None:
    def resolver(host: str, port: int) -> list[str]:
        return ["93.184.215.14", "10.0.0.7"]

    address = parse_address("https://example.org/a")
    with pytest.raises(ArticleError) as caught:
        public_ips(address, resolver, private=False)
    assert str(caught.value) == (
        "https://example.org/a: example.org is 10.0.0.7, which is not a public address; "
        "--allow-private-addresses fetches it all the same"
    )
    assert public_ips(address, resolver, private=True) == ["93.184.215.14", "10.0.0.7"]


def test_a_host_that_is_unknown() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    address = parse_address("https://nowhere.example/")
    with pytest.raises(ArticleError, match=r"'nowhere\.example' cannot be looked up \(Name or service"):
        public_ips(address, unknown, private=False)
    with pytest.raises(ArticleError, match="has no IP address"):
        public_ips(address, lambda host, port: [], private=False)
