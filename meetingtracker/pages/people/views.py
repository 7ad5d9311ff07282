"""People and departments: the directory, and what an administrator adds to it."""

import sqlalchemy as sa
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.make_link import make_link
from meetingtracker.models.department import Department
from meetingtracker.models.person import Person
from meetingtracker.models.reads.directory import directory, person_page
from meetingtracker.pages.people import forms
from meetingtracker.rules.permissions import Permission, Role
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import Answer, change
from meetingtracker.web.filters import today
from meetingtracker.web.forms import VersionedForm

area = Blueprint("people", __name__)


@area.get("/people")
@allow(Permission.signed_in)
def index() -> str:
    return render_template("people/index.html", directory=directory(), may_add=actor().is_admin)


@area.get("/people/<int:person_id>")
@allow(Permission.signed_in)
def show(person_id: int) -> str:
    page = found(person_page(actor(), person_id))
    return render_template(
        "people/show.html", page=page, person=page.person, today=today(), link="",
        may_invite=actor().is_admin and page.person.is_active,
    )  # fmt: skip


@area.route("/people/new", methods=["GET", "POST"])
@allow(Permission.administer)
def new() -> Answer:
    require(actor().is_admin)
    form = forms.PersonForm()
    forms.offer_choices(form)
    if request.method == "GET":
        return render_template("people/new.html", form=form)
    if not form.validate():
        return render_template("people/new.html", form=form), 422
    with writing():
        email = (form.email.data or "").lower()
        taken = db.session.scalar(sa.select(Person.id).where(Person.email == email))
        if taken is None:
            person_id = Person.join(
                email=email, name=form.name.data or "", role=form.role.data or Role.member,
                is_admin=form.is_admin.data, department_id=form.department.data,
                by=actor(), at=clock.now(),
            ).id  # fmt: skip
    if taken is not None:
        form.email.errors = [_("Somebody has this mail address already.")]
        return render_template("people/new.html", form=form), 422
    return redirect(url_for("people.show", person_id=person_id))


@area.post("/people/<int:person_id>/invitation")
@allow(Permission.administer)
def invitation(person_id: int) -> Answer:
    """A link to copy, shown this once, with which the person chooses a password."""
    require(actor().is_admin)
    with writing() as session:
        person = found(session.get(Person, person_id))
        require(person.is_active)
        token = make_link(person, "invitation", at=clock.now())
    page = found(person_page(actor(), person_id))
    base = current_app.extensions["meetingtracker"].base_url or request.host_url.rstrip("/")
    return render_template(
        "people/show.html", page=page, person=page.person, today=today(), may_invite=True,
        link=base + url_for("setup.welcome", token=token),
    )  # fmt: skip


@area.route("/departments/new", methods=["GET", "POST"])
@allow(Permission.administer)
def new_department() -> Answer:
    require(actor().is_admin)
    form = forms.DepartmentForm()
    if request.method == "GET":
        return render_template("people/new_department.html", form=form)
    if not form.validate():
        return render_template("people/new_department.html", form=form), 422
    with writing() as session:
        known = session.scalars(sa.select(Department.name)).all()
        taken = (form.name.data or "").lower() in (name.lower() for name in known)
        if not taken:
            Department.found(
                name=form.name.data or "", colour=len(known), by=actor(), at=clock.now()
            )
    if taken:
        form.name.errors = [_("There is a department of this name.")]
        return render_template("people/new_department.html", form=form), 422
    flash(_("Added. Now say who leads it."))
    return redirect(url_for("people.index"))


@area.route("/departments/<int:department_id>/leaders", methods=["GET", "POST"])
@allow(Permission.administer)
def leaders(department_id: int) -> Answer:
    row = found(db.session.get(Department, department_id))
    require(actor().is_admin)
    if request.method == "GET":
        form = forms.LeadersForm(
            None, version=row.version, leader=row.leader_id, deputy=row.deputy_id
        )
        return _leaders_page(department_id, form)
    form = forms.LeadersForm()
    forms.offer_choices(form)
    return change(
        form, load=lambda: db.session.get(Department, department_id),
        allowed=lambda department: actor().is_admin,
        act=lambda department: department.appoint(
            leader_id=form.leader.data, deputy_id=form.deputy.data, by=actor(), at=clock.now()
        ),
        again=lambda refused: _leaders_page(department_id, refused), done=url_for("people.index"),
    )  # fmt: skip


def _leaders_page(department_id: int, form: VersionedForm) -> str:
    forms.offer_choices(form)
    department = found(db.session.get(Department, department_id))
    return render_template(
        "people/leaders.html", form=form, department=department, stale=bool(form.form_errors)
    )
