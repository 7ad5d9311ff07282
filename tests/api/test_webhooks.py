"""/api/v1/webhooks: for administrators, with a secret that is shown once."""

from base64 import b64encode

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.webhook import Webhook
from meetingtracker.web.seal import Unreadable, signing_key
from tests.api.program import program
from tests.conftest import World

HOOK = {"url": "https://example.com/told", "events": ["action.*", "meeting.issued"]}


def test_its_whole_life(world: World) -> None:
    ada = program(world, "ada")
    made = ada.post("/webhooks", HOOK)
    assert made.status == 201
    assert made.json["secret"].startswith("whsec_")
    path = f"/webhooks/{made.json['id']}"
    shown = ada.get(path).json
    assert shown == {k: v for k, v in made.json.items() if k != "secret"}
    assert ada.get("/webhooks").json["items"] == [shown]
    patch = {"version": 1, "url": "https://example.com/other", "events": ["issue.raised"]}
    changed = ada.patch(path, patch)
    assert (changed.status, changed.json["version"]) == (200, 2)
    assert ada.patch(path, patch).status == 409
    assert ada.patch(path, {"version": 2, "active": False}).json["active"] is False
    assert ada.get("/webhooks?active=true").json["total"] == 0
    with world.read():
        row = db.session.scalars(sa.select(Webhook)).one()
        assert made.json["secret"].removeprefix("whsec_") not in row.secret
        key = signing_key(row.secret, person_id=world.cast.person["ada"])
        assert b64encode(key).decode() == made.json["secret"].removeprefix("whsec_")
        with pytest.raises(Unreadable):
            signing_key(row.secret, person_id=world.cast.person["lea"])


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "http://example.com/"}, "url"),
        ({"url": ""}, "url"),
        ({"url": None}, "url"),
        ({"events": []}, "events"),
        ({"events": ["person.joined"]}, "events"),
        ({"events": ["*"]}, "events"),
        ({"events": "action.*"}, "events"),
        ({"secret": "mine"}, "secret"),
        ({"person_id": 1}, "person_id"),
    ],
)
def test_what_can_not_be_names_its_field(
    world: World, fields: dict[str, object], named: str
) -> None:
    answer = program(world, "ada").post("/webhooks", {**HOOK, **fields})
    assert (answer.status, list(answer.fields)) == (422, [named])


@pytest.mark.parametrize("name", ["lea", "sam", "max"])
def test_only_administrators(world: World, name: str) -> None:
    theirs = program(world, name)
    assert theirs.get("/webhooks").status == 403
    assert theirs.post("/webhooks", HOOK).status == 403
