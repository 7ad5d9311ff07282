"""Thousands of forms, right, wrong and absurd, by six people: no failure of ours."""

import time
from collections import Counter
from collections.abc import Callable

import pytest

from meetingtracker.pages.imports import job
from tests.attacks.crawler import Crawler
from tests.busy import fill
from tests.cast import Cast
from tests.conftest import World
from tests.scene import set_scene

pytestmark = pytest.mark.prove
EACH = 800
PEOPLE = ("ada", "lea", "maya", "tom", "pia", "max")


@pytest.fixture(autouse=True)
def _imports_end_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that outlives its test would write into the next one's database."""
    start = job.start

    def start_and_wait(*args: object, **kwargs: object) -> None:
        start(*args, **kwargs).join()  # type: ignore[arg-type]

    monkeypatch.setattr(job, "start", start_and_wait)


@pytest.mark.parametrize("begin", [fill, set_scene])
@pytest.mark.parametrize("name", PEOPLE)
def test_every_link_and_form(
    sqlite_world: World,
    name: str,
    begin: Callable[[Cast], object],
    record_property: Callable[[str, object], None],
) -> None:
    began = time.perf_counter()
    with sqlite_world.write() as cast:
        begin(cast)
    crawler = Crawler(sqlite_world, name, seed=PEOPLE.index(name))
    sent = crawler.walk(EACH)
    assert not crawler.failures, "\n\n".join(crawler.failures[:10])
    assert sent >= EACH
    counts: Counter[int] = crawler.answers
    said = ", ".join(f"{count} x {status}" for status, count in sorted(counts.items()))
    seconds = time.perf_counter() - began
    record_property(
        "figure", f"crawler as {name}: {sent} requests, {len(crawler.forms)} kinds of forms,"
        f" {seconds:.0f} s: {said}",
    )  # fmt: skip
