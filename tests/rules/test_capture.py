"""Lines as they are typed in a meeting, and dates in words around every awkward day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetingtracker.rules.capture import (
    Captured,
    Kind,
    PersonName,
    day_in_words,
    parse_line,
    people_called,
)

TOM = PersonName(1, "Tom Becker", "t.becker@example.com")
LEA = PersonName(2, "Léa Novak", "novak@example.com")
SAM = PersonName(3, "Sam Reid", "sam@example.com")
SAMUEL = PersonName(4, "Sam Ortiz", "ortiz@example.com")
CAST = (TOM, LEA, SAM, SAMUEL)
THURSDAY = date(2026, 11, 12)


def read(line: str) -> Captured:
    return parse_line(line, today=THURSDAY, people=CAST)


@pytest.mark.parametrize(
    ("today", "phrase", "expected"),
    [
        # Thursday 12 November 2026
        ("2026-11-12", "today", "2026-11-12"),
        ("2026-11-12", "tomorrow", "2026-11-13"),
        ("2026-11-12", "Tomorrow.", "2026-11-13"),
        ("2026-11-12", "day after tomorrow", "2026-11-14"),
        ("2026-11-12", "fri", "2026-11-13"),
        ("2026-11-12", "Friday", "2026-11-13"),
        ("2026-11-12", "this friday", "2026-11-13"),
        ("2026-11-12", "thu", "2026-11-19"),  # never today
        ("2026-11-12", "wed", "2026-11-18"),
        ("2026-11-12", "tues", "2026-11-17"),
        ("2026-11-12", "next tue", "2026-11-17"),
        ("2026-11-12", "next thursday", "2026-11-19"),
        ("2026-11-12", "next fri", "2026-11-20"),
        ("2026-11-12", "next sun", "2026-11-22"),
        ("2026-11-15", "next mon", "2026-11-16"),  # on a Sunday the next week starts tomorrow
        ("2026-11-16", "next mon", "2026-11-23"),
        ("2026-11-12", "next week", "2026-11-20"),
        ("2026-11-12", "end of week", "2026-11-13"),
        ("2026-11-13", "end of week", "2026-11-13"),
        ("2026-11-14", "end of week", "2026-11-20"),
        ("2026-11-12", "in 3 days", "2026-11-15"),
        ("2026-11-12", "in a week", "2026-11-19"),
        ("2026-11-12", "in 2 weeks", "2026-11-26"),
        ("2026-11-12", "in two weeks.", "2026-11-26"),
        ("2026-11-12", "in 0 days", "2026-11-12"),
        # Month ends and leap days
        ("2026-11-30", "tomorrow", "2026-12-01"),
        ("2027-01-31", "in a month", "2027-02-28"),
        ("2028-01-31", "in 1 month", "2028-02-29"),
        ("2026-12-31", "in 2 months", "2027-02-28"),
        ("2028-02-29", "in 12 months", "2029-02-28"),
        ("2028-02-28", "tomorrow", "2028-02-29"),
        ("2028-02-28", "tue", "2028-02-29"),
        ("2027-02-27", "in 2 days", "2027-03-01"),
        ("2026-11-12", "end of month", "2026-11-30"),
        ("2026-11-30", "end of month", "2026-11-30"),
        ("2027-02-01", "end of month", "2027-02-28"),
        ("2028-02-01", "end of month", "2028-02-29"),
        ("2026-12-31", "end of next month", "2027-01-31"),
        ("2028-01-31", "end of next month", "2028-02-29"),
        ("2026-11-12", "end of year", "2026-12-31"),
        # ISO week 53 of 2026 runs from 28 December to 3 January
        ("2026-12-28", "next mon", "2027-01-04"),
        ("2027-01-01", "next mon", "2027-01-04"),
        ("2026-12-24", "next fri", "2027-01-01"),
        # Dates
        ("2026-11-12", "24.12.", "2026-12-24"),
        ("2026-12-24", "24.12.", "2026-12-24"),
        ("2026-12-25", "24.12.", "2027-12-24"),
        ("2026-11-12", "1.2.", "2027-02-01"),
        ("2027-03-01", "29.2.", "2028-02-29"),
        ("2026-11-12", "24.12.2026", "2026-12-24"),
        ("2026-11-12", "24.12.26", "2026-12-24"),
        ("2026-11-12", "2026-12-24", "2026-12-24"),
        ("2026-11-12", "2028-02-29", "2028-02-29"),
        ("2026-11-12", "24 Dec", "2026-12-24"),
        ("2026-11-12", "24. December", "2026-12-24"),
        ("2026-11-12", "24th dec.", "2026-12-24"),
        ("2026-11-12", "Dec 24", "2026-12-24"),
        ("2026-11-12", "11 nov", "2027-11-11"),
        ("2026-11-12", "24 Dec 2027", "2027-12-24"),
        ("2026-11-12", "December 24, 2027", "2027-12-24"),
        ("2026-11-12", "3 may", "2027-05-03"),
    ],
)
def test_days_in_words(today: str, phrase: str, expected: str) -> None:
    found = day_in_words(phrase, date.fromisoformat(today))
    assert found == date.fromisoformat(expected)


@pytest.mark.parametrize(
    "phrase",
    ["", "soon", "next", "next month", "last fri", "mo", "1.5", "24.12", "12", "in days",
     "in many days", "2026-1-1", "may", "5 people", "friday afternoon", "٢.٣."],
)  # fmt: skip
def test_what_is_no_day(phrase: str) -> None:
    assert day_in_words(phrase, THURSDAY) is None


@pytest.mark.parametrize(
    "phrase", ["31.11.", "29.2.", "32 dec", "30 Feb", "2027-02-29", "1.13.2026", "0.1.", "1.13."]
)
def test_days_that_do_not_exist(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"day|month"):
        day_in_words(phrase, THURSDAY)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "a Reserve stock at payment @tom next tue",
            Captured(Kind.ACTION, "Reserve stock at payment", 1, date(2026, 11, 17)),
        ),
        (
            "a Reserve stock next tue @tom.",
            Captured(Kind.ACTION, "Reserve stock", 1, date(2026, 11, 17)),
        ),
        (
            "A: Reserve stock @tom.becker by 24 Dec",
            Captured(Kind.ACTION, "Reserve stock", 1, date(2026, 12, 24)),
        ),
        ("a @lea call them tomorrow", Captured(Kind.ACTION, "call them", 2, date(2026, 11, 13))),
        (
            "a Ask @lea for the log on friday",
            Captured(Kind.ACTION, "Ask @lea for the log", 2, date(2026, 11, 13)),
        ),
        (
            "a Ask @lea for the log @tom in 2 weeks",
            Captured(Kind.ACTION, "Ask @lea for the log", 1, date(2026, 11, 26)),
        ),
        ("a Call   them", Captured(Kind.ACTION, "Call them")),
        ("d Count at 17:30 until fri", Captured(Kind.DECISION, "Count at 17:30 until fri")),
        ("d No refunds @novak", Captured(Kind.DECISION, "No refunds", 2)),
        ("i Log is late @t.becker", Captured(Kind.ISSUE, "Log is late", 1)),
        ("n Ask @tom  tomorrow", Captured(Kind.NOTE, "Ask @tom  tomorrow")),
        ("Just a word @nobody", Captured(Kind.NOTE, "Just a word @nobody")),
        ("A customer called", Captured(Kind.NOTE, "A customer called")),
        ("", Captured(Kind.NOTE, "")),
    ],
)  # fmt: skip
def test_lines(line: str, expected: Captured) -> None:
    assert read(line) == expected


@pytest.mark.parametrize(
    ("line", "text", "said"),
    [
        ("a Call them @sam", "Call them @sam", "Sam Reid (sam@example.com), Sam Ortiz"),
        ("a Call them @zoe", "Call them @zoe", "Nobody here is called @zoe"),
        ("a Ask @tom or @lea for it", "Ask @tom or @lea for it", "Who owns it?"),
        ("a Call them 31.11.", "Call them 31.11.", "There is no such day: 31.11."),
        ("a @tom call them 31.11.", "call them 31.11.", "There is no such day: 31.11."),
        ("a Call them 2026-11-11", "Call them", "2026-11-11 has passed"),
        ("a Call them 1.1.2201", "Call them", "between 1970 and 2200"),
        ("a tomorrow", "", "says nothing"),
        ("a @tom", "", "says nothing"),
        ("n: ", "", "says nothing"),
    ],
)
def test_what_is_not_understood_is_said_and_kept(line: str, text: str, said: str) -> None:
    captured = read(line)
    assert captured.text == text
    (problem,) = captured.problems
    assert said in problem


@pytest.mark.parametrize(
    ("handle", "expected"),
    [
        ("tom", [TOM]),
        ("TOM.BECKER", [TOM]),
        ("t.becker", [TOM]),
        ("lea", [LEA]),
        ("Léa.Novak", [LEA]),
        ("sam", [SAM, SAMUEL]),
        ("sam.ortiz", [SAMUEL]),
        ("becker", []),
        ("to", []),
    ],
)
def test_people_called(handle: str, expected: list[PersonName]) -> None:
    assert people_called(handle, CAST) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["mon", "thu", "sun"]))
def test_a_weekday_is_within_a_week_and_next_is_in_the_next(today: date, weekday: str) -> None:
    plain = day_in_words(weekday, today)
    following = day_in_words(f"next {weekday}", today)
    assert plain is not None
    assert following is not None
    assert timedelta(days=1) <= plain - today <= timedelta(days=7)
    sunday = today + timedelta(days=7 - today.isoweekday())
    assert timedelta(days=1) <= following - sunday <= timedelta(days=7)


@given(st.sampled_from(["a ", "d ", "i ", "n ", ""]), st.text(max_size=60))
def test_no_word_of_any_line_is_lost(prefix: str, text: str) -> None:
    captured = read(prefix + text)
    if captured.due_on is None and captured.owner_id is None and captured.kind != Kind.NOTE:
        assert captured.text.split() == text.split()


@given(st.text(st.sampled_from("adin@. 0123456789tomrw-:"), max_size=30))
def test_no_line_breaks_it(line: str) -> None:
    assert isinstance(read(line).kind, Kind)
