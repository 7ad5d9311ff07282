"""What the pages of people share: the blueprint, who is asked, the page of one person."""

from typing import Any

from flask import Blueprint, render_template

from meetingtracker import clock
from meetingtracker.models.reads.directory import person_page
from meetingtracker.models.reads.factors import factors_of
from meetingtracker.rules import permissions
from meetingtracker.rules.permissions import may_plan_absence
from meetingtracker.web.access import actor, found
from meetingtracker.web.filters import today
from meetingtracker.web.mail import uses_mail

area = Blueprint("people", __name__)


def may_administer() -> bool:
    return permissions.may_administer(actor())


def show_page(person_id: int, **more: Any) -> str:
    """The page of somebody; `more`: a link that was just made, a refused form."""
    page = found(person_page(actor(), person_id, on=today()))
    person = page.person
    context = {"link": "", "lasts": None} | more
    return render_template(
        "people/show.html", page=page, person=person, today=today(), now=clock.now(),
        may_administer=may_administer(), uses_mail=uses_mail(),
        has_factors=may_administer() and bool(factors_of(person_id)),
        may_plan_absence=person.is_active
        and may_plan_absence(actor(), person.id, person.department_id),
        **context,
    )  # fmt: skip
