"""Reading issued minutes: what differs between two versions, and what was decided and promised.

Both read the frozen text itself, so that old minutes say the same for ever.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from hashlib import sha256

from meetingtracker.rules.minutes import OPEN_ACTIONS

CORRECTIONS = "## Corrections after the minutes were issued"
_ACTION = re.compile(r"- Action (\d+): (.*) — (.*), (?:due (\d{4}-\d\d-\d\d)|no date)\Z")
_DECISION = "- Decision: "
_MARK = re.compile(r"\A(?:#+|-|>)(?: |\Z)")
_AROUND = 1
"""Unchanged lines that are shown before and after a change."""


@dataclass(frozen=True, slots=True)
class Promise:
    """An action that was given in the meeting, as the text says it."""

    id: int
    title: str
    owner: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What the minutes tell of decisions and new actions, in their order."""

    decisions: list[str]
    actions: list[Promise]


def overview(text: str) -> Overview:
    """Only the document's own lists start a line with a dash: notes are quoted, titles escaped."""
    agenda, _, _ = text.partition(f"\n{OPEN_ACTIONS}\n")
    decisions, actions = [], []
    for line in agenda.split("\n"):
        if line.startswith(_DECISION):
            decisions.append(_plain(line.removeprefix(_DECISION)))
        elif action := _ACTION.match(line):
            number, title, owner, day = action.groups()
            due_on = date.fromisoformat(day) if day else None
            actions.append(Promise(int(number), _plain(title), _plain(owner), due_on))
    return Overview(decisions, actions)


def _plain(line: str) -> str:
    """The words without the escapes that keep Markdown away from them."""
    line = line.replace("&lt;", "<").replace("&amp;", "&")
    return re.sub(r"\\([\\`*_\[\]#~|])", r"\1", line)


@dataclass(frozen=True, slots=True)
class Line:
    """`sign` is "+" for what came, "-" for what went, " " for what stayed, "…" for a gap."""

    sign: str
    text: str


def difference(old: str, new: str) -> list[Line]:
    """What changed from one version's text to the next, with a line around each change.

    The words alone: what makes a line a heading, a list or a quote in Markdown is left out.
    """
    before, after = old.rstrip("\n").split("\n"), new.rstrip("\n").split("\n")
    lines: list[Line] = []
    end = 0
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(_AROUND):
        if group[0][1] > end:
            lines.append(Line("…", ""))
        for tag, a, b, c, d in group:
            if tag == "equal":
                lines += [Line(" ", line) for line in before[a:b]]
                continue
            lines += [Line("-", line) for line in before[a:b]]
            lines += [Line("+", line) for line in after[c:d]]
        end = group[-1][2]
    if lines and end < len(before):
        lines.append(Line("…", ""))
    shown = [Line(line.sign, _plain(_MARK.sub("", line.text))) for line in lines]
    return [line for line in shown if line.text or line.sign == "…"]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction as the file tells it; `day` is the one on which it was agreed."""

    number: int
    day: date
    text: str
    written_by: str
    agreed_by: str


def with_corrections(text: str, errata: Sequence[Corrected]) -> str:
    """The frozen text, and after it what was corrected since; the text itself if nothing was."""
    if not errata:
        return text
    lines = "\n".join(
        f"{e.number}. {' '.join(e.text.split())} ({e.day.isoformat()}, written by {e.written_by},"
        f" agreed by {e.agreed_by})"
        for e in errata
    )
    return f"{text}\n{CORRECTIONS}\n\n{lines}\n"


def hashes_of(data: bytes) -> list[str]:
    """The SHA-256 hashes (hex) under which these bytes may be known, the bytes' own first.

    A text that went through a form or an editor may have other line ends, a mark at its start or
    no end of its last line; a file may carry corrections after the frozen text.
    """
    found = [sha256(data).hexdigest()]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return found
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"
    frozen, mark, _ = text.partition(f"\n\n{CORRECTIONS}\n")
    for whole in (text, frozen + "\n" if mark else text):
        digest = sha256(whole.encode()).hexdigest()
        if digest not in found:
            found.append(digest)
    return found
