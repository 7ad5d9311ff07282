"""Search: a number jumps, words find what one may see, and nothing else."""

import pytest

from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.models.reads.search import FEW
from tests.busy import Busy, fill
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World
from tests.page import lasting


def decide(cast: Cast, text: str, **values: object) -> None:
    Decision.create(
        "decision.made", by=cast.actor("maya"), at=NOW, text=text, state=DecisionState.stands,
        decided_on=TODAY, created_at=NOW, **values,
    )  # fmt: skip


def test_words_find_issues_actions_items_and_decisions(world: World) -> None:
    with world.write() as cast:
        fill(cast)
        decide(cast, "Sales pays for the data feed")
    page = world.sign_in("sam").get("/search?q=FEED+data")
    assert page.status == 200
    for words in (
        "Price the supplier data feed",
        "Who pays for the data feed?",
        "Sales pays for the data feed",
    ):  # fmt: skip
        assert words in page.text
    assert page.total == 3
    assert page.counts["/search?q=FEED+data&kind=items"] == 1


@pytest.mark.parametrize("words", ["%s", "%%23%s"])
def test_a_number_jumps_to_its_issue(world: World, words: str) -> None:
    with world.write() as cast:
        issue_id = Busy(cast).issue("Stock differs", "Sales", "Tech", by="sam").id
    answer = world.sign_in("pia").get("/search?q=" + words % issue_id)
    assert (answer.status, answer.location) == (302, f"/issues/{issue_id}")


def test_a_hidden_number_answers_as_one_that_is_not_there(world: World) -> None:
    with world.write() as cast:
        hidden = Busy(cast).issue("A secret", "Support", "Tech", by="noor", confidential=True).id
    visit = world.sign_in("max")
    there, nowhere = visit.get(f"/search?q=%23{hidden}"), visit.get("/search?q=%23999999")
    assert there.status == nowhere.status == 200
    assert _without(there.text, hidden) == _without(nowhere.text, 999999)


def _without(text: str, number: int) -> str:
    """The page without the number that was typed."""
    return lasting(text).replace(f'"#{number}"', "").replace(f"“#{number}”", "")


def test_what_one_may_not_see_is_not_found_by_any_kind(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        secret = make.issue("Xylophone plan", "Support", "Tech", by="noor", confidential=True)
        make.action("Xylophone check", "pia", 1, by="tom", issue=secret)
        decide(cast, "Xylophone decided", issue_id=secret.id)
    assert world.sign_in("lea").get("/search?q=xylophone").total == 3
    page = world.sign_in("max").get("/search?q=xylophone")
    assert page.total == 0
    assert "Xylophone" not in page.text


@pytest.mark.parametrize("words", ["100%25", "invoice_mails", "Ümlauts 100%25"])
def test_signs_are_words_and_not_patterns(world: World, words: str) -> None:
    with world.write() as cast:
        Busy(cast).issue("Ümlauts break 100% of the invoice_mails", "Sales", "Tech", by="sam")
        Busy(cast).issue("Plain words break 1000 invoices, mails", "Sales", "Tech", by="sam")
    assert world.sign_in("pia").get(f"/search?q={words}").total == 1


def test_more_than_a_few_open_a_list_of_their_own(world: World) -> None:
    with world.write() as cast:
        for n in range(FEW + 3):
            Busy(cast).issue(f"Stock differs {n}", "Sales", "Tech", by="sam")
    visit = world.sign_in("pia")
    page = visit.get("/search?q=stock")
    assert (page.total, "3 more" in page.text) == (FEW + 3, True)
    second = visit.get("/search?q=stock&kind=issues&page=2")
    assert second.total == FEW + 3
    assert "Stock differs 0<" in second.text


def test_an_empty_search_helps(world: World) -> None:
    page = world.sign_in("pia").get("/search")
    assert page.total == 0
    assert "Look for words or a number" in page.text
    assert "Nothing found" in world.sign_in("pia").get("/search?q=zebra").text


def test_strangers_and_other_methods(sqlite_world: World) -> None:
    assert sqlite_world.stranger().get("/search?q=x").location.startswith("/login")
    assert sqlite_world.sign_in("pia").post("/search").status == 405


@pytest.mark.parametrize("query", ["kind=people&q=x", "page=0&q=x", "q=" + "x" * 201])
def test_unknown_values_are_refused(sqlite_world: World, query: str) -> None:
    assert sqlite_world.sign_in("pia").get(f"/search?{query}").status == 400


def test_what_was_typed_comes_back_inert(sqlite_world: World) -> None:
    page = sqlite_world.sign_in("pia").get("/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E%00")
    assert page.status == 200
    assert "<script>alert" not in page.text
