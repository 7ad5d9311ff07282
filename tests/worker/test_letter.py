"""Odd names, titles and addresses: no header, recipient or word but those that were meant."""

import email
from email import policy

import pytest

from meetingtracker.rules.mail_server import Sender
from meetingtracker.worker import letter as module
from meetingtracker.worker.letter import Letter, Tampered, one_line, written
from meetingtracker.worker.queue import Refused
from meetingtracker.worker.transport import Transport
from tests.cast import NOW
from tests.worker.conftest import BASE
from tests.worker.smtp import Server

HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "X-Meetingtracker-Key", "Auto-Submitted",
    "MIME-Version", "Content-Type",
]  # fmt: skip
ODD = [
    "Bcc: evil@example.net", "\r\nBcc: evil@example.net", "\nBcc: evil@example.net",
    "\rBcc: evil@example.net", "a\r\n\r\nbody", "a\n\nbody", "a\r\n Bcc: evil@example.net",
    "=?utf-8?q?=0d=0a?=Bcc: evil@example.net", "=?utf-8?q?=0d=0aBcc:_evil@example.net?=",
    "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5uZXQ=?=", "=?utf-8?q?=0A?=Bcc: evil@example.net",
    "=?UTF-8?Q?=0D?= =?UTF-8?Q?=0A?=Bcc: evil@example.net", "==??utf-8?q?=0d=0a?=Bcc: x",
    "=?=?utf-8?q?=0d=0a?=Bcc: x", "=?iso-8859-1?q?a?=", "=?utf-8?q??=", "=?", "?=", "=?utf-8?",
    "Müller =?utf-8?q?=0d=0a?=Bcc: x", "=?utf-8?q?=00?=x", "=\r\n?utf-8?q?=0d=0a?=Bcc: x",
    "a\0b", "a\x0bb", "a\x0cb", "a\x1cb", "a\x1db", "a\x1eb", "a\x85b", "a\u2028Bcc: x",
    "a\u2029Bcc: x", "a\x7fb", "\x1b[31mred", "tab\tstop", "\ud800", "a\udcffb", "\ufeffmark",
    "Reid, Sam", 'Sam "the" Reid', "Sam \\ Reid", 'Sam "', '"', "\\", "(comment)", "Sam (Sales)",
    "<evil@example.net>", "evil@example.net", "Sam <evil@example.net>", "a, evil@example.net",
    "a; b", "group: evil@example.net;", "[x]", "a:b", "@", ".", "Sam.", " ", "", "  two  spaces  ",
    "Jürgen Müller", "Müller, Jürgen", 'Jürgen "Jü" Müller', "Jürgen <evil@example.net>",
    "Zoë, evil@example.net", "渡辺 花子", "мария", "مريم", "👩‍👩‍👧‍👦 Family", "😀" * 100, "é" * 300,
    "ü, " * 60, "a" * 10_000, "a b " * 2_500, "a, " * 3_000, "x" * 997 + "\r\nBcc: x",
    "ß" * 61 + "\r\nBcc: evil@example.net", "\u202eevil", "Content-Type: text/html",
    "To: evil@example.net", "%0d%0aBcc: x", "&#13;&#10;Bcc: x", "{{ 7 * 7 }}", "%(name)s",
    ".", "\r\n.\r\nRCPT TO:<evil@example.net>", "From evil",
]  # fmt: skip


def test_there_are_enough_odd_ones() -> None:
    assert len(set(ODD)) >= 60


def test_nothing_odd_makes_a_header_a_recipient_or_another_word(
    server: Server, transport: Transport
) -> None:
    for odd in ODD:
        letter = Letter(f"k:{odd[:60]}", odd, "pia@example.com", odd, f"{odd!r}", f"<p>{odd!r}</p>")
        transport.send(letter, at=NOW)
    assert len(server.sent) == len(ODD)
    for odd, (recipients, data) in zip(ODD, server.sent, strict=True):
        for rules in (policy.default, policy.compat32):
            parsed = email.message_from_bytes(data, policy=rules)
            assert [h for h in parsed if h not in ("X-Peer",)] == HEADERS, odd
        assert recipients == ["pia@example.com"], odd
        head = data.split(b"\r\n\r\n")[0]
        assert b"\r" not in head.replace(b"\r\n", b"") and b"\n" not in head.replace(b"\r\n", b"")
        assert max(map(len, head.split(b"\r\n"))) <= 998, odd
        mail = email.message_from_bytes(data, policy=policy.default)
        assert [a.addr_spec for a in mail["To"].addresses] == ["pia@example.com"], odd
        assert "".join(mail["To"].addresses[0].display_name.split()) == "".join(
            one_line(odd, 80).split()
        ), odd  # the parser puts blanks between the parts of long names
        assert str(mail["Subject"]) == one_line(odd, 200), odd


@pytest.mark.parametrize("name", ["Reid, Sam", "Jürgen Müller", 'Sam "the" Reid', "渡辺 花子"])
def test_an_honest_name_arrives_as_it_is(name: str) -> None:
    assert one_line(name, 80) == name


@pytest.mark.parametrize(
    "address",
    [
        "", "pia", "pia@", "@example.com", "a@b@c", "pia@example.com, evil@example.net",
        "pia@example.com\r\nRCPT TO:<evil@example.net>", "<pia@example.com>", "pia @example.com",
        "pia(x)@example.com", '"pia"@example.com', "pia@[127.0.0.1]", "jürgen@example.com",
        "pia@example.com\0", "pia@example.com> SIZE=1", "a:b@example.com", "pia@exa_mple.com",
    ],
)  # fmt: skip
def test_an_odd_address_is_refused_before_anything_is_sent(
    server: Server, transport: Transport, address: str
) -> None:
    with pytest.raises(Refused, match="unusual"):
        transport.send(Letter("k", "Pia", address, "S", "T", "<p>T</p>"), at=NOW)
    assert server.sent == []


def test_what_is_read_back_differently_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check bites: without the cleaning every injection that the parser sees is caught."""
    monkeypatch.setattr(module, "one_line", lambda text, longest: text)
    for odd in ("a\r\nBcc: evil@example.net", "a\nX: y", "=?utf-8?q?a?="):
        with pytest.raises(Tampered):
            written(
                Letter("k", "Pia", "pia@example.com", odd, "T", "<p>T</p>"),
                sender=Sender("", "meet@example.com"), host=BASE.removeprefix("https://"), at=NOW,
            )  # fmt: skip
