"""The weekly loop as people press it: propose, plan, run, write down, close, read."""

import re

from tests.conftest import World


def test_from_the_pool_to_issued_minutes(world: World) -> None:
    maya, tom = world.sign_in("maya"), world.sign_in("tom")
    series = world.cast.series
    for title in ("Stock count and web shop disagree", "Two teams call the same customer"):
        page = tom.get("/agenda/new")
        fields = page.form("/agenda/new") | {
            "title": title, "ask": "decide", "minutes": "15",
            "department": world.cast.department["Tech"], "presenter": world.cast.person["tom"],
        }  # fmt: skip
        assert re.match(r"/agenda/\d+$", tom.post("/agenda/new", fields).location)
    assert tom.get("/agenda?show=pool").total == 2
    plan = f"/meetings/series/{series}/next"
    page = maya.get(plan)
    assert page.form(plan)["held_on"] == "2026-11-19"  # the coming Thursday
    meeting = maya.post(plan, page.form(plan)).location
    page = maya.get(meeting)
    assert page.total == 2 and "30 of 60 minutes" in page.text
    assert tom.get("/agenda?show=pool").total == 0
    placements = re.findall(rf"{meeting}/placements/(\d+)/position", page.text)
    first, second = placements[0], placements[2]
    maya.post(f"{meeting}/placements/{first}/position", {"direction": "down"})
    text = maya.get(meeting).text
    assert text.index("Two teams") < text.index("Stock count")

    assert maya.post(f"{meeting}/start").location == f"{meeting}/room"
    room = f"{meeting}/room"
    assert "Two teams call the same customer" in maya.get(room).text
    maya.post(f"{meeting}/attendance", {"everybody": "1"})
    line = f"{meeting}/placements/{second}/lines"
    for words in (
        "d One voice for each customer",
        "a Keep one list @tom tomorrow",
        "n Said *plainly*",
    ):
        assert maya.post(line, {"line": words}).location == room
    page = maya.get(room)
    for words in ("One voice for each customer", "Keep one list", "<em>plainly</em>", "5 of 5"):
        assert words in page.text
    outcome = f"{meeting}/placements/{second}/outcome"
    assert maya.post(outcome, page.form(outcome) | {"outcome": "decided"}).location == room
    assert maya.post(f"{meeting}/current", {"placement": first}).location == room
    assert "Stock count" in tom.get(room).text

    close = f"{meeting}/close"
    assert maya.post(f"{meeting}/wrap-up").location == close
    page = maya.get(close)
    assert "Stock count and web shop disagree” has no outcome" in page.text
    assert maya.post(close, page.form(close)).status == 422
    maya.post(f"{meeting}/unreached")
    page = maya.get(close)
    assert maya.post(close, page.form(close) | {"plan_next": "y"}).location == f"{meeting}/minutes"
    page = tom.get(f"{meeting}/minutes")
    assert 'data-md="minutes"' in page.text and "One voice for each customer" in page.text
    file = tom.client.get(f"{meeting}/minutes.md")
    assert file.mimetype == "text/markdown" and b"# Minutes: Leader meeting" in file.data
    # What was not reached stands on the next agenda, planned in the same step.
    following = next(link for link in tom.get("/agenda").links if re.match(r"/meetings/\d+$", link))
    assert following != meeting and "carried over" in tom.get(following).text
    assert tom.get("/decisions").total == 1
    assert tom.get("/decisions?q=voice+customer").total == 1
    assert tom.get("/decisions?q=nothing").total == 0
    assert tom.get("/meetings").total == 2
