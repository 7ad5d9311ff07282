"""Reading issued minutes: decisions and promises, differences, and the hashes of a copy."""

from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetingtracker.rules.minutes_reading import (
    Corrected,
    Line,
    Promise,
    difference,
    hashes_of,
    overview,
    with_corrections,
)
from tests.rules.test_minutes import GOLDEN


def test_the_overview_is_what_the_text_says() -> None:
    read = overview(GOLDEN)
    assert read.decisions == [
        "Evening count moves to 17:30 — reason: until the fix is live — owner: Maya Ortiz",
        "No refunds",
    ]
    assert read.actions == [
        Promise(12, "Reserve stock at payment", "Tom Becker", date(2026, 11, 17)),
        Promise(13, "Tell the late shift", "no owner", None),
    ]


def test_a_note_passes_for_no_decision_and_escapes_are_read_back() -> None:
    text = "## Agenda\n\n> - Decision: none\n\n- Decision: \\*all\\* &lt;b> &amp;amp; \\#1\n"
    assert overview(text).decisions == ["*all* <b> &amp; #1"]


def test_the_difference_shows_a_line_around_each_change() -> None:
    old = "# A\n\n- one\n- two\n- three\n- four\n- five\n"
    assert difference(old, old) == []
    assert difference(old, old.replace("three", "3")) == [
        Line("…", ""), Line(" ", "two"), Line("-", "three"), Line("+", "3"), Line(" ", "four"),
        Line("…", ""),
    ]  # fmt: skip


@given(st.text(), st.text())
def test_every_changed_line_is_told(old: str, new: str) -> None:
    lines = difference(old, new)
    gone, came = (set(a.split("\n")) - set(b.split("\n")) for a, b in ((old, new), (new, old)))
    assert len([x for x in lines if x.sign == "-"]) >= len([g for g in gone if g.strip("#->\n ")])
    assert len([x for x in lines if x.sign == "+"]) >= len([c for c in came if c.strip("#->\n ")])


@pytest.mark.parametrize("change", ["\r\n", "\ufeff", "\n\n", "corrected"])
def test_a_copy_has_the_hash_of_the_text(change: str) -> None:
    digest = sha256(GOLDEN.encode()).hexdigest()
    errata = [Corrected(1, date(2026, 11, 20), "Not\n6", "Maya Ortiz", "Tom Becker")]
    copy = {
        "\r\n": GOLDEN.replace("\n", "\r\n"),
        "\ufeff": "\ufeff" + GOLDEN,
        "\n\n": GOLDEN + "\n\n",
        "corrected": with_corrections(GOLDEN, errata),
    }[change]
    assert digest in hashes_of(copy.encode())
    assert digest not in hashes_of(copy.replace("Stock", "stock").encode())


def test_without_corrections_the_file_is_the_text() -> None:
    assert with_corrections(GOLDEN, []) == GOLDEN
