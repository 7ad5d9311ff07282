"""What the tests of single sign-on ask afterwards."""

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.second_factor import ExternalIdentity
from tests.pages.account.doors import is_in
from tests.pages.sso.conftest import Door


def identities(door: Door) -> list[tuple[int, str]]:
    with door.world.read():
        query = sa.select(ExternalIdentity.person_id, ExternalIdentity.subject)
        return [tuple(row) for row in db.session.execute(query)]  # type: ignore[misc]


def is_refused(door: Door, sentence: str) -> None:
    visit = door.world.stranger()
    answer = door.walk(visit)
    assert answer.status in (400, 403, 502), answer.text
    assert sentence in answer.text.replace("&#39;", "'")
    assert "Traceback" not in answer.text
    assert not is_in(visit)
    assert identities(door) == []
