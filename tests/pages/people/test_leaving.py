"""/people/<id>/leaving: nothing promised is left without somebody who answers for it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.department import Department
from meetingtracker.models.issue import Issue
from meetingtracker.models.person import Person
from meetingtracker.models.series import Series
from meetingtracker.rules.states import UNFINISHED
from tests.busy import Busy
from tests.cast import TODAY
from tests.conftest import Visit, World


def promised(world: World) -> dict[str, int]:
    """Four promises of pia: plain, on a confidential issue, proposed to her, blocked."""
    with world.write() as cast:
        make = Busy(cast)
        secret = make.issue("Somebody reads mails", "Sales", "Tech", by="sam", confidential=True,
                            person="pia")  # fmt: skip
        rows = {
            "plain": make.action("Count", "pia", 1, by="tom"),
            "secret": make.action("Read the log", "pia", 2, by="tom", issue=secret),
            "proposed": make.action("Help Sales", "pia", 3, by="sam"),
            "blocked": make.action("Ship", "pia", 4, by="tom"),
        }
        rows["blocked"].block(need="a box", next_look_on=TODAY, by=cast.actor("pia"),
                              at=rows["plain"].created_at, on=TODAY)  # fmt: skip
        return {name: row.id for name, row in rows.items()}


def form(world: World, ada: Visit, name: str = "pia") -> tuple[str, dict[str, object]]:
    path = f"/people/{world.cast.person[name]}/leaving"
    page = ada.get(path)
    assert page.status == 200
    with world.read():
        mine = sa.select(Action.id).where(
            Action.owner_id == world.cast.person[name], Action.status.in_(UNFINISHED)
        )
        chosen: dict[str, object] = {f"promise-{i}": "" for i in db.session.scalars(mine)}
    return path, {"version": page.form(path)["version"], **chosen}


def test_the_heir_takes_over_everything(world: World) -> None:
    ids = promised(world)
    ada = world.sign_in("ada")
    path, fields = form(world, ada)
    answer = ada.post(path, {**fields, "heir": world.cast.person["dina"]})
    assert answer.status == 302
    with world.read() as cast:
        heir = cast.person["dina"]
        owners = {db.session.get_one(Action, i).owner_id for i in ids.values()}
        assert owners == {heir}
        assert db.session.scalars(sa.select(Issue.point_person_id)).all() == [heir]
        assert not db.session.get_one(Person, cast.person["pia"]).is_active
    # The heir reads what they now have to do, and nobody else does.
    assert world.sign_in("dina").get(f"/actions/{ids['secret']}").status == 200
    assert world.sign_in("olga").get(f"/actions/{ids['secret']}").status == 404


def test_each_promise_goes_its_own_way(world: World) -> None:
    ids = promised(world)
    ada = world.sign_in("ada")
    path, fields = form(world, ada)
    person = world.cast.person
    chosen = {
        f"promise-{ids['plain']}": person["olga"], f"promise-{ids['secret']}": "delegate",
        f"promise-{ids['proposed']}": "wait",
    }  # fmt: skip
    extra = {"heir": person["dina"], "delegate": person["max"], "waits_until": "2026-11-27"}
    assert ada.post(path, {**fields, **chosen, **extra}).status == 302
    with world.read():
        rows = {name: db.session.get_one(Action, i) for name, i in ids.items()}
        assert rows["plain"].owner_id == person["olga"]
        assert rows["blocked"].owner_id == person["dina"]
        assert rows["secret"].owner_id == rows["proposed"].owner_id == person["pia"]
        assert rows["proposed"].waits_until_on == TODAY + timedelta(days=11)
        # Invariant: a deactivation leaves no open promise without anybody.
        left = [r for r in rows.values() if r.owner_id == person["pia"]]
        assert all(r.waits_until_on or r.owner and r.owner.delegate_id for r in left)
    stand_in = world.sign_in("max")
    assert "Read the log" in stand_in.get("/").text
    page = stand_in.get(f"/actions/{ids['secret']}")
    done = f"/actions/{ids['secret']}/completion"
    assert stand_in.post(done, page.form(done)).status == 302
    with world.read():
        assert db.session.get_one(Action, ids["secret"]).done_on == TODAY


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Name who takes over."),
        ({"heir": "pia"}, "Choose somebody who is still here."),
        ({"heir": "dina", "promise": "delegate"}, "Say who answers"),
        ({"heir": "dina", "promise": "wait"}, "until when"),
        ({"heir": "dina", "promise": "wait", "waits_until": "2026-11-15"}, "until when"),
        ({"heir": "dina", "missing": "1"}, "A promise was added meanwhile"),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_done(
    world: World, fields: dict[str, str], sentence: str
) -> None:
    ids = promised(world)
    ada = world.sign_in("ada")
    path, posted = form(world, ada)
    if "missing" in fields:
        posted.pop(f"promise-{ids['plain']}")
    if "promise" in fields:
        posted[f"promise-{ids['plain']}"] = fields["promise"]
    heir = fields.get("heir")
    posted |= {"heir": world.cast.person[heir] if heir else "",
               "waits_until": fields.get("waits_until", "")}  # fmt: skip
    answer = ada.post(path, posted)
    assert answer.status == 422
    assert sentence in answer.text
    with world.read() as cast:
        assert db.session.get_one(Person, cast.person["pia"]).is_active
        assert {db.session.get_one(Action, i).owner_id for i in ids.values()} == {
            cast.person["pia"]
        }


def test_the_last_administrator_and_an_only_leader_stay(world: World) -> None:
    ada = world.sign_in("ada")
    for name, sentence in (("ada", "last administrator"), ("sam", "has no other leader")):
        path, fields = form(world, ada, name)
        answer = ada.post(path, {**fields, "heir": world.cast.person["max"]})
        assert answer.status == 422
        assert sentence in answer.text


def test_roles_go_over_and_a_deputy_moves_up(world: World) -> None:
    ada = world.sign_in("ada")
    path, fields = form(world, ada, "tom")
    assert ada.post(path, {**fields, "heir": world.cast.person["lea"]}).status == 302
    path, fields = form(world, ada, "maya")
    assert "has no other leader" in ada.post(
        path, {**fields, "heir": world.cast.person["lea"]}
    ).text  # fmt: skip
    with world.read() as cast:
        tech = db.session.get_one(Department, cast.department["Tech"])
        assert (tech.leader_id, tech.deputy_id) == (cast.person["dina"], None)
        assert db.session.get_one(Series, cast.series).owner_id == cast.person["maya"]


def test_a_title_that_the_administrator_may_not_read_is_not_shown(world: World) -> None:
    promised(world)
    page = world.sign_in("ada").get(f"/people/{world.cast.person['pia']}/leaving")
    assert "Confidential action" in page.text
    assert "Read the log" not in page.text


def test_who_left_comes_back_without_a_password(world: World) -> None:
    ada = world.sign_in("ada")
    gone = world.cast.person["gone"]
    ada.get(f"/people/{gone}")
    assert ada.post(f"/people/{gone}/return").status == 302
    with world.read():
        person = db.session.get_one(Person, gone)
        assert person.is_active
        assert person.password_hash is None


def test_only_administrators(world: World) -> None:
    for name in ("lea", "tom", "pia"):
        visit = world.sign_in(name)
        pia = world.cast.person["pia"]
        for path in ("leaving", "edit"):
            assert visit.get(f"/people/{pia}/{path}").status == 403
        assert visit.post(f"/people/{pia}/return").status == 403
