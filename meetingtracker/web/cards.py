"""A card's words, ready for the template: a board has a hundred of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from flask_babel import gettext as _

from meetingtracker.models.reads.cards import Card
from meetingtracker.rules.followup import EARLY, Flag
from meetingtracker.rules.states import Stage
from meetingtracker.web.early_warning import reason_texts
from meetingtracker.web.filters import due
from meetingtracker.web.flags import flag_text, moved_text


@dataclass(frozen=True, slots=True)
class ShownCard:
    """`chip` is the worst flag in words; without one `note` says how far its promises are."""

    card: Card
    tone: str
    age: str
    why: str
    flag: Flag | None
    chip: str
    note: str


def shown_cards(cards: Iterable[Card], today: date) -> list[ShownCard]:
    """The words of all cards. Each sentence is translated once, however many cards say it."""
    text, words = cache(flag_text), cache(_)
    return [_shown(card, today, text, words) for card in cards]


def _shown(
    card: Card, today: date, text: Callable[..., str], words: Callable[[str], str]
) -> ShownCard:
    flag = card.flags[0] if card.flags else None
    age = (today - card.raised_on).days
    chip = ""
    if flag is not None:
        days = age if flag is Flag.unassigned else 0
        if card.due_on is not None and flag in (Flag.overdue, Flag.due_soon):
            days = abs((today - card.due_on).days)
        name = {Flag.to_confirm: card.raised_for.name, Flag.blocked: card.waits_on}.get(flag, "")
        due_on = card.due_on if flag is Flag.due_soon else None
        chip = text(flag, days=days, due_on=due_on, name=name)
    return ShownCard(
        card=card,
        tone=flag.tone if flag is not None and flag.tone in ("late", "risk") else "",
        age=_age(card, age, today, words),
        why=_why(card, today, words),
        flag=flag,
        chip=chip,
        note="" if flag is not None else _progress(card, words),
    )


def _age(card: Card, age: int, today: date, words: Callable[[str], str]) -> str:
    if card.resolved_on is None:
        return words("%(days)s d") % {"days": age}
    return words("Fixed %(days)s d") % {"days": (today - card.resolved_on).days}


def _why(card: Card, today: date, words: Callable[[str], str]) -> str:
    """What is needed, who confirms, which promise is late or will be, or else the customer's
    goal."""
    if card.need:
        return card.need
    if card.stage is Stage.resolved:
        confirms = words("%(department)s confirms, or re-opens.")
        return confirms % {"department": card.raised_for.name}
    if card.flags and card.flags[0] is Flag.trouble:
        return " ".join(reason_texts(card.trouble, None, today))
    if card.worst is None or not card.worst.flags:
        return card.customer_goal
    if card.worst.reasons and card.worst.flags[0] in EARLY:
        said = reason_texts(card.worst.reasons[:1], card.worst.due_on, today)
        return f"{card.worst.title} · {said[0]}"
    if not card.worst.moves:
        return card.worst.title
    return f"{card.worst.title} · {moved_text(card.worst.moves, card.worst.days_moved)}"


def _progress(card: Card, words: Callable[[str], str]) -> str:
    if not card.promised:
        return words("No actions yet")
    done = words("%(finished)s/%(all)s done") % {"finished": card.finished, "all": card.promised}
    return f"{done} · {due(card.due_on)}" if card.due_on else done
