"""A department on one page: what it owes, what it is owed, and who leads it."""

from flask import Blueprint, render_template

from meetingtracker.models.reads.department import department_page
from meetingtracker.rules.permissions import Permission, may_administer
from meetingtracker.web.access import actor, allow, found
from meetingtracker.web.filters import calendar, today, zone

area = Blueprint("departments", __name__)


@area.get("/departments/<int:department_id>")
@allow(Permission.signed_in)
def show(department_id: int) -> str:
    page = found(department_page(actor(), department_id, today(), calendar(), zone=zone()))
    return render_template(
        "departments/show.html",
        page=page,
        department=page.department,
        today=today(),
        may_administer=may_administer(actor()),
    )
