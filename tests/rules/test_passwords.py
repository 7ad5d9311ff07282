"""Which passwords are refused."""

import itertools

import pytest

from meetingtracker.rules.common_words import RUNS, WORDS
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.passwords import check_password, normal

AROUND = {"email": "m.ortiz@northwind.example", "names": ("Maya Ortiz", "Northwind Outdoor GmbH")}


def refused(password: str) -> bool:
    try:
        check_password(password, **AROUND)  # type: ignore[arg-type]
    except RuleBroken as broken:
        assert broken.field == "password"
        assert password not in str(broken)
        return True
    return False


@pytest.mark.parametrize(
    ("length", "is_refused"), [(11, True), (12, False), (64, False), (128, False), (129, True)]
)
def test_length_alone_is_asked_for(length: int, is_refused: bool) -> None:
    letters = "kvxwzjqhgnr dlmupt"  # no kind of character is asked for
    assert refused("".join(itertools.islice(itertools.cycle(letters), length))[::-1]) is is_refused


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "passwordpassword", "Password2024!", "P4$$w0rd!2024", "passwort12345",
        "qwertyuiop12", "qwertzuiopasdf", "1q2w3e4r5t6y", "zaq12wsxcde3", "1qaz2wsx3edc",
        "asdfghjkl123", "abcdefghijkl", "123456789012", "098765432109", "aaaaaaaaaaaa",
        "abcabcabcabc", "hello1hello1hello1", "iloveyou2024!!", "sunshineprincess",
        "Summer2024Summer", "monkeydragon99", "letmein-letmein", "trustno1trustno1",
        "31121985anna", "welcome 2 london",
    ],
)  # fmt: skip
def test_habits_are_refused(password: str) -> None:
    assert refused(password)


@pytest.mark.parametrize(
    "password",
    [
        "Northwind2024", "northwind-outdoor", "maya.ortiz.1990", "Meetingtracker!",
        "meetingtracker123", "mayaNORTHWIND!", "m0rt1z m0rt1z",
    ],
)  # fmt: skip
def test_words_around_the_person_add_nothing(password: str) -> None:
    assert refused(password)


@pytest.mark.parametrize(
    "password",
    [
        "a lamp on the hill", "four words that rhyme", "correct horse battery staple",
        "xkQ9fh2LmPz8", "nur ein Gänseblümchen",
        "海の近くの小さな古い家です", "🚲🌧🏠🍞🎻🪵🧦🌙🐌🥄🧲🪁",
        "kvxwzjqhgnrd", "839201746502",
    ],
)  # fmt: skip
def test_what_nobody_guesses_is_taken(password: str) -> None:
    assert not refused(password)


def test_thousands_of_common_ones_are_refused() -> None:
    """Every two common words, and each word with the usual endings, of twelve letters or more."""
    endings = ("1", "123", "2024", "1234!", "12345", "123456", "1990", "!!", "0815", "69")
    pairs = (a + b for a, b in itertools.product(sorted(WORDS)[::6], repeat=2))
    ended = (word.capitalize() + ending for word in WORDS for ending in endings)
    walks = (a[:8] + b[-8:] for a, b in itertools.product(RUNS, repeat=2))
    asked = {p for p in (*pairs, *ended, *walks) if len(normal(p)) >= 12}
    assert len(asked) > 3000
    assert not [password for password in asked if not refused(password)]


def test_one_password_whatever_keyboard_typed_it() -> None:
    assert normal("ﬁne Ångström") == normal("fine A\u030angstro\u0308m")
    assert normal("a\ud800b") == "ab"
