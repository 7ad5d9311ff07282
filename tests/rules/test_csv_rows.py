"""Reading tables: nothing is lost, nothing is guessed, every fault has its line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetingtracker.rules.csv_rows import guarded, read_sheet, unguarded, write_csv
from meetingtracker.rules.import_rows import (
    ACTION_COLUMNS,
    ISSUE_COLUMNS,
    read_actions,
    read_issues,
    read_people,
)
from meetingtracker.rules.permissions import Role
from meetingtracker.rules.states import Status

HEADER = ",".join(ACTION_COLUMNS)
GOOD = "A-1,Call them back,Sales,max@example.com,2026-12-01,open,normal,Words"


def actions(*lines: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *lines, ""]).encode()


def problems(raw: bytes) -> list[tuple[int, str]]:
    return sorted((bad.line, bad.column) for bad in read_actions(raw)[1])


def test_a_good_row_with_and_without_a_byte_order_mark() -> None:
    for raw in (actions(GOOD), b"\xef\xbb\xbf" + actions(GOOD), actions(GOOD).replace(b"\r", b"")):
        (row,), bad = read_actions(raw)
        assert not bad
        assert (row.external_id, row.status, str(row.due_on)) == ("A-1", Status.open, "2026-12-01")


def test_the_columns_may_stand_in_any_order_and_lines_are_counted_through_quotes() -> None:
    header = "title,external_id,department,owner_email,due_on,status,priority,description"
    first = '"Two\nlines",A-1,Sales,max@example.com,2026-12-01,open,,"a ""quoted""\n\nword"'
    second = "Title,A-2,Sales,max@example.com,soon,open,,"
    (row,), bad = read_actions(actions(first, second, header=header))
    assert row.title == "Two lines"
    assert row.description == 'a "quoted"\n\nword'
    assert [(b.line, b.row, b.column) for b in bad] == [(6, 2, "due_on")]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"external_id": ""}, "external_id"),
        ({"external_id": "x" * 121}, "external_id"),
        ({"title": " "}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"title": "nul\0"}, "title"),
        ({"owner_email": "nobody"}, "owner_email"),
        ({"owner_email": ""}, "owner_email"),
        ({"due_on": ""}, "due_on"),
        ({"due_on": "2026-02-30"}, "due_on"),
        ({"due_on": "1969-12-31"}, "due_on"),
        ({"due_on": "2201-01-01"}, "due_on"),
        ({"due_on": "2026-W01-1"}, "due_on"),
        ({"status": "Open"}, "status"),
        ({"priority": "urgent"}, "priority"),
        ({"description": "x" * 10_001}, "description"),
    ],
)
def test_each_fault_names_its_line_and_column(cells: dict[str, str], column: str) -> None:
    row = dict(zip(ACTION_COLUMNS, GOOD.split(","), strict=True)) | {"external_id": "B"} | cells
    out = io.StringIO()
    csv.writer(out).writerow(row.values())
    assert problems(actions(GOOD, out.getvalue().strip("\r\n"))) == [(3, column)]


def test_history_may_lack_owner_and_date() -> None:
    rows, bad = read_actions(actions("A-1,Done long ago,,,,verified,,"))
    assert not bad
    assert rows[0].due_on is None


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [
        (b"", 0, ""),
        (b"\xef\xbb\xbf \r\n", 0, ""),
        (HEADER.encode("utf-16"), 0, ""),
        (b"external_id,title\r\n", 1, "department"),
        ((HEADER + ",title\r\n").encode(), 1, "title"),
        ((HEADER + ",colour\r\n").encode(), 1, "colour"),
        (actions("A,b"), 2, ""),
        (actions('A,"b" c,d,e@e.ee,2026-01-01,open,,'), 2, ""),
        (actions('A,"never closed'), 2, ""),
        (actions(GOOD).replace(b"Words", b"W\xff"), 2, "description"),
        (actions(GOOD).replace(b"Words", b"\xed\xa0\x80"), 2, "description"),
        (b"[" * 100_000, 0, ""),
        (b'[{"external_id": 1', 1, ""),
        (b"[1]", 1, ""),
        (b'[{"external_id": NaN}]', 0, ""),
    ],
)
def test_a_file_that_cannot_be_read_says_where(raw: bytes, line: int, column: str) -> None:
    assert problems(raw) == [(line, column)]


def test_a_huge_cell_is_a_bad_cell_and_the_rows_after_it_are_still_read() -> None:
    huge = GOOD.replace("A-1", "A-2").replace("Words", "x" * 300_000)
    assert problems(actions(GOOD, huge, GOOD.replace("A-1", "A-3"), "A-4")) == [
        (3, "description"),
        (5, ""),
    ]


def test_a_key_may_stand_only_once() -> None:
    assert problems(actions(GOOD, GOOD)) == [(3, "external_id")]


def test_json_rows_read_as_csv_rows_do() -> None:
    raw = (
        b'[{"external_id": "A", "title": "T", "department": null, "owner_email": "a@b.cc",'
        b' "due_on": "2026-12-01", "status": "open", "priority": "", "description": ""}]'
    )
    (row,), bad = read_actions(raw)
    assert (row.title, bad) == ("T", [])


def test_issues_and_people() -> None:
    header = ",".join(ISSUE_COLUMNS)
    rows, bad = read_issues(f"{header}\nI-1,Slow,Sales,,,,,\nI-2,,,,,5,odd,\n".encode())
    assert (rows[0].severity, rows[0].stage) == (3, "new")
    assert [b.column for b in bad] == ["title", "raising_department", "severity", "stage"]
    header = "email,name,role,department,manager_email,zone,language"
    text = f"{header}\nA@b.cc,Ann,admin,,,Europe/Berlin,de\nb@b.cc,Ben,boss,,,Mars/North,\n"
    people, bad = read_people(text.encode())
    assert (people[0].email, people[0].role, people[0].is_admin) == ("a@b.cc", Role.member, True)
    assert [b.column for b in bad] == ["role", "zone"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1+1", "'=1+1"), ("@SUM", "'@SUM"), ("-x", "'-x"), ("\tx", "'\tx"), ("-5", "-5"),
     ("+4.5", "+4.5"), ("'=x", "''=x"), ("'tis", "'tis"), ("a=b", "a=b"), ("-5\n", "'-5\n"),
     ("\n=x", "'\n=x"), ("＝x", "'＝x"), ("＠x", "'＠x")],
)  # fmt: skip
def test_a_spreadsheet_runs_nothing(text: str, cell: str) -> None:
    assert guarded(text) == cell


@given(st.text())
def test_the_guard_comes_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_what_is_written_is_read_back(rows: list[tuple[str, str]]) -> None:
    raw = "".join(write_csv(("a", "b"), rows)).encode("utf-8", "surrogatepass")
    sheet = read_sheet(raw, ("a", "b"))
    if all(text.isprintable() for row in rows for text in row):
        assert [row.cells for row in sheet.rows] == rows
        assert not sheet.bad
