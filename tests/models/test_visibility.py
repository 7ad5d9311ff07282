"""What a person may see, in Python and in SQL: one answer, for everybody and everything."""

from itertools import product

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.name_reader import let_read
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.permissions import may_see_issue, may_see_series
from meetingtracker.rules.states import Visibility
from tests.cast import NOW, PEOPLE, TODAY
from tests.conftest import World

SOME = ("sam", "tom", "pia", "max", "olga", "ada", "lea", "dina", "noor")


def test_issues(world: World) -> None:
    """Every raising and owning department, point person, reader, open and confidential."""
    with world.write() as cast:
        departments = [cast.department["Sales"], cast.department["Tech"]]
        for raising, owning, person, reader, confidential in product(
            departments, [*departments, None], ("pia", "max", None), ("olga", None), (True, False)
        ):
            issue = raise_issue(
                title="x", raising_department_id=raising, owning_department_id=owning,
                confidential=confidential, by=cast.actor("noor"), at=NOW, on=TODAY,
            )  # fmt: skip
            if person:
                issue.name_point_person(cast.person[person], by=cast.actor("lea"), at=NOW)
            if reader:
                let_read(issue.id, cast.person[reader], by=cast.actor("lea"), at=NOW)
    with world.read() as cast:
        issues = db.session.scalars(sa.select(Issue)).all()
        assert len(issues) == 72
        for name, *_ in PEOPLE:
            actor = cast.actor(name)
            allowed = {issue.id for issue in issues if may_see_issue(actor, issue)}
            found = set(db.session.scalars(sa.select(Issue.id).where(visible_issues(actor))))
            hidden = set(db.session.scalars(sa.select(Issue.id).where(~visible_issues(actor))))
            assert found == allowed, name
            assert hidden == {issue.id for issue in issues} - allowed, name


def test_series(world: World) -> None:
    with world.write() as cast:
        for n, (visibility, owner) in enumerate(product(Visibility, ("max", None))):
            series = Series.create(
                "series.founded", by=cast.actor("lea"), at=NOW, name=f"Series {n}", weekday=1,
                start_time=NOW.time(), zone="UTC", minutes=30, visibility=visibility,
                owner_id=cast.person[owner] if owner else None,
            )  # fmt: skip
            series.invite(cast.person["pia"], by=cast.actor("lea"), at=NOW)
    with world.read() as cast:
        rows = db.session.scalars(sa.select(Series)).all()
        for name in SOME:
            actor = cast.actor(name)
            allowed = {row.id for row in rows if may_see_series(actor, row)}
            found = set(db.session.scalars(sa.select(Series.id).where(visible_series(actor))))
            hidden = set(db.session.scalars(sa.select(Series.id).where(~visible_series(actor))))
            assert found == allowed, name
            assert hidden == {row.id for row in rows} - allowed, name
