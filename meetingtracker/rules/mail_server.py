"""The mail server and the sender as the environment names them."""

import ipaddress
import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from meetingtracker.rules.errors import N_, RuleBroken

# What may stand between < and > without quoting; mail servers take nothing else from everybody.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_NAMED = re.compile(r'"?(?P<name>[^"<>]*?)"? *<(?P<address>[^<>]*)>')


class Security(StrEnum):
    none = "smtp"
    starttls = "smtp+starttls"
    tls = "smtps"


_PORTS = {Security.none: 25, Security.starttls: 587, Security.tls: 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who all mails come from; `name` may be empty."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def missing(*, smtp_url: str, mail_from: str, base_url: str) -> tuple[str, ...]:
    """The settings without which no mail can be sent."""
    given = {"SMTP_URL": smtp_url, "MAIL_FROM": mail_from, "BASE_URL": base_url}
    return tuple(f"MEETINGTRACKER_{name}" for name, value in given.items() if not value)


def mail_server(url: str) -> MailServer:
    """Read SMTP_URL. Raises RuleBroken; the sentence never quotes the URL, which may hold a
    password.

    A password never goes over a network in the clear: with one, smtp:// to another machine asks
    for STARTTLS.
    """
    try:
        parts = urlsplit(url)
        security, host, port = Security(parts.scheme), parts.hostname or "", parts.port
    except ValueError:
        raise _bad_url() from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    odd = parts.path.strip("/") or parts.query or parts.fragment or url.split() != [url]
    if not host or port == 0 or odd or bool(user) != bool(password):
        raise _bad_url()
    if security is Security.none and password and not _is_here(host):
        security = Security.starttls
    return MailServer(host, port or _PORTS[security], security, user, password)


def sender(text: str) -> Sender:
    """Read MAIL_FROM: "meet@example.com" or "Meetings <meet@example.com>". Raises RuleBroken."""
    named = _NAMED.fullmatch(text.strip(" "))
    name, address = (named["name"], named["address"]) if named else ("", text.strip(" "))
    if not ADDRESS.fullmatch(address) or not name.isprintable():
        raise RuleBroken(
            N_(
                "MEETINGTRACKER_MAIL_FROM must be one mail address, such as meet@example.com or"
                " Meetings <meet@example.com>."
            )
        )
    return Sender(name.strip(), address)


def _bad_url() -> RuleBroken:
    return RuleBroken(
        N_(
            "MEETINGTRACKER_SMTP_URL must look like smtps://user:password@mail.example.com:465;"
            " it begins with smtp://, smtp+starttls:// or smtps://, and special characters in"
            " user and password are written like %40."
        )
    )


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
