"""Doors that close: five failures an account, twenty a network address, in fifteen minutes."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker.db import db
from meetingtracker.models.throttle import Failure
from meetingtracker.web import throttle
from tests.cast import NOW, PASSWORD
from tests.conftest import World
from tests.pages.account.doors import headers, mail, opens, plain, tries

WINDOW = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


def kept(world: World) -> int:
    with world.read():
        return db.session.scalar(sa.select(sa.func.count(Failure.id))) or 0


def test_the_sixth_try_is_refused_even_with_the_right_password(world: World) -> None:
    for _ in range(5):
        assert tries(world, "sam@example.com").status == 422
    closed = tries(world, "SAM@example.com ", PASSWORD)
    assert closed.status == 429
    assert "Try again in 15 minutes" in closed.text
    assert "A link from an administrator works meanwhile" in closed.text
    assert 890 <= int(closed.answer.headers["Retry-After"]) <= 900
    assert opens(world, "tom"), "another account from the same address"


def test_four_failures_leave_the_door_open_and_success_forgets_them(world: World) -> None:
    for turn in (1, 2):
        for _ in range(4):
            assert tries(world, "sam@example.com").status == 422
        assert opens(world, "sam")
        assert kept(world) == 4 * turn, "those of the address still count"


def test_the_door_opens_to_the_second(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            tries(world, "sam@example.com")
        clock.move_to(NOW + WINDOW - SECOND)
        closed = tries(world, "sam@example.com", PASSWORD)
        assert closed.status == 429
        assert closed.answer.headers["Retry-After"] == "1"
        assert "Try again in 1 minute." in closed.text
        clock.move_to(NOW + WINDOW)
        assert opens(world, "sam")
        assert kept(world) == 0, "what no longer counts is gone"


def test_trying_on_does_not_keep_the_door_closed(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for minute in range(0, 15, 3):
            clock.move_to(NOW + timedelta(minutes=minute))
            tries(world, "sam@example.com")
        for _ in range(30):
            assert tries(world, "sam@example.com").status == 429
        clock.move_to(NOW + WINDOW)  # the first of five ends to count
        assert opens(world, "sam")


def test_twenty_failures_close_an_address_for_every_account(world: World) -> None:
    for n in range(20):
        assert tries(world, f"guess{n}@example.com").status == 422
    assert tries(world, "sam@example.com", PASSWORD).status == 429
    assert tries(world, "sam@example.com", PASSWORD, address="198.51.100.1").status == 302


def test_one_account_never_fills_the_measure_of_an_address(world: World) -> None:
    for _ in range(40):
        tries(world, "sam@example.com")
    assert opens(world, "tom")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_an_address_is_a_customer_s_network(address: str, network: str) -> None:
    assert throttle.network(address) == network


def test_unknown_people_are_counted_and_refused_in_the_same_words(world: World) -> None:
    """Known, unknown, has left, has no password: nothing but the log tells them apart."""
    with world.write() as cast:
        from meetingtracker.models.person import Person

        person = db.session.get(Person, cast.person["max"])
        assert person is not None
        person.password_hash = None
    emails = [f"{name}@example.com" for name in ("sam", "nobody", "gone", "max")]
    with mail(world), time_machine.travel(NOW, tick=False):
        for expected in (422,) * 5 + (429,):
            pages = [tries(world, email, address=f"192.0.2.{i}") for i, email in enumerate(emails)]
            assert [page.status for page in pages] == [expected] * 4
            texts = {plain(p).replace(e, "") for p, e in zip(pages, emails, strict=True)}
            assert len(texts) == 1
            assert all(headers(page) == headers(pages[0]) for page in pages)
        assert "A sign-in link by mail works meanwhile" in texts.pop()


def test_sixteen_tries_at_once_are_five(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes at the same moment does not get in beside the count."""
    looked: list[str] = []
    from meetingtracker.pages.account import views

    real = views.fits

    def fits(password: str, kept: str | None) -> bool:
        looked.append(password)
        return real(password, kept)

    monkeypatch.setattr(views, "fits", fits)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(tries(world, "sam@example.com").status))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [422] * 5 + [429] * 11
    assert len(looked) == 5, "while the door is closed no hash is computed"


def test_the_log_tells_why_and_never_the_password(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "Tr0ub4dor and three"
    for email in ("sam@example.com", "nobody@example.com"):
        tries(world, email, secret)
    for _ in range(5):
        tries(world, "sam@example.com", secret)
    assert "sign-in refused for 'sam@example.com' from 203.0.113.7: wrong password" in caplog.text
    assert "sign-in refused for 'nobody@example.com' from 203.0.113.7: no such" in caplog.text
    assert "door closed" in caplog.text
    assert secret not in caplog.text
