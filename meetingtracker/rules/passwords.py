"""Which passwords are refused: short and guessable ones; no rules about kinds of characters.

Source: NIST SP 800-63B, memorised secrets.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from meetingtracker.rules.common_words import RUNS, WORDS
from meetingtracker.rules.errors import N_, RuleBroken

SHORTEST, LONGEST = 12, 128
FEW = 3  # a password of so many guessable pieces, or fewer, is refused
PRODUCT = "meetingtracker"
_DIGITS = 3  # digits that count as one piece
# "Pa$$w0rd" is "password"; a digit may stand for more than one letter.
_LEET = (str.maketrans("01345789@$!|", "oieastbgasil"), str.maketrans("01", "ol"))
_DATE = re.compile(r"(19|20)\d\d([01]\d[0-3]\d)?|[0-3]\d[0-3]\d(19|20)\d\d")
_BETWEEN = frozenset(" -_.,:!?#*+")  # what people put between and behind words adds nothing


def normal(password: str) -> str:
    """What is checked and hashed: one form of the letters that different keyboards send (NFKC)."""
    whole = password.encode("utf-8", "ignore").decode()  # a lone surrogate is no character
    return unicodedata.normalize("NFKC", whole)


def check_password(password: str, *, email: str = "", names: Iterable[str] = ()) -> None:
    """Raises RuleBroken (field "password") with what to do.

    `names`: of the person and the company, whose words are guessed first.
    """
    password = normal(password)
    if len(password) < SHORTEST:
        raise RuleBroken(
            N_("Use at least %(shortest)d characters: three or four words are easy to remember."),
            field="password", shortest=SHORTEST,
        )  # fmt: skip
    if len(password) > LONGEST:
        raise RuleBroken(
            N_("Use at most %(longest)d characters."), field="password", longest=LONGEST
        )
    if _is_guessable(password.casefold(), _known(email, names)):
        raise RuleBroken(
            N_("That password is easy to guess. Choose words that nobody connects with you."),
            field="password",
        )


def _known(email: str, names: Iterable[str]) -> frozenset[str]:
    """The words that stand around the person: each, and all of one name together."""
    known = {PRODUCT, "meeting", "tracker"}
    for text in (email.partition("@")[0], email.partition("@")[2].partition(".")[0], *names):
        words = re.findall(r"\w+", normal(text).casefold().replace("_", " "))
        known |= {word for word in (*words, "".join(words)) if len(word) >= 3}
    return frozenset(known)


def _is_guessable(text: str, known: frozenset[str]) -> bool:
    """Whether few pieces make it up: common words, runs, dates, digits. Repeating adds nothing,
    and neither do spaces, full stops or words that stand around the person."""
    for size in range(1, len(text) // 2 + 1):
        if text == (text[:size] * len(text))[: len(text)]:
            text = text[:size]
            break
    return len(set(_pieces(text, known))) <= FEW


def _pieces(text: str, known: frozenset[str]) -> list[str]:
    """The shortest row of pieces that make up the text; any other character is a piece."""
    spoken = (text, *(text.translate(table) for table in _leets()))
    best: list[list[str]] = [[]]  # the pieces of text[:n], for each n
    for end in range(1, len(text) + 1):
        shortest = [*best[end - 1], *([] if text[end - 1] in _BETWEEN else [text[end - 1]])]
        for start in range(end - 1, -1, -1):
            free = any(said[start:end] in known for said in spoken)
            if free or _is_piece(text[start:end], [said[start:end] for said in spoken]):
                row = [*best[start], *([] if free else [text[start:end]])]
                shortest = min(shortest, row, key=len)
        best.append(shortest)
    return best[-1]


def _leets() -> tuple[dict[int, int], ...]:
    first, second = _LEET
    return first, first | second


def _is_piece(part: str, spoken: list[str]) -> bool:
    if len(set(part)) == 1 and len(part) > 1:
        return True
    if part.isdigit() and (len(part) <= _DIGITS or _DATE.fullmatch(part)):
        return True
    return any(said in WORDS for said in spoken) or part in _runs()


@cache
def _runs() -> frozenset[str]:
    return frozenset(
        way[start:end]
        for run in RUNS
        for way in (run, run[::-1])
        for start in range(len(way))
        for end in range(start + 3, len(way) + 1)
    )
