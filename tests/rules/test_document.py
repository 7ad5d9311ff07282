"""Long documents: every word shown, every heading on its level."""

import re
from collections import Counter
from html import unescape

import pytest

from meetingtracker.markup.document import render_document
from meetingtracker.rules.minutes import annex_for

ITEM = "### {n}. Item {n}\n\n- Outcome: Deferred\n\n> {note}\n\n"


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", unescape(re.sub(r"<[^>]+>", " ", text))))


@pytest.mark.parametrize(
    "note",
    [
        "short",
        "word " * 5_000,
        "x" * 25_000,
        "\n> ".join(f"line {i}" for i in range(3_000)),
        "# a heading\n>\n> - a list",
        "[" * 300 + "tangled",
    ],
)
def test_no_word_is_lost_and_headings_keep_their_level(note: str) -> None:
    text = "# Minutes\n\n## Agenda\n\n" + "".join(ITEM.format(n=n, note=note) for n in (1, 2))
    html = render_document(text)
    if "x" * 100 not in note:  # a word longer than a piece is cut
        assert words(text.replace("#", "")) <= words(html) + Counter({"1": 2, "2": 2})
    else:
        assert html.count("x") >= note.count("x") * 2
    assert html.count("<h2>Minutes</h2>") == 1
    assert html.count("<h3>Agenda</h3>") == 1
    assert ">.</h" not in html and "# ." not in html
    if "[" not in note:
        assert html.count("<h4>") >= 2


def test_a_piece_that_cannot_be_parsed_leaves_the_others_alone() -> None:
    html = render_document("# M\n\n### 1. A\n\n> " + "[" * 300 + "\n\n### 2. B\n\n> *fine*\n")
    assert "<em>fine</em>" in html and "<h4>2. B</h4>" in html


ANNEX = """\
# Confidential annex: Weekly

### 2. Severance

- Outcome: Deferred

> ### 5. Not a heading
>
> ## Open actions from before

### 5. Lawsuit

- Action 9: Call the lawyer — Ines, due 2026-11-20

## Open actions from before

- Action 8: Write to the court — Ines, due 2026-11-20 — Open
- Action 12: Pay — Ines, due 2026-11-20 — Open
"""


@pytest.mark.parametrize(
    ("items", "actions", "shown", "hidden"),
    [
        ({2, 5}, {8, 12}, ["Severance", "Lawsuit", "court", "Pay", "Not a heading"], []),
        ({2}, set(), ["Severance", "Not a heading"], ["Lawsuit", "lawyer", "court", "Pay"]),
        ({5}, {12}, ["Lawsuit", "lawyer", "Pay"], ["Severance", "Not a heading", "court"]),
        (set(), {8}, ["court"], ["Severance", "Lawsuit", "Pay", "lawyer"]),
        ({9}, {9}, [], ["Severance", "Lawsuit", "court", "Pay", "lawyer"]),
    ],
)
def test_an_annex_shows_each_reader_only_their_own_part(
    items: set[int], actions: set[int], shown: list[str], hidden: list[str]
) -> None:
    text = annex_for(ANNEX, items=items, actions=actions)
    assert (text is not None) is bool(shown)
    assert all(part in (text or "") for part in shown)
    assert not any(part in (text or "") for part in hidden)


def test_the_whole_annex_comes_back_as_it_was() -> None:
    assert annex_for(ANNEX, items={2, 5}, actions={8, 12}) == ANNEX


def test_a_heading_in_a_note_is_none_of_the_documents() -> None:
    html = render_document("# Minutes\n\n### 1. Item\n\n> # Loud *words*\n>\n> text\n")
    assert "<strong>Loud <em>words</em></strong>" in html
    assert re.findall(r"<(h\d)>", html) == ["h2", "h4"]
