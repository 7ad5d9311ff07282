"""Single sign-on with a provider whose name, answers and claims carry odd texts."""

from typing import Any
from urllib.parse import quote

from meetingtracker.db import db
from meetingtracker.models.department import Department
from meetingtracker.models.organisation import Organisation
from meetingtracker.rules.permissions import SYSTEM
from tests.attacks.inert import Look, folded
from tests.attacks.outputs import Shapes, looked
from tests.cast import NOW
from tests.conftest import Visit
from tests.pages.sso.conftest import Door

INSIDE = ("/account", "/people", "/account/confirm")


def check_sign_on(door: Door, own_shapes: Shapes, texts: tuple[str, ...]) -> int:
    """How many pages were looked at: each holds what the templates make and nothing else."""
    plain = sign_on_pages(door, "Plain words", 0)
    allowed = own_shapes | {shape for seen in plain for shape in seen.shapes}
    pages = 0
    for number, text in enumerate(texts, start=1):
        looks = sign_on_pages(door, text, number)
        assert {shape for seen in looks for shape in seen.shapes} <= allowed, text
        pages += len(looks)
    return pages


def sign_on_pages(door: Door, text: str, number: int) -> list[Look]:
    """The button, every refusal, and what somebody sees who comes in with such claims."""
    named(door, text)
    button = _looked(door.world.stranger().get("/login"))
    assert folded(text) in button.text, text
    inside = come_in(door, text, number)
    looks = [_looked(inside.get(path)) for path in INSIDE]
    assert folded(text)[:80] in looks[1].text, text
    return [button, *_refused(door, text), *looks]


def named(door: Door, text: str) -> None:
    """The provider and the company are called so; whoever comes gets an account."""
    door.configure(
        name=text, create=True, department_claim="unit", role_claim="groups",
        role_map={"it": "admin"},
    )  # fmt: skip
    with door.world.write():
        db.session.get_one(Organisation, 1).change(name=text[:120], by=SYSTEM, at=NOW)


def _refused(door: Door, text: str) -> list[Look]:
    """By the provider, by the state, as its answer can't be used, and as nobody."""
    parts = ("error", "error_description", "error_uri", "code", "iss", text)
    said = {name: text for name in parts}
    looks = []
    for claims in (None, {"nonce": text}, {"sub": [text]}, {"email": text, "email_verified": text}):
        visit = door.world.stranger()
        asked = door.leave(visit, f"/sso?next={quote(text, safe='')}")
        if claims:
            door.provider.claims = claims
            said = {"code": door.provider.authorize(asked)}
        denied = door.come_back(visit, **{**said, "state": asked["state"]})
        again = door.come_back(visit, **{**said, "state": text})
        assert {denied.status, again.status} <= {400, 403, 502}, text
        looks += [_looked(denied), _looked(again)]
    return looks


def come_in(door: Door, text: str, number: int) -> Visit:
    """Somebody new, whose name, group and department are this text; what is no mail address would
    make no account."""
    with door.world.write():
        unit = f"{number} {folded(text)}"[:80]
        Department.found(name=unit, colour=0, by=SYSTEM, at=NOW)
    door.provider.claims = {
        "sub": f"{number} {text}"[:255], "email": f"new{number}@example.com",
        "name": text, "unit": unit, "groups": [text, text],
    }  # fmt: skip
    visit = door.world.stranger()
    answer = door.walk(visit)
    assert (answer.status, answer.location) == (302, "/"), (text, answer.text)
    return visit


def _looked(page: Any) -> Look:
    seen = looked(page.answer, page.path)
    assert seen is not None
    return seen
