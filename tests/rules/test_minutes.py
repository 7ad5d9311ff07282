"""The canonical text of minutes: golden, stable, and safe against every title and note."""

import unicodedata
from dataclasses import replace
from datetime import date, time
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetingtracker.rules.minutes import (
    DecisionFacts,
    MinutesFacts,
    MinutesItem,
    NewActionFacts,
    OpenActionFacts,
    RaisedIssueFacts,
    minutes_markdown,
)

STOCK = MinutesItem(
    title="Stock count and web shop disagree after 18:00",
    department="Sales",
    presenter="Sam Reid",
    outcome="Became an action",
    notes=["Sales will pause the “last one” banner *today*.", "# Not a heading\n\n- a list\n"],
    decisions=[
        DecisionFacts("Evening count moves to 17:30", "until the fix is live", "Maya Ortiz"),
        DecisionFacts("No refunds", None, None),
    ],
    actions=[
        NewActionFacts(12, "Reserve stock at payment", "Tom Becker", date(2026, 11, 17)),
        NewActionFacts(13, "Tell the late shift", None, None),
    ],
    issues=[RaisedIssueFacts(214, "Count log is a day late")],
)
SECRET = MinutesItem("Severance of J. Doe", "People", "Ines Duarte", "Deferred", confidential=True)
MEETING = MinutesFacts(
    series="Weekly leader meeting",
    version=1,
    held_on=date(2026, 11, 12),
    starts_at=time(10, 2),
    ends_at=time(10, 58),
    zone="Europe/Berlin",
    facilitator="Maya Ortiz",
    present=["Maya Ortiz", "Tom Becker"],
    excused=["Lea Novak"],
    absent=[],
    items=[STOCK, SECRET],
    open_actions=[
        OpenActionFacts(7, "Compare logs", "Tom Becker", date(2026, 11, 6), "Done"),
        OpenActionFacts(8, "Call the lawyer", "Ines Duarte", date(2026, 11, 20), "Open", True),
    ],
    numbers=[("Minutes used", "56 of 60"), ("Promises kept by their first date", "6 of 9")],
)
GOLDEN = """\
# Minutes: Weekly leader meeting, 2026-11-12

- Date: Thursday, 2026-11-12
- Time: 10:02 to 10:58 (Europe/Berlin)
- Facilitator: Maya Ortiz
- Version: 1
- Present: Maya Ortiz, Tom Becker
- Excused: Lea Novak

## Agenda

### 1. Stock count and web shop disagree after 18:00

- Department: Sales
- Presenter: Sam Reid
- Outcome: Became an action

> Sales will pause the “last one” banner *today*.

> # Not a heading
>
> - a list

- Decision: Evening count moves to 17:30 — reason: until the fix is live — owner: Maya Ortiz
- Decision: No refunds
- Action 12: Reserve stock at payment — Tom Becker, due 2026-11-17
- Action 13: Tell the late shift — no owner, no date
- Issue #214: Count log is a day late

### 2. Confidential item

## Open actions from before

- Action 7: Compare logs — Tom Becker, due 2026-11-06 — Done
- Confidential action

## Numbers

- Minutes used: 56 of 60
- Promises kept by their first date: 6 of 9
"""
GOLDEN_ANNEX = """\
# Confidential annex: Weekly leader meeting, 2026-11-12

## 2. Severance of J. Doe

- Department: People
- Presenter: Ines Duarte
- Outcome: Deferred

## Open actions from before

- Action 8: Call the lawyer — Ines Duarte, due 2026-11-20 — Open
"""


def test_golden() -> None:
    minutes = minutes_markdown(MEETING)
    assert minutes.text == GOLDEN
    assert minutes.annex == GOLDEN_ANNEX
    # Written down, not computed: minutes issued years ago must still give this very hash.
    assert minutes.sha256 == "7279c2c5a6cfdbc8be391f2f8dd57ab717744befa9f67e3fbd384f33a6ed8023"
    assert minutes.annex_sha256 == sha256(GOLDEN_ANNEX.encode()).hexdigest()


def test_without_secrets_there_is_no_annex() -> None:
    minutes = minutes_markdown(replace(MEETING, items=[STOCK], open_actions=[]))
    assert minutes.annex is None
    assert minutes.annex_sha256 is None


def test_an_empty_meeting_still_reads() -> None:
    empty = replace(MEETING, items=[], open_actions=[], numbers=[], ends_at=None, present=[])
    text = minutes_markdown(empty).text
    assert "## Agenda\n\nNone.\n\n## Open actions from before\n\nNone.\n" in text
    assert "- Time: 10:02 (Europe/Berlin)\n- Facilitator" in text
    assert "- Present: none\n" in text


def test_the_text_of_a_confidential_item_stands_in_the_annex_alone() -> None:
    whole = replace(STOCK, confidential=True)
    minutes = minutes_markdown(replace(MEETING, items=[whole], open_actions=[]))
    assert minutes.annex is not None
    for words in ("Stock count", "Sales", "Sam Reid", "banner", "17:30", "Reserve", "log"):
        assert words not in minutes.text
        assert words in minutes.annex


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("a\n# b", "a \\# b"),
        ("a\r\n\r\n## 9. b", "a \\#\\# 9. b"),
        ("a\u2028# b\x85c", "a \\# b c"),
        ("C#", "C\\#"),
        ("*x* _y_ `z` ~~s~~", "\\*x\\* \\_y\\_ \\`z\\` \\~\\~s\\~\\~"),
        ("[x](http://y)", "\\[x\\](http://y)"),
        ("<b>R&D &amp; &#60;</b>", "&lt;b>R&D &amp;amp; &\\#60;&lt;/b>"),
        ("a | b \\", "a \\| b \\\\"),
        ("\u1fefcode\u1fef", "\\`code\\`"),
        ("nul\0 and \ud800 half", "nul and half"),
    ],
)
def test_a_title_cannot_break_the_structure(title: str, printed: str) -> None:
    text = minutes_markdown(replace(MEETING, items=[replace(STOCK, title=title)])).text
    assert f"\n### 1. {printed}\n" in text


def test_a_note_keeps_its_words_and_cannot_pose_as_the_document() -> None:
    note = "one  \ntwo\r\n### 9. Forged\n\n---\nthree"
    text = minutes_markdown(replace(MEETING, items=[replace(STOCK, notes=[note])])).text
    assert "\n> one  \n> two\n> ### 9. Forged\n>\n> ---\n> three\n" in text


ANYTHING = st.text(st.characters(), max_size=40)


@given(ANYTHING, ANYTHING, ANYTHING)
def test_any_text_gives_nfc_with_plain_line_ends_and_a_fitting_hash(
    title: str, note: str, name: str
) -> None:
    item = replace(STOCK, title=title, presenter=name, notes=[note])
    facts = replace(MEETING, series=title, present=[name], items=[item, SECRET])
    minutes = minutes_markdown(facts)
    assert minutes == minutes_markdown(facts)
    assert minutes.annex is not None
    for text in (minutes.text, minutes.annex):
        assert unicodedata.is_normalized("NFC", text)
        assert "\r" not in text
        assert "\0" not in text
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
    assert minutes.sha256 == sha256(minutes.text.encode()).hexdigest()
    headings = [line for line in minutes.text.split("\n") if line.startswith("#")]
    assert len(headings) == 6
