"""Whether somebody has an account can't be read from how long an answer takes."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker.db import db, writing
from meetingtracker.models.acts import make_link
from meetingtracker.models.person import Person
from meetingtracker.models.throttle import Failure
from meetingtracker.web import passwords, throttle
from tests.cast import NOW, PASSWORD
from tests.conftest import World
from tests.pages.account.doors import mail

pytestmark = pytest.mark.prove
PAIRS = 60
CLOSE = 0.010  # seconds between the medians
CLOSER = 0.003  # where no hash is computed
Try = Callable[[str], float]


@pytest.fixture
def strong(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Real argon2, and doors that never close, so that each try goes all the way."""
    real = passwords._hasher.__wrapped__(False)
    monkeypatch.setattr(passwords, "_hasher", lambda testing: real)
    passwords._nobodys.cache_clear()
    monkeypatch.setattr(throttle, "PER_ACCOUNT", 10**6)
    monkeypatch.setattr(throttle, "PER_ADDRESS", 10**6)
    monkeypatch.setattr(make_link, "MAILS_PER_ACCOUNT", 10**6)
    with world.write():
        db.session.execute(sa.update(Person).values(password_hash=real.hash(PASSWORD)))
    yield world
    passwords._nobodys.cache_clear()


def apart(attempt: Try) -> tuple[float, float, float]:
    """Medians of alternating tries for known and unknown people, and what lies between."""
    known, unknown = [], []
    attempt("warm@example.com")
    attempt("sam@example.com")
    for n in range(PAIRS):
        pair = [("sam@example.com", known), (f"s{n % 10}m@example.com", unknown)]
        for email, times in pair if n % 2 else reversed(pair):
            times.append(attempt(email))
    a, b = statistics.median(known), statistics.median(unknown)
    return a, b, abs(a - b)


def timed(world: World, path: str) -> Try:
    visit = world.stranger()
    visit.get(path)

    def attempt(email: str) -> float:
        fields = {"email": email, "password": "not the password", "csrf_token": visit.token}
        began = time.perf_counter()
        answer = visit.client.post(path, data=fields)
        took = time.perf_counter() - began
        assert answer.status_code in (200, 422)
        return took

    return attempt


@pytest.mark.parametrize("path", ["/login", "/login/link", "/reset"])
def test_known_and_unknown_people_wait_alike(
    strong: World, database: str, path: str, say: Callable[[str], None]
) -> None:
    with mail(strong):
        known, unknown, between = apart(timed(strong, path))
    say(
        f"{database} {path}: known {known * 1000:.2f} ms, unknown {unknown * 1000:.2f} ms, "
        f"{between * 1000:.2f} ms between"
    )
    assert between < (CLOSE if path == "/login" else CLOSER)


def test_the_check_bites(strong: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a hash for nobody the difference is seen."""
    from meetingtracker.pages.account import views

    real = views.fits
    monkeypatch.setattr(
        views, "fits", lambda password, kept: kept is not None and real(password, kept)
    )
    _known, _unknown, between = apart(timed(strong, "/login"))
    assert between > CLOSE


def test_a_closed_door_costs_the_same_for_nobody(
    world: World, database: str, say: Callable[[str], None]
) -> None:
    with time_machine.travel(NOW, tick=True), world.app.app_context(), writing():
        for email in ("sam@example.com", *(f"s{n}m@example.com" for n in range(10))):
            key = Failure.of("account", email)
            Failure.note(*[key] * 5, at=NOW + timedelta(seconds=1))
    visit = world.stranger()
    visit.get("/login")

    def attempt(email: str) -> float:
        fields = {"email": email, "password": "not the password", "csrf_token": visit.token}
        began = time.perf_counter()
        visit.client.post("/login", data=fields)
        return time.perf_counter() - began

    known, unknown, between = apart(attempt)
    say(f"{database} closed: {known * 1000:.2f} and {unknown * 1000:.2f} ms")
    assert between < CLOSER
