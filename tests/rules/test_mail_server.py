"""SMTP_URL and MAIL_FROM: what is understood, and what is refused with a sentence."""

import pytest

from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.mail_server import MailServer, Security, Sender, mail_server, sender


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtp://mail.example.com", "mail.example.com", 25, Security.none),
        ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, Security.none),
        ("smtp://me:pw@localhost:1025", "localhost", 1025, Security.none),
        ("smtp://me:pw@mail.example.com:587", "mail.example.com", 587, Security.starttls),
        ("smtp+starttls://me:pw@mail.example.com", "mail.example.com", 587, Security.starttls),
        ("smtps://me:pw@mail.example.com", "mail.example.com", 465, Security.tls),
        ("smtps://me:pw@mail.example.com:2465/", "mail.example.com", 2465, Security.tls),
        ("smtp://[::1]:25", "::1", 25, Security.none),
    ],
)
def test_these_are_understood(url: str, host: str, port: int, security: Security) -> None:
    found = mail_server(url)
    assert (found.host, found.port, found.security) == (host, port, security)


def test_user_and_password_may_be_escaped_and_are_never_shown() -> None:
    found = mail_server("smtps://me%40example.com:p%3Aw%2F%40@mail.example.com")
    assert found == MailServer(
        "mail.example.com", 465, Security.tls, "me@example.com", "p:w/@"
    )  # fmt: skip
    assert "p:w" not in f"{found!r} {found}"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com", "http://mail.example.com", "smtp:mail", "smtp://", "smtps://:465",
        "smtp://host:port", "smtp://host:99999", "smtp://host:0", "smtps://me@host",
        "smtps://:secret-word@host", "smtp://host/path", "smtp://host?x=1", "smtp://host#x",
        "smtp://ho st", "smtp://host\n", "smtp://[::1",
    ],
)  # fmt: skip
def test_others_are_refused_with_a_sentence_that_keeps_the_password(url: str) -> None:
    with pytest.raises(RuleBroken, match="SMTP_URL must look like") as refused:
        mail_server(url)
    assert "secret-word" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("meet@example.com", Sender("", "meet@example.com")),
        ("<meet@example.com>", Sender("", "meet@example.com")),
        ("Meetings <meet@example.com>", Sender("Meetings", "meet@example.com")),
        ('"North, Wind" <meet@example.com>', Sender("North, Wind", "meet@example.com")),
        ("Jürgen <meet@localhost>", Sender("Jürgen", "meet@localhost")),
    ],
)
def test_a_sender(text: str, expected: Sender) -> None:
    assert sender(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "Meetings", "a@b, c@d", "a@b c@d", "Meet <a@b> <c@d>", "a@b\r\nBcc: c@d", "M\n <a@b>"],
)
def test_no_sender(text: str) -> None:
    with pytest.raises(RuleBroken, match="MAIL_FROM"):
        sender(text)
