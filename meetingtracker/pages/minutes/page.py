"""Issued minutes as a page: one version, what differs from the one before, what followed."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from meetingtracker.markup.document import render_document
from meetingtracker.models.acts.capture import is_present
from meetingtracker.models.meeting import Meeting, MinutesVersion
from meetingtracker.models.minutes import Erratum, MinutesAnswer
from meetingtracker.models.reads import issued_minutes as read
from meetingtracker.models.reads.meetings import visible_meeting
from meetingtracker.models.reads.people import mention_lookup
from meetingtracker.pages.minutes.forms import CorrectionForm, WordForm
from meetingtracker.rules import permissions as may
from meetingtracker.rules.minutes import annex_for
from meetingtracker.rules.minutes_approval import Word
from meetingtracker.rules.minutes_reading import Corrected, Line, difference, overview
from meetingtracker.rules.states import MeetingState
from meetingtracker.web.access import actor, found
from meetingtracker.web.filters import organisation
from meetingtracker.web.forms import ReasonForm, VersionedForm
from meetingtracker.web.pdf import makes_pdf

area = Blueprint("minutes", __name__)


@dataclass(frozen=True, slots=True)
class Annex:
    """The part of the annex that its reader may see; `whole`: that is all of it."""

    text: str
    html: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Forms:
    """Forms that were refused; the others are made fresh."""

    reopen: ReasonForm | None = None
    word: WordForm | None = None
    correction: CorrectionForm | None = None
    note: VersionedForm | None = None
    """A button that came too late."""


def load(meeting_id: int) -> Meeting:
    return found(visible_meeting(actor(), meeting_id))


def attended(meeting: Meeting) -> bool:
    return is_present(meeting, actor().id or 0)


def answers(meeting: Meeting) -> bool:
    return may.may_answer_minutes(actor(), attended=attended(meeting))


def corrects(meeting: Meeting) -> bool:
    return may.may_correct_minutes(actor(), meeting, attended=attended(meeting))


def agrees(meeting: Meeting, erratum: Erratum) -> bool:
    return may.may_agree_to_erratum(
        actor(), meeting, attended=attended(meeting), written_by_id=erratum.written_by_id
    )


def is_asked(meeting: Meeting) -> bool:
    """Whether anybody may approve or object: until they are approved, if the series wants it."""
    return meeting.series.approves and meeting.state is MeetingState.issued


def minutes_page(meeting_id: int, number: int | None = None, forms: Forms | None = None) -> str:
    """The version `number`, else the newest."""
    meeting, forms = load(meeting_id), forms or Forms()
    versions = read.versions_of(meeting_id)
    version = found(read.minutes_of(meeting_id, number or (versions[0].number if versions else 0)))
    newest = version.number == versions[0].number
    errata = read.errata_of(meeting_id)
    said = read.answers_of(meeting_id, version.number)
    runs = may.runs_meeting(actor(), meeting)
    return render_template(
        "minutes/show.html",
        meeting=meeting,
        version=version,
        versions=versions,
        newest=newest,
        annex=annex_of(version),
        changes=_changes(version),
        overview=overview(version.text),
        errata=[e for e in errata if e.number is not None],
        waiting=[(e, agrees(meeting, e)) for e in errata if e.number is None],
        said=said,
        mine=_mine(said),
        objections=sum(a.word is Word.objects for a in said),
        # A form that was refused stays, with what was typed, even where its time has passed.
        asks=bool(forms.word) or newest and is_asked(meeting) and answers(meeting),
        corrects=bool(forms.correction)
        or newest and meeting.state.has_minutes and corrects(meeting),
        reopens=bool(forms.reopen)
        or newest and runs and meeting.state is MeetingState.issued and read.is_newest(meeting),
        organisation=organisation(),
        pdf=makes_pdf(),
        me=actor().id,
        reopen=forms.reopen or ReasonForm(formdata=None, version=meeting.version),
        word=forms.word or WordForm(formdata=None, version=meeting.version),
        note=forms.note,
        correction=forms.correction or CorrectionForm(formdata=None, version=meeting.version),
    )  # fmt: skip


def annex_of(version: MinutesVersion) -> Annex | None:
    """None also where there is one of which the reader may see nothing."""
    if version.annex is None:
        return None
    allowed = read.may_read(actor(), version)
    text = annex_for(version.annex, items=allowed.items, actions=allowed.actions)
    if text is None:
        return None
    if text == version.annex and version.annex_html is not None:
        return Annex(text, version.annex_html, whole=True)
    return Annex(text, render_document(text, people=mention_lookup(text)), whole=False)


def _changes(version: MinutesVersion) -> list[Line]:
    """What came and went since the version before, as far as the reader may see both."""
    before = read.minutes_of(version.meeting_id, version.number - 1)
    return difference(_readable(before), _readable(version)) if before else []


def _readable(version: MinutesVersion) -> str:
    annex = annex_of(version)
    return f"{version.text}\n{annex.text}" if annex else version.text


def _mine(said: list[MinutesAnswer]) -> MinutesAnswer | None:
    return next((a for a in said if a.person_id == actor().id), None)


def corrections(errata: list[Erratum]) -> list[Corrected]:
    """Those that count, as a file tells them."""
    return [
        Corrected(e.number, e.agreed_at.date(), e.text, e.written_by.name, e.agreed_by.name)
        for e in errata
        if e.number is not None and e.agreed_at is not None and e.agreed_by is not None
    ]
