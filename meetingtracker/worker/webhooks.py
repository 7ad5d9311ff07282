"""Telling other programs what happened, signed, at addresses that were looked at before."""

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from base64 import b64encode
from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from flask import current_app

from meetingtracker import clock
from meetingtracker.config import Config
from meetingtracker.db import db, writing
from meetingtracker.models.event import Event
from meetingtracker.models.reads.api.events import event_object, visible_events
from meetingtracker.models.reads.visitor import actor
from meetingtracker.models.webhook import Delivery, Webhook
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.warning import Mark
from meetingtracker.rules.webhook_address import Target, is_public, target_of
from meetingtracker.web.seal import Unreadable, signing_key
from meetingtracker.worker.queue import Later, NotWanted, Refused, see_next_through

TIMEOUT = 10.0  # seconds, for each step
CHUNK = 500  # events looked at in one go
OVERDUE = "action.overdue"
LIKELY_LATE = "action.likely_late"
GONE = 410  # the answer by which a receiver says that it wants no more


def tell_next() -> str:
    """Queue what is new, then tell the delivery that has been due longest; empty if none is."""
    queue_new()
    return see_next_through(Delivery, _tell)


def queue_new() -> None:
    """A delivery for each new event that a webhook wants and its owner may see."""
    newest = db.session.scalar(sa.select(sa.func.max(Event.id))) or 0
    behind = sa.select(Webhook.id).where(Webhook.ended_at.is_(None), Webhook.told_until_id < newest)
    ids = db.session.scalars(behind).all()
    for webhook_id in ids:
        with writing() as session:
            webhook = session.get_one(Webhook, webhook_id, with_for_update=True)
            _queue_for(webhook, at=clock.now())


def _queue_for(webhook: Webhook, *, at: datetime) -> None:
    session = db.session
    owner = actor(webhook.person_id, at=at)
    looked_at = session.scalars(
        sa.select(Event.id).where(Event.id > webhook.told_until_id).order_by(Event.id).limit(CHUNK)
    ).all()
    if not looked_at:
        return
    visible = session.execute(
        sa.select(Event.id, Event.kind, Event.changes)
        .where(Event.id > webhook.told_until_id, Event.id <= looked_at[-1], visible_events(owner))
        .order_by(Event.id)
    )
    for event_id, kind, changes in visible.all() if owner.active else []:
        if _wanted(webhook, kind, changes):
            session.add(
                Delivery(webhook_id=webhook.id, event_id=event_id, created_at=at, due_at=at)
            )
    webhook.told_until_id = looked_at[-1]


def _wanted(webhook: Webhook, kind: str, changes: dict[str, list[Any]]) -> str:
    """The name under which it is told; empty if it is not wanted. The first level of a ladder also
    goes by the name of what it means: the action is overdue. So does the early warning's mark."""
    if webhook.wants(kind):
        return kind
    if kind in ("early_warning.raised", "early_warning.changed"):
        likely = changes.get("mark", [None, None])[1] == Mark.likely_late
        return LIKELY_LATE if likely and webhook.wants(LIKELY_LATE) else ""
    first = changes.get("rule") == [None, "due"] and changes.get("level") == [None, 1]
    return OVERDUE if kind == "alert.raised" and first and webhook.wants(OVERDUE) else ""


def _tell(row_id: int) -> None:
    """Look at everything anew, then send: the owner's rights may have changed since."""
    row = db.session.get_one(Delivery, row_id)
    webhook = row.webhook
    if webhook.ended_at is not None or not webhook.person.is_active:
        raise NotWanted("The webhook has ended.")
    told = event_object(actor(webhook.person_id, at=clock.now()), row.event_id)
    if told is None:
        raise NotWanted("Its owner may not see that any more.")
    name = _wanted(webhook, told.kind, told.changes) or told.kind
    body = msgspec.json.encode({"type": name, "timestamp": told.at, "data": told})
    url, key = webhook.url, _key_of(webhook)
    db.session.rollback()  # no transaction stays open while the other side takes its time
    post(url, body, _headers(f"event-{row_id}", body, key, at=clock.now()))


def _key_of(webhook: Webhook) -> bytes:
    try:
        return signing_key(webhook.secret, person_id=webhook.person_id)
    except Unreadable:
        raise Refused("Its secret can't be read with this SECRET_KEY: make it anew.") from None


def _headers(message_id: str, body: bytes, key: bytes, *, at: datetime) -> dict[str, str]:
    """Source: Standard Webhooks 1.0, symmetric signatures."""
    stamp = str(int(at.timestamp()))
    signed = f"{message_id}.{stamp}.".encode() + body
    signature = b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Meetingtracker",
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature}",
    }


def post(url: str, body: bytes, headers: dict[str, str]) -> None:
    """Send to the address that was looked at and to no other; no redirect is followed.

    Raises Refused for an address that is not allowed and for an answer that means never, Later
    for everything that may pass.
    """
    config: Config = current_app.extensions["meetingtracker"]
    try:
        target = target_of(url, config.webhook_allow)
    except RuleBroken as broken:
        raise Refused(str(broken)) from None
    connection = _connection(target, address_of(target, config.webhook_allow))
    try:
        connection.request("POST", target.path, body, {"Host": _host(target), **headers})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise Later(f"{type(error).__name__}: {error}"[:200]) from None
    finally:
        connection.close()
    if status == GONE:
        raise Refused("It answered 410: it wants no more.")
    if not 200 <= status < 300:
        raise Later(f"It answered {status}.")


def address_of(target: Target, allowed: Collection[str]) -> str:
    """The one address to connect to. Every one that the name has must be public."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Later(f"The name is not known: {error}"[:200]) from None
    addresses = [str(entry[4][0]) for entry in found]
    if target.name not in allowed and not all(
        is_public(ipaddress.ip_address(address.split("%")[0])) for address in addresses
    ):
        raise Refused("That name leads to an address that is not public.")
    return addresses[0]


def _connection(target: Target, address: str) -> http.client.HTTPConnection:
    if target.scheme == "http":
        return http.client.HTTPConnection(address, target.port, timeout=TIMEOUT)
    return _Checked(target.host, address, target.port)


def _host(target: Target) -> str:
    usual = {"https": 443, "http": 80}[target.scheme]
    return target.name.rpartition(":")[0] if target.port == usual else target.name


class _Checked(http.client.HTTPSConnection):
    """Connects to one address and asks for the certificate of the name."""

    def __init__(self, host: str, address: str, port: int) -> None:
        context = ssl.create_default_context()
        super().__init__(host, port, timeout=TIMEOUT, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        raw = socket.create_connection((self._address, self.port), TIMEOUT)
        self.sock = self._tls.wrap_socket(raw, server_hostname=self.host)
