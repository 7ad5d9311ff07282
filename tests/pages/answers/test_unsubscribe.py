"""No more mails, from the mail itself: one click, by a mail program or by hand."""

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.notification import Mute
from meetingtracker.rules.notices import Notice
from tests.conftest import World
from tests.pages.answers.test_show import late_mail

MUTABLE = {notice for notice in Notice if notice.may_be_muted and notice.is_mailed}


def muted(world: World, name: str) -> set[Notice]:
    with world.read() as cast:
        return set(
            db.session.scalars(sa.select(Mute.notice).filter_by(person_id=cast.person[name]))
        )


def test_looking_stops_nothing(world: World) -> None:
    sent = late_mail(world)
    page = world.stranger().get(f"{sent.path}/unsubscribe")
    assert page.status == 200
    assert page.has_form(f"{sent.path}/unsubscribe")
    assert muted(world, "pia") == set()


def test_a_mail_program_stops_them_with_one_click(world: World) -> None:
    """RFC 8058: no cookie, no token of a form, one fixed field."""
    sent = late_mail(world)
    for _ in range(2):
        answer = world.app.test_client().post(
            f"{sent.path}/unsubscribe", data={"List-Unsubscribe": "One-Click"}
        )
        assert answer.status_code == 200
        assert "/account/notifications" in answer.text
    assert muted(world, "pia") == MUTABLE
    assert Notice.escalated not in MUTABLE
    assert Notice.decision_owed not in MUTABLE
    assert muted(world, "max") == set()


def test_a_wrong_link_stops_nothing(world: World) -> None:
    late_mail(world)
    assert world.app.test_client().post("/a/guess/unsubscribe").status_code == 404
    assert muted(world, "pia") == set()
