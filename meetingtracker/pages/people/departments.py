"""Departments: their names, who leads them, and their end."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.close_department import close_department
from meetingtracker.models.acts.found_department import found_department, rename_department
from meetingtracker.models.department import Department
from meetingtracker.pages.people import forms
from meetingtracker.pages.people.page import area, may_administer
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow, found
from meetingtracker.web.change import Answer, change
from meetingtracker.web.forms import VersionedForm


@area.route("/departments/new", methods=["GET", "POST"])
@allow(Permission.administer)
def new_department() -> Answer:
    form = forms.DepartmentForm()
    if request.method == "GET":
        return render_template("people/new_department.html", form=form)
    try:
        if form.validate():
            with writing():
                found_department(form.name.data or "", by=actor(), at=clock.now())
            flash(_("Added. Now say who leads it."))
            return redirect(url_for("people.index"))
    except RuleBroken as broken:
        form.add_rule_error(broken)
    return render_template("people/new_department.html", form=form), 422


@area.route("/departments/<int:department_id>/edit", methods=["GET", "POST"])
@allow(Permission.administer)
def edit_department(department_id: int) -> Answer:
    row = found(db.session.get(Department, department_id))
    if request.method == "GET":
        form = forms.EditDepartmentForm(None, version=row.version, name=row.name, serves=row.serves)
        return _edit_page(department_id, form)
    form = forms.EditDepartmentForm()

    def act(department: Department) -> None:
        with department.as_one_version():
            rename_department(department, form.name.data or "", by=actor(), at=clock.now())
            department.describe(serves=form.serves.data, by=actor(), at=clock.now())

    return change(
        form, load=lambda: db.session.get(Department, department_id), act=act,
        allowed=lambda department: may_administer(),
        again=lambda refused: _edit_page(department_id, refused), done=url_for("people.index"),
    )  # fmt: skip


@area.post("/departments/<int:department_id>/closing")
@allow(Permission.administer)
def close(department_id: int) -> Answer:
    return change(
        VersionedForm(), load=lambda: db.session.get(Department, department_id),
        allowed=lambda department: may_administer(),
        act=lambda department: close_department(department, by=actor(), at=clock.now()),
        again=lambda refused: _edit_page(department_id, _filled(department_id, refused)),
        done=url_for("people.index"),
    )  # fmt: skip


def _filled(department_id: int, refused: VersionedForm) -> VersionedForm:
    """The form of the page with what stands now, and why closing was refused."""
    row = found(db.session.get(Department, department_id))
    form = forms.EditDepartmentForm(None, version=row.version, name=row.name, serves=row.serves)
    form.form_errors = list(refused.form_errors)
    return form


def _edit_page(department_id: int, form: VersionedForm) -> str:
    department = found(db.session.get(Department, department_id))
    return render_template("people/edit_department.html", form=form, department=department)


@area.route("/departments/<int:department_id>/leaders", methods=["GET", "POST"])
@allow(Permission.administer)
def leaders(department_id: int) -> Answer:
    row = found(db.session.get(Department, department_id))
    if request.method == "GET":
        form = forms.LeadersForm(
            None, version=row.version, leader=row.leader_id, deputy=row.deputy_id
        )
        return _leaders_page(department_id, form)
    form = forms.LeadersForm()
    forms.offer_choices(form)
    return change(
        form, load=lambda: db.session.get(Department, department_id),
        allowed=lambda department: may_administer(),
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
