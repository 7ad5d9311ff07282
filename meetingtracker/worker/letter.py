"""One mail as the bytes that go to the server, with no header but those that were meant."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import Header, decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import format_datetime, formataddr, getaddresses

from meetingtracker.rules.mail_server import Sender

LONGEST_SUBJECT, LONGEST_NAME = 200, 80  # characters
# Control characters, line and paragraph separators, lone surrogates.
_NOT_IN_A_LINE = {"Cc", "Zl", "Zp", "Cs"}


class Tampered(Exception):
    """What was written is read back as something else; it must not be sent."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one recipient. `key` is the message's own, for ever the same. `unsubscribe`: the
    address to which one click posts, for what may be muted."""

    key: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    unsubscribe: str = ""


def one_line(text: str, longest: int) -> str:
    """The words on one line, with nothing in them that begins an encoded word."""
    kept = "".join(" " if unicodedata.category(c) in _NOT_IN_A_LINE else c for c in text)
    return " ".join(kept.split())[:longest].strip().replace("=?", "= ?")


def written(letter: Letter, *, sender: Sender, host: str, at: datetime) -> bytes:
    """The mail as bytes. `host` is the Message-ID's; `at` its date.

    The standard library's own folding of headers has let titles make headers and commas make
    recipients (Python 3.11.7), so lines are encoded here and the result is parsed and compared.
    Raises Tampered if it differs.
    """
    subject = one_line(letter.subject, LONGEST_SUBJECT)
    name = one_line(letter.name, LONGEST_NAME)
    key = one_line(letter.key, LONGEST_SUBJECT)
    digest = hashlib.sha256(letter.key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    headers = {
        "From": _mailbox(sender.name, sender.address),
        "To": _mailbox(name, letter.address),
        "Subject": _encoded(subject),
        "Date": format_datetime(at),
        "Message-ID": f"<{digest}@{host}>",
        "X-Meetingtracker-Key": _encoded(key),
        "Auto-Submitted": "auto-generated",
    }
    if letter.unsubscribe:  # RFC 8058
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    body = EmailMessage(policy.SMTP)
    body.set_content(letter.text, cte="quoted-printable")
    body.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    head = "".join(f"{header}: {value}\r\n" for header, value in headers.items())
    data = head.encode("ascii") + body.as_bytes()
    meant: dict[str, str | tuple[str, str]] = {
        "From": (sender.name, sender.address), "To": (name, letter.address),
        "Subject": subject, "X-Meetingtracker-Key": key,
    }  # fmt: skip
    _compare(data, [*headers, *body.keys()], meant)
    return data


def _compare(data: bytes, names: list[str], meant: dict[str, str | tuple[str, str]]) -> None:
    """Both of the library's parsers must find what was meant: the new one takes more for a header,
    the old one decodes long names rightly."""
    new = BytesHeaderParser(policy=policy.default).parsebytes(data)
    old = BytesHeaderParser(policy=policy.compat32).parsebytes(data)
    if new.keys() != names or old.keys() != names:
        raise Tampered("The mail would carry other headers than those that were meant.")
    for header, value in meant.items():
        if isinstance(value, tuple):
            found = [(_decoded(name), address) for name, address in getaddresses([old[header]])]
            right = found == [value] and [a.addr_spec for a in new[header].addresses] == [value[1]]
        else:
            right = _decoded(old[header]) == value
        if not right:
            raise Tampered(f"The mail's {header} would not be what was meant.")


def _decoded(text: str) -> str:
    return str(make_header(decode_header(text)))


def _mailbox(name: str, address: str) -> str:
    if not name:
        return address
    if name.isascii():
        return formataddr((name, address))
    return f"{_encoded(name)}\r\n <{address}>"


def _encoded(text: str) -> str:
    if text.isascii():
        return text
    return Header(text, "utf-8", maxlinelen=60).encode(linesep="\r\n")
