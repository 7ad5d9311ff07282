"""My week: what needs me? Beside it what a phone keeps behind More, and the list of keys."""

from datetime import date
from zoneinfo import ZoneInfo

from babel.lists import format_list
from flask import Blueprint, render_template, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.models.reads.my_week import MyWeek
from meetingtracker.models.reads.my_week import my_week as read_week
from meetingtracker.models.reads.next_meeting import NextMeeting, next_meeting
from meetingtracker.models.reads.preparation import to_prepare
from meetingtracker.rules.errors import N_
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow
from meetingtracker.web.cards import shown_cards
from meetingtracker.web.filters import calendar, day, today, zone

area = Blueprint("home", __name__)
NOON, EVENING = 12, 18
NUMBERS = (
    "", N_("One"), N_("Two"), N_("Three"), N_("Four"), N_("Five"), N_("Six"), N_("Seven"),
    N_("Eight"), N_("Nine"),
)  # fmt: skip


@area.get("/")
@allow(Permission.signed_in)
def my_week() -> str:
    week = read_week(actor(), today(), calendar())
    meeting = next_meeting(actor())
    return render_template(
        "home/my_week.html", week=week, meeting=meeting, today=today(), greeting=_greeting(),
        shown={s.card.id: s for s in shown_cards(week.cards, today())},
        held_on=_held_on(meeting) if meeting else None, lede=_lede(week, meeting), me=actor().id,
        silent=format_list(meeting.silent, locale=get_locale()) if meeting else "",
        to_prepare=to_prepare(actor(), today()), back=url_for("home.my_week"),
    )  # fmt: skip


def _greeting() -> str:
    hour = clock.now().astimezone(ZoneInfo(zone())).hour
    name = actor().name.split()[0] if actor().name.split() else actor().name
    if hour < NOON:
        return _("Good morning, %(name)s", name=name)
    if hour < EVENING:
        return _("Good afternoon, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)


def _lede(week: MyWeek, meeting: NextMeeting | None) -> str:
    count = week.needs_me
    if count == 0:
        return _("Nothing needs you right now.")
    number = _(NUMBERS[count]) if count < len(NUMBERS) else str(count)
    if meeting is None or not meeting.state.is_ahead:
        return ngettext(
            "%(number)s thing needs you.", "%(number)s things need you.", count, number=number
        )
    return ngettext(
        "%(number)s thing needs you before the %(series)s on %(day)s.",
        "%(number)s things need you before the %(series)s on %(day)s.",
        count, number=number, series=meeting.series, day=day(_held_on(meeting)),
    )  # fmt: skip


def _held_on(meeting: NextMeeting) -> date:
    return meeting.starts_at.astimezone(ZoneInfo(zone())).date()


@area.get("/more")
@allow(Permission.signed_in)
def more() -> str:
    return render_template("home/more.html")


@area.get("/keyboard")
@allow(Permission.signed_in)
def keyboard() -> str:
    return render_template("home/keyboard.html")
