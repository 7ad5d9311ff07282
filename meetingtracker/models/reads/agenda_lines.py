"""A meeting's agenda line by line, and what waits for it; what is confidential stays unsaid."""

from dataclasses import dataclass
from itertools import accumulate

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.reads.minutes import Held
from meetingtracker.models.reads.verdicts import Promised, promised
from meetingtracker.rules.agenda import VERDICT_FROM, Ask, Outcome, Verdict, fit
from meetingtracker.rules.permissions import Actor


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One placement. `hidden`: it speaks of a confidential issue that the reader may not see."""

    placement_id: int
    version: int
    item_id: int
    number: int
    title: str
    hidden: bool
    ask: Ask
    minutes: int
    until: int
    """Minutes of the agenda used when this item ends."""
    above: bool
    """Whether it fits into the meeting."""
    department: str
    colour: int
    presenter: str | None
    issue_id: int | None
    action_id: int | None
    promise: Promised | None
    """The action that it stands for, where its verdict is asked."""
    times: int
    """In how many meetings it stood, this one included."""
    carried: Outcome | None
    late: bool
    outcome: Outcome | None
    verdict: Verdict | None
    reason: str | None
    executive: str | None
    executive_id: int | None
    pulled_by: str | None
    """The executive who put it on top of this agenda."""
    pulled_by_id: int | None
    seconds_spent: int

    @property
    def asks_verdict(self) -> bool:
        """An overdue promise before everyone's eyes."""
        return self.ask is Ask.VERDICT and self.promise is not None

    @property
    def needs_verdict(self) -> bool:
        """It may not be put off again without one."""
        return self.times >= VERDICT_FROM


def agenda_lines(everything: Held, actor: Actor) -> list[AgendaLine]:
    """The agenda in its order; one query to see what the actor may not read, one for promises."""
    placements = everything.placements
    hidden = hidden_issues([p.item.issue_id for p in placements], actor)
    promises = promised([p.item.action_id for p in placements])
    counted = everything.meeting.state.has_minutes
    # What was withdrawn takes no time.
    minutes = [0 if p.outcome is Outcome.WITHDRAWN else p.minutes for p in placements]
    above = fit(minutes, everything.meeting.minutes)
    return [
        AgendaLine(
            placement_id=p.id,
            version=p.version,
            item_id=p.item_id,
            number=number,
            title=p.item.title,
            hidden=p.item.issue_id in hidden,
            ask=p.item.ask,
            minutes=p.minutes,
            until=until,
            above=number <= above,
            department=p.item.department.name,
            colour=p.item.department.colour,
            presenter=p.item.presenter.name if p.item.presenter else None,
            issue_id=p.item.issue_id,
            action_id=p.item.action_id,
            promise=promises.get(p.item.action_id or 0),
            times=p.item.placed + (not counted),
            carried=p.carried,
            late=p.late,
            outcome=p.outcome,
            verdict=p.verdict,
            reason=p.outcome_reason,
            executive=p.item.executive.name if p.item.executive else None,
            executive_id=p.item.executive_id,
            pulled_by=p.pulled_by.name if p.pulled_by else None,
            pulled_by_id=p.pulled_by_id,
            seconds_spent=p.seconds_spent,
        )
        for number, (p, until) in enumerate(zip(placements, accumulate(minutes), strict=True), 1)
    ]


def hidden_issues(issue_ids: list[int | None], actor: Actor) -> set[int | None]:
    """Those of the issues that the actor may not see."""
    wanted: set[int | None] = {i for i in issue_ids if i is not None}
    if not wanted:
        return set()
    seen = db.session().scalars(
        sa.select(Issue.id).where(Issue.id.in_(wanted), visible_issues(actor))
    )
    return wanted - set(seen)


def pool_of(series_id: int, actor: Actor) -> list[AgendaItem]:
    """What waits for a meeting of the series, first in line first; hidden items left out."""
    items = list(
        db.session().scalars(
            sa.select(AgendaItem)
            .where(AgendaItem.series_id == series_id, AgendaItem.in_pool)
            .options(joinedload(AgendaItem.department), joinedload(AgendaItem.presenter))
            .order_by(AgendaItem.id)
        )
    )
    hidden = hidden_issues([i.issue_id for i in items], actor)
    return [i for i in items if i.issue_id not in hidden]
