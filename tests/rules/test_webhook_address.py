"""Where a webhook may lead."""

import ipaddress

import pytest

from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.webhook_address import is_public, target_of

REFUSED = [
    # this machine and its neighbours
    "https://127.0.0.1/", "https://127.1/", "https://127.0.0.1:8443/x", "https://0.0.0.0/",
    "https://0/", "https://10.0.0.1/", "https://172.16.0.1/", "https://172.31.255.255/",
    "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/", "https://169.254.0.1/",
    "https://100.64.0.1/", "https://198.18.0.1/", "https://192.0.0.8/", "https://192.0.2.1/",
    "https://198.51.100.1/", "https://203.0.113.1/", "https://192.88.99.1/", "https://224.0.0.1/",
    "https://239.255.255.250/", "https://240.0.0.1/", "https://255.255.255.255/",
    # the same in other clothes
    "https://0x7f.0.0.1/", "https://0x7f000001/", "https://2130706433/", "https://017700000001/",
    "https://0177.0.0.1/", "https://127.0.0.1./", "https://1.2.3.4.5/", "https://127.0.1/",
    "https://①②⑦.0.0.1/", "https://127。0。0。1/", "https://%31%32%37.0.0.1/",
    # IPv6
    "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
    "https://[::ffff:10.0.0.1]/", "https://[::127.0.0.1]/", "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/", "https://[fc00::1]/", "https://[fd12:3456::1]/",
    "https://[ff02::1]/", "https://[fec0::1]/", "https://[2001:db8::1]/", "https://[100::1]/",
    "https://[64:ff9b::7f00:1]/", "https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/", "https://[2002:a9fe:a9fe::]/", "https://[2002:c0a8:101::]/",
    "https://[2001:0:7f00:1::]/", "https://[3fff::1]/", "https://[5f00::1]/",
    # no address of a webhook
    "", "example.com", "//example.com/", "http://example.com/", "ftp://example.com/",
    "file:///etc/passwd", "gopher://example.com/", "javascript:alert(1)", "https://",
    "https:///x", "https://user@example.com/", "https://user:pw@example.com/",
    "https://example.com@127.0.0.1/", "https://example.com#@127.0.0.1/", "https://example.com/#x",
    "https://example.com:0/", "https://example.com:99999/", "https://example.com:port/",
    "https://exa mple.com/", "https://example.com/a b", "https://example.com/\r\nX: y",
    "https://example.com/\x00", "https://example.com\\@127.0.0.1/", "https://-x.example/",
    "https://exa..mple/", "https://.example/", "https://[::1/", "https://[example.com]/",
    "https://" + "a" * 64 + ".example/", "https://example.com/" + "a" * 500, "https://bücher.example/",
]  # fmt: skip
TAKEN = [
    ("https://example.com", "example.com", 443, "/"),
    ("https://Example.COM:8443/a/b?c=d&e", "example.com", 8443, "/a/b?c=d&e"),
    ("https://example.com./x", "example.com", 443, "/x"),
    ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/"),
    ("https://8.8.8.8/", "8.8.8.8", 443, "/"),
    ("https://[2606:4700::1111]/", "2606:4700::1111", 443, "/"),
]


@pytest.mark.parametrize("url", REFUSED)
def test_it_leads_nowhere_inside(url: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        target_of(url)
    assert broken.value.field == "url"


@pytest.mark.parametrize(("url", "host", "port", "path"), TAKEN)
def test_a_public_one_is_taken(url: str, host: str, port: int, path: str) -> None:
    target = target_of(url)
    assert (target.host, target.port, target.path) == (host, port, path)


def test_what_the_operator_names_is_reached_at_that_port_alone() -> None:
    allowed = {"127.0.0.1:9000", "hooks.internal:80"}
    assert target_of("http://127.0.0.1:9000/x", allowed).port == 9000
    assert target_of("http://hooks.internal/x", allowed).host == "hooks.internal"
    for url in ("http://127.0.0.1:9001/x", "http://hooks.internal:8080/x", "http://127.0.0.1/"):
        with pytest.raises(RuleBroken):
            target_of(url, allowed)


@pytest.mark.parametrize(
    ("address", "public"),
    [("1.1.1.1", True), ("2a00:1450::1", True), ("64:ff9b::808:808", True),
     ("2002:808:808::", True), ("::ffff:8.8.8.8", True), ("::ffff:192.168.0.1", False),
     ("64:ff9b::c0a8:1", False)],
)  # fmt: skip
def test_an_address_in_another_is_unwrapped(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


def test_there_are_sixty_and_more() -> None:
    assert len(set(REFUSED)) >= 60
