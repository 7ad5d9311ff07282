"""The figures in the navigation, in one query; each opens exactly its rows."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.reads.actions import (
    change_to_decide,
    date_to_decide,
    due_for,
    nominees_of,
    to_accept,
    to_confirm,
    to_verify,
    visible_actions,
)
from meetingtracker.models.reads.flags import is_open, unfinished
from meetingtracker.rules.permissions import Actor


@dataclass(frozen=True, slots=True)
class FrameCounts:
    """`needs_me`: the things that My week asks of the person, each question counted once."""

    needs_me: int
    open_issues: int
    open_actions: int


def frame_counts(actor: Actor, *, today: date) -> FrameCounts:
    return FrameCounts(*db.session().execute(_statement(actor, today)).one())


# Every page asks this; building the statement takes longer than running it.
@lru_cache(maxsize=1024)
def _statement(actor: Actor, today: date) -> sa.Select[*tuple[Any, ...]]:
    mine = visible_actions(actor)
    asked = (
        _actions(due_for(actor, until=today)),
        _actions(to_accept(actor)),
        _actions(to_verify(actor), mine),
        _actions(date_to_decide(actor), mine),
        _actions(change_to_decide(actor), mine),
        _issues(to_confirm(actor), visible_issues(actor)),
        *((_issues(is_open(), nominees_of(actor), visible_issues(actor)),) if actor.leads else ()),
    )
    return sa.select(
        sum(asked[1:], asked[0]),
        _issues(is_open(), visible_issues(actor)),
        _actions(unfinished(), mine),
    )


def _actions(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(Action).where(*where).scalar_subquery()


def _issues(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(Issue).where(*where).scalar_subquery()
