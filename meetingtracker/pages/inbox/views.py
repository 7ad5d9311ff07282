"""The inbox: what one was told, why, and what of it also comes by mail."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.read_notices import mark_one_read, mark_read, mute
from meetingtracker.models.person import Person
from meetingtracker.models.reads.followup_plan import policy_in_force
from meetingtracker.models.reads.inbox import Told, inbox, is_mine, muted_by
from meetingtracker.pages.inbox.forms import ALWAYS, MAILED, PreferencesForm
from meetingtracker.rules.calendar import local_today
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import Answer, change
from meetingtracker.web.filters import today, zone
from meetingtracker.web.forms import VersionedForm, back_to
from meetingtracker.web.mail import uses_mail

area = Blueprint("inbox", __name__)
LARGEST = 2**31 - 1


@area.get("/inbox")
@allow(Permission.signed_in)
def index() -> str:
    unread_only = request.args.get("show") == "unread"
    shown = inbox(actor(), unread_only=unread_only, before=_number(request.args.get("before")))
    show = "unread" if unread_only else None
    return render_template(
        "inbox/index.html", inbox=shown, unread_only=unread_only, today=today(),
        days=_by_day(shown.rows),
        more=url_for("inbox.index", show=show, before=shown.next_id) if shown.next_id else None,
        here=url_for("inbox.index", show=show),
    )  # fmt: skip


def _by_day(rows: list[Told]) -> list[tuple[date, list[Told]]]:
    days: dict[date, list[Told]] = {}
    for row in rows:
        days.setdefault(local_today(row.at, zone()), []).append(row)
    return list(days.items())


@area.post("/inbox/<int:notification_id>/reading")
@allow(Permission.signed_in)
def read(notification_id: int) -> Answer:
    require(found(is_mine(notification_id, actor()) or None))
    with writing():
        mark_one_read(notification_id, at=clock.now())
    return redirect(back_to(url_for("inbox.index")))


@area.post("/inbox/reading")
@allow(Permission.signed_in)
def read_all() -> Answer:
    """Up to the newest that the page showed: `up_to`, its id."""
    up_to = _number(request.form.get("up_to"))
    require(True)  # one's own
    with writing():
        mark_read(found(actor().id), at=clock.now(), up_to=up_to or 0)
    return redirect(back_to(url_for("inbox.index")))


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 10 or int(text) > LARGEST:
        abort(400)
    return int(text)


# --- what also comes by mail --------------------------------------------------------------------


@area.get("/account/notifications")
@allow(Permission.signed_in)
def preferences() -> str:
    row = found(_me())
    muted = muted_by(row.id)
    mailed = [notice.value for notice in MAILED if notice not in muted]
    return _page(
        PreferencesForm(
            None, version=row.version, mailed=mailed, digest_time=row.digest_time
        )
    )  # fmt: skip


@area.post("/account/notifications")
@allow(Permission.signed_in)
def save_preferences() -> Answer:
    form = PreferencesForm()

    def act(person: Person) -> None:
        person.change(digest_time=form.digest_time.data, by=actor(), at=clock.now())
        mute(person.id, form.muted(), at=clock.now())
        flash(_("Saved."))

    return change(
        form, load=_me, allowed=lambda person: person.id == actor().id, act=act, again=_page,
        done=url_for("inbox.preferences"),
    )  # fmt: skip


def _me() -> Person | None:
    return db.session.get(Person, actor().id, with_for_update=bool(db.session.info.get("writing")))


def _page(form: VersionedForm) -> str:
    row, (policy, _version) = found(_me()), policy_in_force()
    return render_template(
        "inbox/preferences.html", form=form, always=ALWAYS, notices=MAILED, mails=uses_mail(),
        zone=row.zone or zone(), usual=policy.digest_time,
    )  # fmt: skip
