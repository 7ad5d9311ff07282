"""A real SMTP server on a free port of loopback, which takes mails or misbehaves as it is told."""

import asyncio
import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from enum import Enum, auto

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mode(Enum):
    accept = auto()
    refuse = auto()  # 550 for the recipient
    temporary = auto()  # 451 for the recipient
    stall = auto()  # says nothing any more
    drop = auto()  # takes the mail and ends the connection before it says so
    slow = auto()  # a tenth of a second before it takes a mail, and another before it says so


@dataclass
class Server:
    """Methods and no properties: aiosmtpd looks at each of these for each connection.

    `sent`: what came in, with the recipients of its envelope. `modes` hold for one mail each,
    then `mode` holds; `banned` refuses a recipient in any mode."""

    port: int = 0
    mode: Mode = Mode.accept
    modes: list[Mode] = field(default_factory=list)
    banned: str = ""
    sent: list[tuple[list[str], bytes]] = field(default_factory=list)
    _now: Mode = Mode.accept

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(data, policy=policy.default) for _, data in self.sent]  # type: ignore[misc]

    def keys(self) -> list[str]:
        return [str(mail["X-Meetingtracker-Key"]) for mail in self.mails()]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: object
    ) -> str:
        self._now = self.modes.pop(0) if self.modes else self.mode
        if self._now is Mode.refuse or (self.banned and address == self.banned):
            return "550 5.1.1 No such mailbox: ask your postmaster"
        if self._now is Mode.temporary:
            return "451 4.7.1 Greylisted, come back later"
        if self._now is Mode.stall:
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if self._now is Mode.slow:
            await asyncio.sleep(0.1)
            if server.transport.is_closing():
                return "451 Gone"
        self.sent.append((list(envelope.rcpt_tos), envelope.content))
        if self._now is Mode.slow:
            await asyncio.sleep(0.1)
        if self._now is Mode.drop:
            server.transport.abort()
        return "250 2.0.0 Queued as 4711"


@contextmanager
def smtp_server() -> Iterator[Server]:
    """The server, in a thread with a loop of its own."""
    server, loop, talks = Server(), asyncio.new_event_loop(), []

    def begin() -> SMTP:
        talks.append(SMTP(server, hostname="test", loop=loop))
        return talks[-1]

    # All in the thread: a browser's tests leave a loop running in the one that pytest is in.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    begun = loop.create_server(begin, "127.0.0.1", 0)
    listening = asyncio.run_coroutine_threadsafe(begun, loop).result(10)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_end(listening, talks), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end(listening: asyncio.Server, talks: list[SMTP]) -> None:
    listening.close()
    for talk in talks:
        if talk.transport is not None:
            talk.transport.abort()
    await asyncio.sleep(0.02)  # the loop takes note of what was ended
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
