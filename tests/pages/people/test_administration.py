"""What administrators change of people and departments, and who is away."""

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.absence import Absence
from meetingtracker.models.department import Department
from meetingtracker.models.event import Event
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person
from meetingtracker.rules.permissions import Role
from tests.busy import Busy
from tests.cast import TODAY
from tests.conftest import World


def edited(world: World, name: str, /, **fields: object) -> int:
    ada = world.sign_in("ada")
    path = f"/people/{world.cast.person[name]}/edit"
    page = ada.get(path)
    with world.read() as cast:
        row = db.session.get_one(Person, cast.person[name])
        stands = {
            "name": row.name, "email": row.email, "department": row.department_id,
            "role": row.role.value, "manager": row.manager_id,
        }  # fmt: skip
    return ada.post(path, {"version": page.form(path)["version"], **stands, **fields}).status


def test_a_person_is_changed_in_one_version(world: World) -> None:
    max_ = world.sign_in("max")
    tech = world.cast.department["Tech"]
    status = edited(
        world, "max", name="Max Moritz", email="MM@example.com", department=tech, role="leader",
        manager=world.cast.person["lea"],
    )  # fmt: skip
    assert status == 302
    assert max_.get("/people").status == 302  # another role: signed out
    with world.read() as cast:
        row = db.session.get_one(Person, cast.person["max"])
        assert (row.name, row.email, row.department_id) == ("Max Moritz", "mm@example.com", tech)
        assert (row.role, row.version) == (Role.leader, 2)
        kinds = db.session.scalars(
            sa.select(Event.kind).filter_by(subject_type="person", subject_id=row.id,
                                            subject_version=2)
        )  # fmt: skip
        assert set(kinds) == {
            "person.changed", "person.role_changed", "person.address_changed"
        }  # fmt: skip


def test_a_new_place_alone_signs_nobody_out(world: World) -> None:
    max_ = world.sign_in("max")
    assert edited(world, "max", department=world.cast.department["Tech"]) == 302
    assert max_.get("/people").status == 200


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("max", {"email": "sam@example.com"}),
        ("max", {"email": "not an address"}),
        ("max", {"name": ""}),
        ("max", {"manager": "max"}),
        ("max", {"department": 424242}),
        ("max", {"role": "king"}),
        ("ada", {}),  # the switch of the last administrator
    ],
)
def test_what_can_not_be_is_refused(world: World, name: str, fields: dict[str, object]) -> None:
    if "manager" in fields:
        fields = {"manager": world.cast.person["max"]}
    assert edited(world, name, **fields) == 422


def test_a_link_is_mailed_where_there_is_mail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetingtracker.pages.people.views.uses_mail", lambda: True)
    ada = world.sign_in("ada")
    path = f"/people/{world.cast.person['max']}/invitation"
    assert ada.post(path, {"how": "mail"}, page="/people").status == 302
    with world.read() as cast:
        row = db.session.scalars(sa.select(Outbox)).one()
        assert (row.kind, row.person_id) == ("account.reset", cast.person["max"])


def test_a_department_is_renamed_described_and_closed_when_it_is_empty(world: World) -> None:
    ada = world.sign_in("ada")
    home = world.cast.department["Support"]
    path = f"/departments/{home}/edit"
    version = ada.get(path).form(path)["version"]
    fields = {"version": version, "name": "Help desk", "serves": "Everybody who rings"}
    assert ada.post(path, {**fields, "name": "sales"}).status == 422
    assert ada.post(path, fields).status == 302
    assert "serves: Everybody who rings" in ada.get("/people").text
    closing = f"/departments/{home}/closing"
    refused = ada.post(closing, ada.get(path).form(closing))
    assert refused.status == 422
    assert "1 people, 0 open issues and 0 open actions" in refused.text
    assert edited(world, "noor", department=world.cast.department["Sales"]) == 302
    with world.write() as cast:
        row = db.session.get_one(Person, cast.person["gone"])
        assert not row.is_active
    assert ada.post(closing, ada.get(path).form(closing)).status == 302
    with world.read():
        closed = db.session.get_one(Department, home)
        assert closed.closed_at
        assert closed.leader_id is None


def away(world: World, who: str, whose: str, **fields: object) -> int:
    visit = world.sign_in(who)
    path = f"/people/{world.cast.person[whose]}/absence"
    page = visit.get(path)
    if page.status != 200:
        return page.status
    return visit.post(path, {"version": page.form(path)["version"], **fields}).status


WEEK = {"from_on": "2026-11-16", "to_on": "2026-11-20"}
LONGER = {"from_on": "2026-11-16", "to_on": "2026-11-23"}


def test_who_may_say_that_somebody_is_away(world: World) -> None:
    assert away(world, "max", "pia", **WEEK) == 403
    assert away(world, "sam", "pia", **WEEK) == 403
    assert away(world, "tom", "pia", **WEEK) == 302
    assert away(world, "max", "max", **WEEK) == 302
    assert away(world, "ada", "olga", **WEEK) == 302


def test_more_than_five_working_days_need_a_delegate(world: World) -> None:
    dina = world.cast.person["dina"]
    assert away(world, "pia", "pia", **LONGER) == 422
    assert away(world, "pia", "pia", **LONGER, delegate=world.cast.person["pia"]) == 422
    assert away(world, "pia", "pia", **LONGER, delegate=dina) == 302
    assert away(world, "pia", "pia", **WEEK) == 422  # taken already
    assert away(world, "pia", "pia", from_on="2026-12-02", to_on="2026-12-01") == 422
    assert away(world, "pia", "pia", from_on="2026-11-02", to_on="2026-11-03") == 422


def test_a_delegate_answers_only_while_somebody_is_away(world: World) -> None:
    with world.write() as cast:
        action = Busy(cast).action("Count the shelf", "pia", 1, by="tom").id
    max_ = world.sign_in("max")
    done = f"/actions/{action}/on-track"
    assert not max_.get(f"/actions/{action}").has_form(done)
    delegate = world.cast.person["max"]
    assert away(world, "pia", "pia", from_on="2026-11-17", to_on="2026-11-30",
                delegate=delegate) == 302  # fmt: skip
    assert "Count the shelf" not in max_.get("/").text  # not yet
    with world.write():
        db.session.scalars(sa.select(Absence)).one().from_on = TODAY
    assert "Count the shelf" in max_.get("/").text
    page = max_.get(f"/actions/{action}")
    assert max_.post(done, page.form(done)).status == 302
    pia = world.sign_in("pia")
    mine = f"/people/{world.cast.person['pia']}"
    back = next(f["_action"] for f in pia.get(mine).forms if "cancellation" in f["_action"])
    assert pia.post(back, pia.get(mine).form(back)).status == 302
    assert "Count the shelf" not in max_.get("/").text


def test_a_delegate_reads_nothing_confidential_by_it(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        secret = make.issue("A secret", "Sales", "Tech", by="sam", confidential=True)
        action = make.action("Read the log", "pia", 1, by="tom", issue=secret).id
    delegate = world.cast.person["olga"]
    assert away(world, "pia", "pia", **WEEK, delegate=delegate) == 302
    olga = world.sign_in("olga")
    assert olga.get(f"/actions/{action}").status == 404
    assert "Read the log" not in olga.get("/").text
