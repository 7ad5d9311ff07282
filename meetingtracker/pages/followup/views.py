"""The follow-up's settings: the ladder's policy, what it would do, and what is sent next."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import writing
from meetingtracker.models.policy import LADDER
from meetingtracker.models.policy import Policy as PolicyRow
from meetingtracker.models.reads.company import the_company
from meetingtracker.models.reads.followup_plan import plan, policy_in_force
from meetingtracker.models.reads.followup_scan import Day, standing
from meetingtracker.models.reads.outgoing_mail import oldest_unsent
from meetingtracker.models.reads.policies import versions
from meetingtracker.models.tick import Tick
from meetingtracker.pages.followup.forms import PolicyForm
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.ladder import EXECUTIVES, LEADER, MEETING, REMIND, Policy
from meetingtracker.rules.permissions import Permission, may_administer
from meetingtracker.web.access import actor, allow
from meetingtracker.web.change import Answer
from meetingtracker.web.filters import calendar, today, zone
from meetingtracker.web.mail import uses_mail

area = Blueprint("followup", __name__)
LEVELS = (
    (REMIND, N_("with its owner")),
    (LEADER, N_("with its leader")),
    (MEETING, N_("in the meeting")),
    (EXECUTIVES, N_("with executives")),
)
WORDS = {
    "top": N_("how far it climbs"),
    "normal": N_("an ordinary promise"),
    "high": N_("a high one"),
    "remind": N_("its owner"),
    "unanswered": N_("its leader, unanswered"),
    "anyway": N_("its leader, in any case"),
    "executives": N_("executives"),
    "meetings": N_("meetings"),
    "leader_waits": N_("a leader's answer"),
    "digest_time": N_("time of digests"),
    "executives_any_day": N_("mail on any day"),
}


@area.get("/settings/follow-up")
@allow(Permission.oversee)
def index() -> str:
    policy, number = policy_in_force()
    return _page(PolicyForm.of(policy, number))


@area.post("/settings/follow-up")
@allow(Permission.administer)
def save() -> Answer:
    form = PolicyForm()
    policy = form.policy()
    if policy is None:
        return _page(form), 422
    try:
        with writing():
            PolicyRow.set(
                LADDER, policy.body(), after=form.version.data or 0, by=actor(), at=clock.now()
            )
    except RuleBroken as broken:
        form.add_rule_error(broken)
        form.version.data = policy_in_force()[1]
        return _page(form), 409
    flash(_("Saved. It counts for every date that is promised or moved from now on."))
    return redirect(url_for("followup.index"))


@area.post("/settings/follow-up/preview")
@allow(Permission.administer)
def preview() -> Answer:
    """What would stand today, were this the policy of all; nothing is saved."""
    form = PolicyForm()
    policy = form.policy()
    return (_page(form), 422) if policy is None else _page(form, tried=policy)


def _shown(value: object) -> str:
    """A setting of a policy as people read it."""
    return {True: _("yes"), False: _("no")}[value] if isinstance(value, bool) else str(value)


def _hour_in(at: datetime, zone_name: str) -> str:
    """The weekday and hour that clocks in a zone show: it may be another day there."""
    local = at.astimezone(ZoneInfo(zone_name))
    return f"{format_date(local.date(), 'EEE')} {local:%H:%M}"


def _page(form: PolicyForm, tried: Policy | None = None) -> str:
    now, day = clock.now(), Day(today(), zone(), calendar(), the_company(today()))
    policy, number = policy_in_force()
    return render_template(
        "followup/index.html", form=form, policy=policy, number=number, levels=LEVELS, words=WORDS,
        stands=standing(policy, day) if tried else Counter(),
        would_stand=standing(tried, day) if tried else None,
        plan=plan(day, at=now), versions=versions(), may_change=may_administer(actor()),
        mails=uses_mail(), last_tick=Tick.last_of_all(), oldest=oldest_unsent(at=now),
        zone=zone(), shown=_shown, hour_in=_hour_in,
    )  # fmt: skip
