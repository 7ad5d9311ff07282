"""What the tests of the doors share."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.sign_in import OneTimeLink
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW, PASSWORD
from tests.conftest import Visit, World
from tests.page import Page

NEW = "a lamp on the hill"
NETWORK = "203.0.113.7"


def plain(page: Page) -> str:
    """A page's text without what differs from one answer to the next: token and nonce."""
    text = page.text.replace(page.token, "") if page.token else page.text
    return re.sub(r'nonce="[^"]*"', "", text)


def headers(page: Page) -> dict[str, str]:
    """An answer's headers, the random parts left out."""
    kept = {k: re.sub(r"nonce-[^']+", "", v) for k, v in page.answer.headers.items()}
    kept["X-Request-Id"] = kept["Set-Cookie"] = ""
    kept["Content-Length"] = ""  # the address stands in the page again, however long it is
    return kept


def tries(
    world: World, email: str, password: str = "not the password", *, address: str = NETWORK
) -> Page:
    """One try at the door of a stranger from a network address."""
    visit = world.stranger()
    visit.get("/login")
    data = {"csrf_token": visit.token, "email": email, "password": password}
    here = {"REMOTE_ADDR": address}
    return Page(visit.client.post("/login", data=data, environ_overrides=here), "/login")


def opens(world: World, name: str, password: str = PASSWORD) -> bool:
    return tries(world, f"{name}@example.com", password).status == 302


@contextmanager
def mail(world: World) -> Iterator[None]:
    """The company uses mail, and there is a server for it."""
    kept = world.app.extensions["meetingtracker"]
    world.app.extensions["meetingtracker"] = replace(
        kept, smtp_url="smtp://localhost:2525", mail_from="meet@example.com",
        base_url="http://localhost",
    )  # fmt: skip
    with world.write():
        organisation = the_organisation()
        assert organisation is not None
        organisation.change(uses_mail=True, by=SYSTEM, at=NOW)
    try:
        yield
    finally:
        world.app.extensions["meetingtracker"] = kept


def link(
    world: World, kind: str, name: str, *, lasts: timedelta | None = None, address: str = ""
) -> str:
    """The token of a link of the kind, as a mail or an administrator hands it over."""
    with world.write() as cast:
        return OneTimeLink.make(
            kind, at=clock.now(), lasts=lasts, person_id=cast.person[name], address=address or None
        )


def queued(world: World) -> list[tuple[str, int, str | None]]:
    """Kind, person and address of every mail that waits."""
    with world.read():
        rows = sa.select(Outbox.kind, Outbox.person_id, Outbox.address).order_by(Outbox.id)
        return [tuple(row) for row in db.session.execute(rows)]  # type: ignore[misc]


def is_in(visit: Visit) -> bool:
    return visit.get("/people").status == 200
