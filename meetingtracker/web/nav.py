"""The frame of every page: places to go, who is signed in, the theme."""

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import gettext as _

from meetingtracker.models.reads.counts import frame_counts
from meetingtracker.models.reads.escalations import asked_count
from meetingtracker.models.reads.inbox import unread_count
from meetingtracker.models.reads.visitor import SignedIn
from meetingtracker.rules.permissions import Permission, may_decide_escalation, may_enter
from meetingtracker.web.access import visitor
from meetingtracker.web.filters import organisation, today

THEMES = ("light", "dark")
# Areas that stand under another place of the navigation.
_AREAS = {
    "agenda": "meetings", "issues": "board", "mail": "settings", "tokens": "settings",
    "followup": "settings", "departments": "people", "minutes": "meetings",
}  # fmt: skip
# Pages of the home area that are not My week.
_NOWHERE = {"home.more", "home.keyboard"}


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation; `key` is the letter after `g`."""

    label: str
    url: str
    icon: str
    current: bool
    key: str = ""
    count: int | None = None
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    items: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class FrameVisitor:
    name: str
    initials: str
    colour: int
    title: str


def init_nav(app: Flask) -> None:
    @app.context_processor
    def _frame() -> dict[str, object]:
        who = visitor()
        known = organisation()
        theme = request.cookies.get("__Host-theme" if request.is_secure else "theme", "")
        return {
            "visitor": _shown(who) if who else None,
            "nav": _places(who) if who else [],
            "organisation_name": known.name if known else "",
            "theme": theme if theme in THEMES else "",
        }


def _shown(who: SignedIn) -> FrameVisitor:
    actor = who.actor
    if who.department and actor.leads_any(actor.department_id):
        title = _("%(department)s lead", department=who.department)
    elif actor.is_executive:
        title = _("Executive")
    else:
        title = who.department or (_("Administrator") if actor.is_admin else "")
    return FrameVisitor(actor.name, who.initials, who.colour, title)


def _places(who: SignedIn) -> list[Group]:
    counts = frame_counts(who.actor, today=today())
    blueprint = request.blueprint or ""
    here = "" if request.endpoint in _NOWHERE else _AREAS.get(blueprint, blueprint)

    def place(
        label: str, endpoint: str, icon: str, key: str = "", count: int | None = None,
        *, area: str, hot: bool = False, show: str | None = None,
    ) -> Place:  # fmt: skip
        return Place(label, url_for(endpoint, show=show), icon, here == area, key, count, hot)

    unread, asked = unread_count(who.actor.id or 0), asked_count(who.actor)
    decides = may_decide_escalation(who.actor)

    work = Group(
        "",
        (
            place(_("My week"), "home.my_week", "house", "h", counts.needs_me or None,
                  area="home", hot=True),
            place(_("Inbox"), "inbox.index", "inbox", "i", unread or None, area="inbox",
                  show="unread" if unread else None),
            *((place(_("Decisions owed") if decides else _("Asked of you"), "escalations.index",
                     "triangle-alert", "e", asked or None, area="escalations", hot=True),)
              if asked or here == "escalations" else ()),
            place(_("Meetings"), "meetings.index", "calendar-days", "m", area="meetings"),
            place(_("Open issues"), "board.index", "circle-alert", "b", counts.open_issues,
                  area="board"),
            place(_("Actions"), "actions.index", "check", "a", counts.open_actions,
                  area="actions"),
            place(_("Decisions"), "decisions.index", "gavel", "d", area="decisions"),
            place(_("Reports"), "reports.index", "chart-column", "r", area="reports"),
        ),
    )  # fmt: skip
    if not may_enter(who.actor, Permission.oversee):
        return [work]
    return [
        work,
        Group(
            _("Administration"),
            (
                place(_("People"), "people.index", "users", area="people"),
                place(_("History"), "audit.index", "history", area="audit"),
                place(_("Import"), "imports.index", "upload", area="imports"),
                place(_("Settings"), "settings.edit", "settings", area="settings"),
            ),
        ),
    ]
