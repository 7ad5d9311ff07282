"""What the tests of second factors share: an authenticator app, and people who have one."""

import re

import pyotp
import sqlalchemy as sa

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.second_factor import RecoveryCode, SecondFactor
from meetingtracker.rules.accounts import FactorPolicy
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW, PASSWORD
from tests.conftest import Visit, World
from tests.page import Page

CODE = re.compile(r"\b[A-Z2-7]{5}-[A-Z2-7]{5}\b")


def seed_on(page: Page) -> str:
    """The key that the page shows to be typed."""
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert found, page.text
    return found.group(1).replace(" ", "")


def codes_on(page: Page) -> list[str]:
    """The recovery codes on the sheet."""
    sheet = re.search(r"<pre[^>]*>(.*?)</pre>", page.text, re.S)
    assert sheet, page.text
    return CODE.findall(sheet.group(1))


def code(seed: str, *, steps: int = 0) -> str:
    """What the app shows now, or showed some steps of 30 seconds away."""
    return pyotp.TOTP(seed).at(clock.now(), counter_offset=steps)


def set_up_app(visit: Visit) -> tuple[str, list[str]]:
    """The seed, and the recovery codes if it is the first factor.

    The code that is sent is that of the step before, so that the one of now is still unused.
    """
    seed = seed_on(visit.get("/account/factors/app"))
    done = visit.post("/account/factors/app", {"code": code(seed, steps=-1)})
    assert done.status in (200, 302), done.text
    return seed, codes_on(done) if done.status == 200 else []


def with_app(world: World, name: str = "sam") -> tuple[str, list[str]]:
    return set_up_app(world.sign_in(name))


def first_step(world: World, name: str = "sam", **fields: str) -> Visit:
    """Somebody whose password was right."""
    visit = world.stranger()
    fields = {"email": f"{name}@example.com", "password": PASSWORD, **fields}
    answer = visit.post("/login", fields, page="/login")
    assert answer.location == "/sign-in/factor", answer.text
    visit.get("/sign-in/factor")
    return visit


def require_of(world: World, policy: FactorPolicy) -> None:
    with world.write():
        organisation = the_organisation()
        assert organisation is not None
        organisation.change(factor_policy=policy, by=SYSTEM, at=NOW)


def factors(world: World, name: str) -> list[SecondFactor]:
    """All that somebody ever had."""
    with world.read() as cast:
        query = sa.select(SecondFactor).where(SecondFactor.person_id == cast.person[name])
        return list(db.session.scalars(query.order_by(SecondFactor.id)))


def unused_codes(world: World, name: str) -> int:
    with world.read() as cast:
        query = sa.select(sa.func.count()).where(
            RecoveryCode.person_id == cast.person[name], RecoveryCode.used_at.is_(None)
        )
        return db.session.scalar(query) or 0
