"""The canonical text of issued minutes: the same facts give the same bytes, for ever.

The text is Markdown in English, whatever language the pages speak: it is a document with a hash,
not a page.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from hashlib import sha256

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CONFIDENTIAL_ITEM = "Confidential item"
CONFIDENTIAL_ACTION = "Confidential action"
CONFIDENTIAL_ISSUE = "Confidential issue"
OPEN_ACTIONS = "## Open actions from before"


@dataclass(frozen=True)
class DecisionFacts:
    text: str
    reason: str | None
    owner: str | None


@dataclass(frozen=True)
class NewActionFacts:
    """An action given under an item; owner and date may be missing in imported history only."""

    id: int
    title: str
    owner: str | None
    due_on: date | None


@dataclass(frozen=True)
class RaisedIssueFacts:
    id: int
    title: str


@dataclass(frozen=True)
class MinutesItem:
    """One agenda item in the order of the meeting; `outcome` is its label in words."""

    title: str
    department: str | None
    presenter: str | None
    outcome: str
    confidential: bool = False
    notes: Sequence[str] = ()
    """Markdown, as written."""
    decisions: Sequence[DecisionFacts] = ()
    actions: Sequence[NewActionFacts] = ()
    issues: Sequence[RaisedIssueFacts] = ()


@dataclass(frozen=True)
class OpenActionFacts:
    """A promise from an earlier meeting; `state` is its label in words at the time of issue."""

    id: int
    title: str
    owner: str | None
    due_on: date | None
    state: str
    confidential: bool = False


@dataclass(frozen=True)
class MinutesFacts:
    """Everything that minutes print. Times are civil times in the IANA zone `zone`."""

    series: str
    version: int
    held_on: date
    starts_at: time
    ends_at: time | None
    zone: str
    facilitator: str | None
    present: Sequence[str]
    excused: Sequence[str]
    absent: Sequence[str]
    items: Sequence[MinutesItem]
    open_actions: Sequence[OpenActionFacts] = ()
    numbers: Sequence[tuple[str, str]] = ()
    """(label, value) in words, such as ("Minutes used", "58 of 60")."""
    place: str = ""
    scribe: str | None = None
    reason: str | None = None
    """Why the minutes were opened again, for a version after the first."""


@dataclass(frozen=True)
class Minutes:
    """Markdown in NFC with LF line ends and one at the end; the hashes are of its UTF-8 (hex)."""

    text: str
    annex: str | None
    """The confidential items and actions, under the numbers they have in the text."""
    sha256: str
    annex_sha256: str | None


def minutes_markdown(m: MinutesFacts) -> Minutes:
    """The minutes as text; what is confidential stands only in the annex."""
    heading = f"{_line(m.series)}, {m.held_on.isoformat()}"
    text = _document([f"# Minutes: {heading}", *_header(m), *_items(m), *_follow_up(m)])
    secret = [
        block
        for number, item in enumerate(m.items, 1)
        if item.confidential
        for block in _item(number, item, "##")
    ]
    actions = [_open_action(action) for action in m.open_actions if action.confidential]
    if actions:
        secret += [OPEN_ACTIONS, "\n".join(actions)]
    annex = _document([f"# Confidential annex: {heading}", *secret]) if secret else None
    return Minutes(text, annex, _sha256(text), _sha256(annex) if annex else None)


_ANNEX_ITEM = re.compile(r"##+ (\d+)\. ")
_ANNEX_ACTION = re.compile(r"- Action (\d+): ")


def annex_actions(annex: str) -> frozenset[int]:
    """The ids of the promises from earlier meetings that an annex names."""
    _, _, rest = annex.partition(f"\n{OPEN_ACTIONS}\n")
    ids = (_action_id(line) for line in rest.split("\n"))
    return frozenset(i for i in ids if i is not None)


def annex_for(annex: str, *, items: Collection[int], actions: Collection[int]) -> str | None:
    """What of an annex somebody may read: these item numbers and action ids; None if nothing.

    Only the document's own headings and lists start a line: notes are quoted, titles escaped.
    """
    title, *blocks = annex.rstrip("\n").split("\n\n")
    kept: list[str] = []
    shown = follow_up = False
    for block in blocks:
        if block == OPEN_ACTIONS:
            shown, follow_up = False, True
        elif follow_up:
            allowed = [line for line in block.split("\n") if _action_id(line) in actions]
            kept += [OPEN_ACTIONS, "\n".join(allowed)] if allowed else []
        else:
            item = _ANNEX_ITEM.match(block)
            shown = int(item[1]) in items if item else shown
            kept += [block] if shown else []
    return _document([title, *kept]) if kept else None


def _action_id(line: str) -> int | None:
    action = _ANNEX_ACTION.match(line)
    return int(action[1]) if action else None


def _header(m: MinutesFacts) -> list[str]:
    until = f" to {m.ends_at:%H:%M}" if m.ends_at else ""
    why = f" (opened again: {_line(m.reason)})" if m.reason else ""
    # What is not known or nobody is not worth a line of a document that is filed.
    lines = [
        f"- Date: {_WEEKDAYS[m.held_on.weekday()]}, {m.held_on.isoformat()}",
        f"- Time: {m.starts_at:%H:%M}{until} ({_line(m.zone)})",
        f"- Place: {_line(m.place)}" if m.place else "",
        f"- Facilitator: {_line(m.facilitator)}" if m.facilitator else "",
        f"- Scribe: {_line(m.scribe)}" if m.scribe else "",
        f"- Version: {m.version}{why}",
        f"- Present: {_names(m.present)}",
        f"- Excused: {_names(m.excused)}" if m.excused else "",
        f"- Absent: {_names(m.absent)}" if m.absent else "",
    ]
    return ["\n".join(filter(None, lines))]


def _items(m: MinutesFacts) -> list[str]:
    blocks = ["## Agenda"]
    for number, item in enumerate(m.items, 1):
        blocks += (
            [f"### {number}. {CONFIDENTIAL_ITEM}"] if item.confidential else _item(number, item)
        )
    return blocks if m.items else [*blocks, "None."]


def _item(number: int, item: MinutesItem, level: str = "###") -> list[str]:
    facts = [
        f"- Department: {_line(item.department)}" if item.department else "",
        f"- Presenter: {_line(item.presenter)}" if item.presenter else "",
        f"- Outcome: {_line(item.outcome)}",
    ]
    # Blank lines between the lists keep them apart; quoting keeps a heading or a rule inside a
    # note from passing for one of the document's own, and leaves the words as written.
    results = [
        *(_decision(decision) for decision in item.decisions),
        *(
            f"- Action {action.id}: {_line(action.title)} — {_promise(action.owner, action.due_on)}"
            for action in item.actions
        ),
        *(f"- Issue #{issue.id}: {_line(issue.title)}" for issue in item.issues),
    ]
    return [
        f"{level} {number}. {_line(item.title)}",
        "\n".join(filter(None, facts)),
        *(_quoted(note) for note in item.notes if _clean(note).strip()),
        *(["\n".join(results)] if results else []),
    ]


def _decision(decision: DecisionFacts) -> str:
    parts = [f"- Decision: {_line(decision.text)}"]
    if decision.reason:
        parts.append(f"reason: {_line(decision.reason)}")
    if decision.owner:
        parts.append(f"owner: {_line(decision.owner)}")
    return " — ".join(parts)


def _follow_up(m: MinutesFacts) -> list[str]:
    actions = [
        f"- {CONFIDENTIAL_ACTION}" if action.confidential else _open_action(action)
        for action in m.open_actions
    ]
    numbers = [f"- {_line(label)}: {_line(value)}" for label, value in m.numbers]
    return [
        OPEN_ACTIONS,
        "\n".join(actions) or "None.",
        *(["## Numbers", "\n".join(numbers)] if numbers else []),
    ]


def _open_action(action: OpenActionFacts) -> str:
    promise = _promise(action.owner, action.due_on)
    return f"- Action {action.id}: {_line(action.title)} — {promise} — {_line(action.state)}"


def _promise(owner: str | None, due_on: date | None) -> str:
    due = f"due {due_on.isoformat()}" if due_on else "no date"
    return f"{_line(owner or '') or 'no owner'}, {due}"


def _names(names: Iterable[str]) -> str:
    return ", ".join(_line(name) for name in names) or "none"


def _clean(text: str) -> str:
    """NFC with LF, without what UTF-8 or a text file cannot hold (lone surrogates, NUL)."""
    text = text.encode("utf-8", "ignore").decode().replace("\0", "")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _line(text: str) -> str:
    """A name or title as one line of plain text that Markdown leaves alone.

    It is normalised before it is escaped: NFC itself can produce a backtick (from U+1FEF).
    """
    line = " ".join(_clean(text).split())
    line = re.sub(r"([\\`*_\[\]#~|])", r"\\\1", line)
    return re.sub(r"&(?=\w+;)", "&amp;", line).replace("<", "&lt;")


def _quoted(note: str) -> str:
    lines = _clean(note).strip("\n").split("\n")
    return "\n".join(f"> {line}" if line.strip() else ">" for line in lines)


def _document(blocks: Sequence[str]) -> str:
    return "\n\n".join(blocks) + "\n"


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()
