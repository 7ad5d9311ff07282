"""How issued minutes are approved, and corrected once their text is frozen."""

import re
from collections.abc import Iterable

from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.states import Labelled

SILENCE = 5
"""Working days after which minutes that nobody objected to are approved."""
LONGEST_ADDRESSES = 2000
MOST_ADDRESSES = 50
_ADDRESS = re.compile(r"[^\s@,;<>\"']+@[^\s@,;<>\"']+\.[^\s@,;<>\"']+")


class Word(Labelled):
    """What somebody who was there says about the minutes."""

    approves = "approves", N_("Approves"), "good"
    objects = "objects", N_("Objects"), "late"


class ApprovedAs(Labelled):
    """How issued minutes became approved ones."""

    next_meeting = "next_meeting", N_("Approved at the next meeting"), "good"
    silence = "silence", N_("Approved by silence: nobody objected for 5 working days"), "good"


def addresses(text: str) -> list[str]:
    """The mail addresses that somebody typed, one a line or between commas, each once.

    RuleBroken, beside the field `copies_to`, for what is none, and for more than MOST_ADDRESSES.
    """
    found: dict[str, str] = {}
    for word in re.split(r"[\s,;]+", text):
        if not word:
            continue
        if not _ADDRESS.fullmatch(word) or len(word) > 254 or not word.isascii():
            raise RuleBroken(
                N_("“%(word)s” is no mail address."), field="copies_to", word=word[:80]
            )
        found.setdefault(word.lower(), word)
    if len(found) > MOST_ADDRESSES:
        raise RuleBroken(N_("At most %(max)d addresses."), field="copies_to", max=MOST_ADDRESSES)
    return list(found.values())


def joined(words: Iterable[str]) -> str:
    """Addresses as they are kept: one a line."""
    return "\n".join(words)
