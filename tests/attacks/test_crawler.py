"""The crawler finds a fault that was put there, and a short walk finds none."""

import pytest

from tests.attacks.crawler import Crawler
from tests.busy import fill
from tests.conftest import World


def test_a_short_walk(sqlite_world: World) -> None:
    with sqlite_world.write() as cast:
        fill(cast)
    crawler = Crawler(sqlite_world, "tom", seed=7)
    assert crawler.walk(250) >= 250
    assert crawler.failures == []
    assert len(crawler.forms) > 10
    assert crawler.answers[302] > 10 and crawler.answers[422] > 10


def test_the_crawler_bites(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite_world.write() as cast:
        fill(cast)

    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("meetingtracker.models.comment.Comment.write", broken)
    crawler = Crawler(sqlite_world, "tom", seed=7)
    crawler.walk(400)
    assert crawler.failures
    assert all("/comments" in failure and "planted" in failure for failure in crawler.failures)
