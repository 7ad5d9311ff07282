"""/api/v1/webhooks."""

from dataclasses import asdict
from typing import Annotated, Literal

import sqlalchemy as sa
from flask import Response, current_app
from msgspec import UNSET, Meta, UnsetType

from meetingtracker import clock
from meetingtracker.api.declare import operation
from meetingtracker.api.fields import Change, Create, ListQuery
from meetingtracker.api.lists import Listed, filters_of, listed, window_of
from meetingtracker.api.writes import changed, created
from meetingtracker.db import db, for_change
from meetingtracker.models.event import Event
from meetingtracker.models.reads.api.webhooks import (
    NewWebhookObject,
    WebhookObject,
    webhook_object,
    webhook_slice,
)
from meetingtracker.models.webhook import Webhook
from meetingtracker.rules.permissions import Permission, may_administer
from meetingtracker.rules.webhook_address import LONGEST, target_of
from meetingtracker.web.access import actor, found, require
from meetingtracker.web.seal import new_signing_secret, seal_signing_secret

Url = Annotated[str, Meta(min_length=1, max_length=LONGEST)]
Kind = Annotated[str, Meta(max_length=60, pattern=r"^(issue|action|meeting|alert)\.(\*|[a-z_]+)$")]
Kinds = Annotated[list[Kind], Meta(min_length=1, max_length=20)]


class WebhookQuery(ListQuery):
    active: bool | UnsetType = UNSET


class NewWebhook(Create):
    """`events`: kinds like "action.moved", or "action.*" for all of them."""

    url: Url
    events: Kinds


class WebhookPatch(Change):
    """`active` false ends it for good."""

    url: Url | UnsetType = UNSET
    events: Kinds | UnsetType = UNSET
    active: Literal[False] | UnsetType = UNSET


ADMINISTER = Permission.administer


@operation(
    "GET", "/webhooks", query=WebhookQuery, answer=Listed[WebhookObject], permission=ADMINISTER
)
def list_webhooks(query: WebhookQuery) -> Listed[WebhookObject]:
    """All webhooks."""
    return listed(webhook_slice(filters_of(query), window_of(query)))


@operation("GET", "/webhooks/<int:webhook_id>", answer=WebhookObject, permission=ADMINISTER)
def get_webhook(webhook_id: int) -> WebhookObject:
    """One webhook."""
    return found(webhook_object(webhook_id))


@operation("POST", "/webhooks", body=NewWebhook, answer=NewWebhookObject, permission=ADMINISTER)
def create_webhook(body: NewWebhook) -> Response:
    """Have an address told of what happens from now on, as far as you may see it."""
    require(may_administer(actor()))
    _check(body.url)
    owner_id, secret = actor().id or 0, new_signing_secret()

    def act() -> object:
        newest = db.session().scalar(sa.select(sa.func.max(Event.id))) or 0
        made = Webhook.make(
            person_id=owner_id, url=body.url, events=body.events, since_id=newest, by=actor(),
            secret=seal_signing_secret(secret, person_id=owner_id), at=clock.now(),
        )  # fmt: skip
        return NewWebhookObject(**asdict(found(webhook_object(made.id))), secret=secret)

    return created(act)


@operation(
    "PATCH", "/webhooks/<int:webhook_id>", body=WebhookPatch, answer=WebhookObject,
    permission=ADMINISTER,
)  # fmt: skip
def patch_webhook(webhook_id: int, body: WebhookPatch) -> Response:
    """Change where it leads or what it tells, or end it."""

    def act(row: Webhook) -> None:
        url = row.url if body.url is UNSET else body.url
        events = row.events if body.events is UNSET else body.events
        _check(url)
        row.change(url=url, events=events, by=actor(), at=clock.now())
        if body.active is False:
            row.end(by=actor(), at=clock.now())

    row = sa.select(Webhook).where(Webhook.id == webhook_id)
    return changed(
        body,
        load=lambda: db.session().scalar(for_change(row, Webhook)),
        allowed=lambda webhook: may_administer(actor()),
        act=act,
        show=lambda: found(webhook_object(webhook_id)),
    )


def _check(url: str) -> None:
    target_of(url, current_app.extensions["meetingtracker"].webhook_allow)
