"""After the minutes: opening them again, approving or objecting, and corrections."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import flash, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db, for_change
from meetingtracker.models.acts.correct_minutes import agree_to_erratum, write_erratum
from meetingtracker.models.acts.issue_minutes import reopen_minutes
from meetingtracker.models.meeting import Meeting, locked_meeting
from meetingtracker.models.minutes import Erratum, MinutesAnswer
from meetingtracker.models.reads.issued_minutes import latest_minutes
from meetingtracker.models.reads.meetings import visible_meeting
from meetingtracker.models.series import locked_series
from meetingtracker.pages.minutes.forms import CorrectionForm, WordForm
from meetingtracker.pages.minutes.page import (
    Forms,
    agrees,
    answers,
    area,
    corrects,
    is_asked,
    load,
    minutes_page,
)
from meetingtracker.rules import permissions as may
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.minutes_approval import Word
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow, found
from meetingtracker.web.change import Answer, change
from meetingtracker.web.forms import ReasonForm, VersionedForm
from meetingtracker.web.mail import uses_mail


def _page(meeting_id: int) -> str:
    return url_for("minutes.show", meeting_id=meeting_id)


def _runs(meeting: Meeting) -> bool:
    return may.runs_meeting(actor(), meeting)


@area.post("/meetings/<int:meeting_id>/minutes/reopening")
@allow(Permission.signed_in)
def reopen(meeting_id: int) -> Answer:
    """Facilitator or scribe: back to closing, for another version."""
    form = ReasonForm()

    def act(meeting: Meeting) -> None:
        locked_series(meeting.series_id)  # first, as whoever plans or proposes does
        locked = found(locked_meeting(meeting.id))
        reopen_minutes(locked, reason=form.reason.data or "", by=actor(), at=clock.now())
        flash(_("The minutes are open again. What was issued stays readable as it was."))

    return change(
        form,
        load=lambda: visible_meeting(actor(), meeting_id),
        allowed=_runs,
        act=act,
        again=lambda refused: minutes_page(meeting_id, forms=Forms(reopen=form)),
        done=url_for("meetings.close", meeting_id=meeting_id),
    )


@area.post("/meetings/<int:meeting_id>/minutes/approval")
@allow(Permission.signed_in)
def answer(meeting_id: int) -> Answer:
    """Approve the newest version, or object to it with a sentence; the last word counts."""
    form = WordForm()

    def act(meeting: Meeting) -> None:
        locked = found(locked_meeting(meeting.id))
        if not is_asked(locked):
            raise RuleBroken(N_("These minutes wait for nobody's approval."))
        version = found(latest_minutes(meeting_id))
        MinutesAnswer.say(
            meeting_id, version.number, form.word.data, sentence=form.sentence.data or "",
            by=actor(), at=clock.now(),
        )  # fmt: skip
        locked.touch()
        objects = form.word.data is Word.objects
        flash(_("Your objection is noted.") if objects else _("Noted: you approve them."))

    return change(
        form,
        load=lambda: visible_meeting(actor(), meeting_id),
        allowed=answers,
        act=act,
        again=lambda refused: minutes_page(meeting_id, forms=Forms(word=form)),
        done=_page(meeting_id),
    )


@area.post("/meetings/<int:meeting_id>/errata")
@allow(Permission.signed_in)
def correct(meeting_id: int) -> Answer:
    form = CorrectionForm()

    def act(meeting: Meeting) -> None:
        locked = found(locked_meeting(meeting.id))
        write_erratum(locked, form.text.data or "", by=actor(), at=clock.now())
        flash(_("Written down. It counts once a second person agrees."))

    return change(
        form,
        load=lambda: visible_meeting(actor(), meeting_id),
        allowed=corrects,
        act=act,
        again=lambda refused: minutes_page(meeting_id, forms=Forms(correction=form)),
        done=_page(meeting_id) + "#corrections",
    )


@area.post("/meetings/<int:meeting_id>/errata/<int:erratum_id>/agreement")
@allow(Permission.signed_in)
def agree(meeting_id: int, erratum_id: int) -> Answer:
    """The second person: from now on it has its number, and is mailed like the minutes."""
    mailing = uses_mail()

    def act(meeting: Meeting, erratum: Erratum) -> None:
        agree_to_erratum(meeting, erratum, by=actor(), at=clock.now(), mailing=mailing)

    return _on_erratum(meeting_id, erratum_id, agrees, act)


@area.post("/meetings/<int:meeting_id>/errata/<int:erratum_id>/withdrawal")
@allow(Permission.signed_in)
def withdraw(meeting_id: int, erratum_id: int) -> Answer:
    """Whoever wrote it takes it back, or somebody who could agree to it declines."""

    def allowed(meeting: Meeting, erratum: Erratum) -> bool:
        return erratum.written_by_id == actor().id or agrees(meeting, erratum)

    def act(meeting: Meeting, erratum: Erratum) -> None:
        erratum.withdraw(by=actor(), at=clock.now())
        meeting.touch()

    return _on_erratum(meeting_id, erratum_id, allowed, act)


def _on_erratum(
    meeting_id: int,
    erratum_id: int,
    allowed: Callable[[Meeting, Erratum], bool],
    act: Callable[[Meeting, Erratum], None],
) -> Answer:
    """One button on a correction; it is looked up through its meeting, which is locked first."""

    def erratum_of() -> Erratum | None:
        load(meeting_id)
        db.session.execute(for_change(sa.select(Meeting.id).filter_by(id=meeting_id), Meeting))
        row = db.session.get(Erratum, erratum_id, populate_existing=True)
        return row if row is not None and row.meeting_id == meeting_id else None

    return change(
        VersionedForm(),
        load=erratum_of,
        allowed=lambda erratum: allowed(load(meeting_id), erratum),
        act=lambda erratum: act(load(meeting_id), erratum),
        again=lambda refused: minutes_page(meeting_id, forms=Forms(note=refused)),
        done=_page(meeting_id) + "#corrections",
    )
