"""What the board may be asked for: everything stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import sqlalchemy as sa

from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.reads.filters import (
    NOBODY,
    read_choice,
    read_department,
    read_number,
    read_person,
    read_text,
    read_word,
)
from meetingtracker.models.reads.flags import is_open, issue_flag
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.followup import ISSUE_FLAGS, Flag, Windows
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import LANES, Customer

VIEWS = ("board", "table")
GROUPS = ("stage", "department", "severity")
SORTS = ("risk", "title", "severity", "age", "due", "stage", "owner", "person")
STAGES = {stages[0].value: (label, stages) for label, stages in LANES}
"""Lanes of the board by stage, by the name of their first stage."""


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """`department` raised or owns it; `owning` owns it; `stage` is a lane of STAGES."""

    view: str = "board"
    group: str = "stage"
    department: int | None = None
    owning: int | None = None
    point_person: int | None = None
    severity: int | None = None
    customer: Customer | None = None
    stage: str = ""
    flag: Flag | None = None
    q: str = ""
    sort: str = "risk"
    dir: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """From an address. RuleBroken names a value that the board does not know."""
        flag = read_choice(query, "flag", Flag)
        if flag is not None and flag not in ISSUE_FLAGS:
            raise RuleBroken(N_("Issues carry no such flag."), field="flag")
        return cls(
            view=read_word(query, "view", VIEWS, "board"),
            group=read_word(query, "group", GROUPS, "stage"),
            department=read_department(query, "department"),
            owning=read_department(query, "owning"),
            point_person=read_person(query, "point_person"),
            severity=read_number(query, "severity", 1, 4),
            customer=read_choice(query, "customer", Customer),
            stage=read_word(query, "stage", ("", *STAGES), ""),
            flag=flag,
            q=read_text(query),
            sort=read_word(query, "sort", SORTS, "risk"),
            dir=read_word(query, "dir", ("", "-"), ""),
            page=read_number(query, "page", 1, 10_000) or 1,
        )

    def query(self, **other: Any) -> dict[str, str]:
        """Back into an address, without what stands by default; `other` values take its place."""
        values = {f.name: getattr(self, f.name) for f in fields(self)} | {"page": 1} | other
        usual = {f.name: f.default for f in fields(self)}
        return {
            name: "none" if value == NOBODY else str(value)
            for name, value in values.items()
            if value is not None and value != "" and value != usual.get(name)
        }

    @property
    def narrows(self) -> bool:
        """Whether anything but the way of looking is asked for."""
        return bool(self.query().keys() - {"view", "group", "sort", "dir"})

    def without_look(self) -> Self:
        """What the figures are about: every flag, whatever the view, order and page."""
        return replace(self, flag=None, view="board", group="stage", sort="risk", dir="", page=1)

    def where(self, actor: Actor, edges: Windows) -> list[sa.ColumnElement[bool]]:
        """The open issues that the actor may see and these filters leave."""
        found = [is_open(), visible_issues(actor), *self.about()]
        if self.flag is not None:
            found.append(issue_flag(self.flag, edges))
        return found

    def about(self) -> list[sa.ColumnElement[bool]]:
        """The filters that closed issues can be asked by, too."""
        found: list[sa.ColumnElement[bool]] = []
        if self.department is not None:
            found.append(
                Issue.owning_department_id.is_(None)
                if self.department == NOBODY
                else sa.or_(
                    Issue.raising_department_id == self.department,
                    Issue.owning_department_id == self.department,
                )
            )
        if self.owning is not None:
            found.append(Issue.owning_department_id.is_not_distinct_from(self.owning or None))
        if self.point_person is not None:
            found.append(Issue.point_person_id.is_not_distinct_from(self.point_person or None))
        if self.severity is not None:
            found.append(Issue.severity == self.severity)
        if self.customer is not None:
            found.append(Issue.customer == self.customer)
        if self.stage:
            found.append(Issue.stage.in_(STAGES[self.stage][1]))
        if self.q:
            found.append(
                sa.or_(
                    Issue.title.icontains(self.q, autoescape=True),
                    Issue.description.icontains(self.q, autoescape=True),
                )
            )
        return found
