"""Handing a mail to the server, and what the server says to it."""

import base64
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from meetingtracker.config import Config
from meetingtracker.rules.mail_server import (
    ADDRESS,
    MailServer,
    Security,
    Sender,
    mail_server,
    missing,
    sender,
)
from meetingtracker.worker.letter import Letter, one_line, written
from meetingtracker.worker.queue import Later, Refused

# Seconds: to connect, for each answer, and for all of one mail, which must end within its lease.
CONNECT, ANSWER, WHOLE = 10.0, 30.0, 90.0
LONGEST_WORDS = 500
MORE, PERMANENT = 300, 500  # codes: below it is a yes, from there on a no for ever


@dataclass(frozen=True, slots=True)
class Transport:
    """The way to the mail server; links in mails begin with `base_url`."""

    server: MailServer
    sender: Sender
    base_url: str

    @classmethod
    def of(cls, config: Config) -> "Transport | None":
        """None if mail is not set up. Raises RuleBroken for settings that can't be used."""
        server = mail_server(config.smtp_url) if config.smtp_url else None
        come_from = sender(config.mail_from) if server or config.mail_from else None
        if server is None or come_from is None or lacks(config):
            return None
        return cls(server, come_from, config.base_url)

    @property
    def host(self) -> str:
        """Our own name: of Message-IDs, and what we greet the server with."""
        name = urlsplit(self.base_url).hostname or "localhost"
        return name.encode("idna").decode()

    def send(self, letter: Letter, *, at: datetime) -> str:
        """Hand one mail over and return the server's words. Raises Refused, Later, Tampered."""
        if not ADDRESS.fullmatch(letter.address):
            raise Refused("Mail servers don't take this address: it holds unusual characters.")
        data = written(letter, sender=self.sender, host=self.host, at=at)
        with self._open() as smtp:
            self._accepted(*smtp.mail(self.sender.address), ours=True)
            self._accepted(*smtp.rcpt(letter.address))
            return self._accepted(*smtp.data(data))

    def greet(self) -> str:
        """Connect, sign in and say nothing; the server's words. Raises Later."""
        with self._open() as smtp:
            return self._accepted(*smtp.noop(), ours=True)

    def _accepted(self, code: int, words: bytes, *, ours: bool = False) -> str:
        """The words of a yes. `ours`: a no is about the settings, and the mail can wait."""
        said = self._clean(f"{code} {words.decode('utf-8', 'replace')}")
        if code < MORE:
            return said
        raise Refused(said) if code >= PERMANENT and not ours else Later(said)

    @contextmanager
    def _open(self) -> Iterator[smtplib.SMTP]:
        try:
            smtp = self._connected()
            try:
                yield smtp
            finally:
                with suppress(OSError, smtplib.SMTPException):
                    smtp.putcmd("quit")  # whether it says good-bye is of no interest
                smtp.close()
        except smtplib.SMTPDataError as error:
            raise self._no(error, permanent=error.smtp_code >= PERMANENT) from error
        except smtplib.SMTPException as error:
            raise self._no(error) from error
        except OSError as error:
            raise Later(self._clean(f"No connection with {self.server}: {error}")) from error

    def _connected(self) -> smtplib.SMTP:
        kind = _TlsClient if self.server.security is Security.tls else _Client
        smtp = kind(self.server.host, self.server.port, local_hostname=self.host, timeout=CONNECT)
        try:
            smtp.ehlo_or_helo_if_needed()
            if self.server.security is Security.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if self.server.user:
                smtp.login(self.server.user, self.server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _no(self, error: smtplib.SMTPException, *, permanent: bool = False) -> Exception:
        if isinstance(error, smtplib.SMTPResponseException):
            words = error.smtp_error
            text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
            said = self._clean(f"{error.smtp_code} {text}")
        else:
            said = self._clean(str(error) or "The server ended the connection.")
        return Refused(said) if permanent else Later(said)

    def _clean(self, words: str) -> str:
        """One line, and no secret of ours in it, should a server repeat it."""
        user, password = self.server.user, self.server.password
        for secret in (f"\0{user}\0{password}", password):
            if password:
                words = words.replace(base64.b64encode(secret.encode()).decode(), "…")
                words = words.replace(secret, "…")
        return one_line(words, LONGEST_WORDS)


class _Client(smtplib.SMTP):
    """Waits ANSWER seconds for each answer, and WHOLE for all of them together."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._ends = time.monotonic() + WHOLE
        super().__init__(*args, **kwargs)

    def getreply(self) -> tuple[int, bytes]:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server takes too long")
        if self.sock is not None:
            self.sock.settimeout(min(ANSWER, left))
        return super().getreply()


class _TlsClient(_Client, smtplib.SMTP_SSL):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, context=ssl.create_default_context(), **kwargs)


def lacks(config: Config) -> tuple[str, ...]:
    """The settings that are missing for mail to be sent."""
    return missing(
        smtp_url=config.smtp_url, mail_from=config.mail_from, base_url=config.base_url
    )  # fmt: skip
