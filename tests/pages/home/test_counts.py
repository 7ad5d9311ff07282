"""Every number equals the list it opens, for every persona, on the pages where work is found."""

import pytest

from tests.busy import fill
from tests.cast import PEOPLE, Cast
from tests.conftest import Visit, World

PERSONAS = [key for key, *_ in PEOPLE if key != "gone"]
PAGES = (
    "/",
    "/more",
    "/board",
    "/board?view=table&flag=overdue",
    "/board?group=department&department=%(Tech)d",
    "/board?group=severity&customer=internal",
    "/actions",
    "/search?q=the",
)


def check_all(visit: Visit, cast: Cast) -> int:
    """Open every number of every page; answers how many there were."""
    totals: dict[str, int] = {}
    checked = 0
    for path in PAGES:
        page = visit.get(path % cast.department)
        assert page.status == 200, (path, page.text)
        for url, shown in page.counts.items():
            if url not in totals:
                totals[url] = visit.get(url).total
            assert totals[url] == shown, f"{path} shows {shown} at {url}, which has {totals[url]}"
            checked += 1
    return checked


@pytest.mark.parametrize("name", PERSONAS)
def test_every_number_opens_exactly_its_rows(sqlite_world: World, name: str) -> None:
    with sqlite_world.write() as cast:
        fill(cast)
    assert check_all(sqlite_world.sign_in(name), cast) > 30


@pytest.mark.parametrize("name", ["tom", "max"])
def test_every_number_opens_exactly_its_rows_on_both_databases(world: World, name: str) -> None:
    with world.write() as cast:
        fill(cast)
    assert check_all(world.sign_in(name), cast) > 30


def test_numbers_differ_between_who_may_see_and_who_may_not(sqlite_world: World) -> None:
    """The control: the world holds something hidden, so equal numbers would prove nothing."""
    with sqlite_world.write() as cast:
        fill(cast)
    lea = sqlite_world.sign_in("lea").get("/board")
    max_ = sqlite_world.sign_in("max").get("/board")
    assert lea.total == max_.total + 1
    assert "Somebody reads customers" in lea.text
    assert "Somebody reads customers" not in max_.text
