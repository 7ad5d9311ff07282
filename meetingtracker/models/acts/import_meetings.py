"""Import past meetings as issued minutes: one agenda item per key, a placement per meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from meetingtracker import markup
from meetingtracker.db import Busy, db
from meetingtracker.markup.document import render_document
from meetingtracker.models.acts.bulk import Batch
from meetingtracker.models.acts.import_plan import NOT_YOURS, REASON, Context, Plan
from meetingtracker.models.agenda_item import AgendaItem, Note, Placement
from meetingtracker.models.department import Department
from meetingtracker.models.meeting import Attendance, Meeting, MinutesVersion
from meetingtracker.models.person import Person
from meetingtracker.models.reads.exports import own_mark
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.agenda import Ask, Outcome
from meetingtracker.rules.calendar import at_local
from meetingtracker.rules.csv_rows import BadRow
from meetingtracker.rules.meeting_file import (
    MeetingFile,
    PastItem,
    PastMeeting,
    SeriesFacts,
    read_meetings,
)
from meetingtracker.rules.minutes import Minutes, MinutesFacts, MinutesItem, minutes_markdown
from meetingtracker.rules.permissions import Role
from meetingtracker.rules.states import MeetingState, Presence

MINUTES = 10
"""Asked for by an imported item; the file does not say."""
RETURNED = 3


@dataclass(frozen=True)
class _Ready:
    """A meeting with everything that takes time done: minutes written, notes rendered."""

    facts: PastMeeting
    starts_at: datetime
    ended_at: datetime
    minutes: Minutes
    html: str
    notes: tuple[str, ...]


def plan_meetings(raw: bytes, context: Context) -> Plan:
    """Check a file of past meetings; those that are stored already stay as they are.

    The plan's `store` needs a write of its own. Raises Busy there if somebody stored one of the
    meetings since the check.
    """
    files, bad = read_meetings(raw, today=context.on)
    if not bad and any(_is_hidden(file.series.name, context) for file in files):
        bad = [BadRow(0, 0, "series.name", NOT_YOURS)]
    if bad:
        return Plan(bad)
    total = sum(len(file.meetings) for file in files)
    work: list[tuple[MeetingFile, list[_Ready]]] = []
    done = 0
    for file in files:
        known = _known_days(file.series.name)
        ready = []
        for meeting in file.meetings:
            if meeting.held_on not in known:
                ready.append(_ready(file, meeting))
            done += 1
            context.tell(done, total)
        work.append((file, ready))

    def store() -> None:
        for file, ready in work:
            _Store(context, file, ready).run()

    return Plan(
        [], rows=total, created=sum(len(ready) for _, ready in work), figures=_figures(files),
        store=store,
    )  # fmt: skip


def _is_hidden(series: str, context: Context) -> bool:
    """Whether there is a series of that name which is not for whoever imports."""
    unseen = sa.select(Series.id).where(Series.name == series, ~visible_series(context.by))
    return not context.sees_all and db.session().scalar(unseen) is not None


def _figures(files: Sequence[MeetingFile]) -> dict[str, int]:
    placed: dict[tuple[str, str], int] = {}
    for file in files:
        for meeting in file.meetings:
            for item in meeting.items:
                key = (file.series.name, item.key)
                placed[key] = placed.get(key, 0) + 1
    return {
        "meetings": sum(len(file.meetings) for file in files),
        "items": len(placed),
        "placements": sum(placed.values()),
        "people": len({email for file in files for email in file.people}),
        "returned_3_times": sum(count >= RETURNED for count in placed.values()),
    }


def _known_days(series: str) -> set[object]:
    """The days on which the series met; a cancelled meeting may have been held after all."""
    return set(
        db.session().scalars(
            sa.select(Meeting.held_on)
            .join(Meeting.series)
            .where(Series.name == series, Meeting.state != MeetingState.cancelled)
        )
    )


def _ready(file: MeetingFile, meeting: PastMeeting) -> _Ready:
    series = file.series
    starts_at = at_local(meeting.held_on, series.start_time, series.zone)
    text = minutes_markdown(
        MinutesFacts(
            series=series.name, version=1, held_on=meeting.held_on, starts_at=series.start_time,
            ends_at=None, zone=series.zone, facilitator=None,
            present=[file.people[email] for email in meeting.present], excused=(), absent=(),
            items=[
                MinutesItem(
                    title=item.title, department=item.department, presenter=None,
                    outcome=item.outcome.label, notes=[item.notes],
                )
                for item in meeting.items
            ],
        )
    )  # fmt: skip
    return _Ready(
        facts=meeting,
        starts_at=starts_at,
        ended_at=starts_at + timedelta(minutes=series.minutes),
        minutes=text,
        html=render_document(text.text),
        notes=tuple(_note_html(item.notes) for item in meeting.items),
    )


def _note_html(text: str) -> str:
    """A note of any length: a long one is rendered part by part, and nothing is lost."""
    return "\n".join(markup.render(part).html for part in _parts(text, markup.LONGEST))


def _parts(text: str, longest: int) -> list[str]:
    """The text in pieces, cut between paragraphs, else between lines, else where it must be."""
    parts = []
    while len(text) > longest:
        cuts = (text.rfind(gap, 0, longest) for gap in ("\n\n", "\n", " "))
        cut = next((cut for cut in cuts if cut > 0), longest)
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text]


class _Store:
    """Stores the meetings of one series inside a write."""

    def __init__(self, context: Context, file: MeetingFile, ready: list[_Ready]) -> None:
        self.by, self.at = context.by, context.at
        self.file, self.ready = file, ready

    def run(self) -> None:
        people = self._people()
        if not self.ready:
            return
        if _known_days(self.file.series.name) & {meeting.facts.held_on for meeting in self.ready}:
            raise Busy
        self.series = self._series(self.file.series)
        self.departments = self._departments()
        items = self._items()
        meetings = self._meetings()
        self._placements(items, meetings)
        self._attendance(people, meetings)
        db.session().flush()
        db.session().expire_all()
        for item in db.session().scalars(
            sa.select(AgendaItem).where(AgendaItem.id.in_(items.values()))
        ):
            self._count(item)

    def _people(self) -> dict[str, int]:
        """Whoever is not known yet comes without a password: nobody can sign in as them."""
        found = db.session().execute(sa.select(Person.email, Person.id))
        known = {email: person_id for email, person_id in found}
        batch = Batch(Person)
        new = {email: name for email, name in self.file.people.items() if email not in known}
        for email, name in new.items():
            batch.add(
                "person.joined", by=self.by, at=self.at, reason=REASON, email=email, name=name,
                role=Role.member, created_at=self.at,
            )  # fmt: skip
        return known | dict(zip(new, batch.insert(db.session()), strict=True))

    def _series(self, facts: SeriesFacts) -> Series:
        known = db.session().scalar(sa.select(Series).where(Series.name == facts.name))
        return known or Series.found(
            name=facts.name, weekday=facts.weekday, start_time=facts.start_time, zone=facts.zone,
            minutes=facts.minutes, owner_id=self.by.id, by=self.by, at=self.at,
        )  # fmt: skip

    def _departments(self) -> dict[str, int]:
        known = {
            name.lower(): i
            for name, i in db.session().execute(sa.select(Department.name, Department.id))
        }
        for name in dict.fromkeys(item.department for item in self._past_items()):
            if name.lower() not in known:
                made = Department.found(name=name, colour=len(known), by=self.by, at=self.at)
                known[name.lower()] = made.id
        return known

    def _past_items(self) -> list[PastItem]:
        return [item for meeting in self.ready for item in meeting.facts.items]

    def _items(self) -> dict[str, int]:
        """Ids by key. An item keeps the title and department under which it was first known."""
        keyed = sa.select(AgendaItem.key, AgendaItem.id).where(
            AgendaItem.series_id == self.series.id
        )
        mark = own_mark()
        known = {key or f"{mark}{i}": i for key, i in db.session().execute(keyed)}
        first: dict[str, tuple[PastItem, datetime]] = {}
        for meeting in self.ready:
            for item in meeting.facts.items:
                if item.key not in known:
                    first.setdefault(item.key, (item, meeting.starts_at))
        batch = Batch(AgendaItem)
        for item, starts_at in first.values():
            batch.add(
                "agenda_item.proposed", by=self.by, at=starts_at, reason=REASON,
                series_id=self.series.id, key=item.key, title=item.title, ask=Ask.DISCUSS,
                minutes=MINUTES, department_id=self.departments[item.department.lower()],
                created_by_id=self.by.id, in_pool=False, created_at=starts_at,
            )  # fmt: skip
        return known | dict(zip(first, batch.insert(db.session()), strict=True))

    def _meetings(self) -> list[int]:
        batch = Batch(Meeting)
        for meeting in self.ready:
            batch.add(
                "meeting.issued", by=self.by, at=meeting.ended_at, reason=REASON,
                series_id=self.series.id, held_on=meeting.facts.held_on,
                start_time=self.file.series.start_time, zone=self.file.series.zone,
                starts_at=meeting.starts_at, minutes=self.file.series.minutes,
                state=MeetingState.issued, started_at=meeting.starts_at,
                ended_at=meeting.ended_at, issued_at=meeting.ended_at,
            )  # fmt: skip
        ids = batch.insert(db.session())
        for meeting_id, meeting in zip(ids, self.ready, strict=True):
            db.session().add(
                MinutesVersion(
                    meeting_id=meeting_id, number=1, text=meeting.minutes.text, html=meeting.html,
                    sha256=meeting.minutes.sha256, issued_by_id=self.by.id,
                    issued_at=meeting.ended_at,
                )
            )  # fmt: skip
        return ids

    def _placements(self, items: dict[str, int], meetings: list[int]) -> None:
        placements, notes = Batch(Placement), Batch(Note)
        before: dict[str, Outcome] = {}
        for meeting_id, meeting in zip(meetings, self.ready, strict=True):
            for position, item in enumerate(meeting.facts.items, 1):
                placements.add(
                    "placement.ended", by=self.by, at=meeting.ended_at, reason=REASON,
                    meeting_id=meeting_id, item_id=items[item.key], position=position,
                    minutes=MINUTES, outcome=item.outcome, carried=before.get(item.key),
                )  # fmt: skip
                before[item.key] = item.outcome
        ids = iter(placements.insert(db.session()))
        for meeting_id, meeting in zip(meetings, self.ready, strict=True):
            for item, html in zip(meeting.facts.items, meeting.notes, strict=True):
                placement_id = next(ids)
                if item.notes.strip():
                    notes.add(
                        "note.written", by=self.by, at=meeting.ended_at, reason=REASON,
                        meeting_id=meeting_id, placement_id=placement_id, text=item.notes,
                        html=html, by_id=self.by.id, written_at=meeting.ended_at,
                    )  # fmt: skip
        notes.insert(db.session())

    def _attendance(self, people: dict[str, int], meetings: list[int]) -> None:
        batch = Batch(Attendance)
        for meeting_id, meeting in zip(meetings, self.ready, strict=True):
            for email in meeting.facts.present:
                batch.add(
                    "attendance.marked", by=self.by, at=meeting.ended_at, reason=REASON,
                    meeting_id=meeting_id, person_id=people[email], presence=Presence.present,
                )  # fmt: skip
        batch.insert(db.session())

    def _count(self, item: AgendaItem) -> None:
        """The counters, from all its meetings; what was left open waits in the pool."""
        ended = db.session().execute(
            sa.select(Placement.outcome, Meeting.held_on)
            .join(Placement.meeting)
            .where(Placement.item_id == item.id, Placement.outcome.is_not(None))
            .order_by(Meeting.held_on)
        ).all()  # fmt: skip
        last: Outcome = ended[-1].outcome
        outcomes = [row.outcome for row in ended]
        item.record(
            "agenda_item.counted", by=self.by, at=self.at, reason=REASON, placed=len(ended),
            deferred=outcomes.count(Outcome.DEFERRED), unreached=outcomes.count(Outcome.UNREACHED),
            carried=last, first_placed_on=ended[0].held_on,
            in_pool=last.carries and item.withdrawn_at is None,
        )  # fmt: skip
