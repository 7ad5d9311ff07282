"""Webhooks as the API gives them: to administrators alone, and never with their secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.person import Person
from meetingtracker.models.reads.api.lists import Slice, Window, holds, rows_of
from meetingtracker.models.webhook import Webhook


@dataclass(frozen=True, slots=True)
class WebhookObject:
    """`active` is false for one that has ended; `owner` decides what it is told."""

    id: int
    version: int
    url: str
    events: list[str]
    owner: str
    active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewWebhookObject:
    """What making one answers: `secret` is shown this once."""

    id: int
    version: int
    url: str
    events: list[str]
    owner: str
    active: bool
    created_at: datetime
    secret: str


def webhook_slice(filters: Mapping[str, Any], window: Window) -> Slice[WebhookObject]:
    where = [holds(window.words, Webhook.url)]
    if "active" in filters:
        where.append(Webhook.ended_at.is_(None) == filters["active"])
    rows, total, last_id = rows_of(_select(), Webhook, where, window)
    return Slice([WebhookObject(**row._mapping) for row in rows], total, last_id)


def webhook_object(webhook_id: int) -> WebhookObject | None:
    row = db.session().execute(_select().where(Webhook.id == webhook_id)).first()
    return WebhookObject(**row._mapping) if row else None


def _select() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Webhook.id, Webhook.version, Webhook.url, Webhook.events, Person.email.label("owner"),
        Webhook.ended_at.is_(None).label("active"), Webhook.created_at,
    ).join(Person, Person.id == Webhook.person_id)  # fmt: skip
