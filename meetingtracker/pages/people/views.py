"""People: the directory, and what an administrator says of each."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.add_person import add_person
from meetingtracker.models.acts.edit_person import edit_person
from meetingtracker.models.acts.make_link import make_link
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person
from meetingtracker.models.reads.directory import directory
from meetingtracker.models.sign_in import COPIED_LASTS
from meetingtracker.pages.people import absences, departments, forms, leaving  # noqa: F401
from meetingtracker.pages.people.page import area, may_administer, show_page
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission, Role
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import Answer, change
from meetingtracker.web.forms import VersionedForm
from meetingtracker.web.mail import absolute, uses_mail

__all__ = ["area"]


@area.get("/people")
@allow(Permission.signed_in)
def index() -> str:
    return render_template("people/index.html", directory=directory(), may_add=may_administer())


@area.get("/people/<int:person_id>")
@allow(Permission.signed_in)
def show(person_id: int) -> str:
    return show_page(person_id)


@area.route("/people/new", methods=["GET", "POST"])
@allow(Permission.administer)
def new() -> Answer:
    form = forms.PersonForm()
    forms.offer_choices(form)
    if request.method == "GET":
        return render_template("people/new.html", form=form)
    try:
        if form.validate():
            with writing():
                person_id = add_person(
                    email=form.email.data or "", name=form.name.data or "",
                    role=form.role.data or Role.member, is_admin=form.is_admin.data,
                    department_id=form.department.data, by=actor(), at=clock.now(),
                ).id  # fmt: skip
            return redirect(url_for("people.show", person_id=person_id))
    except RuleBroken as broken:
        form.add_rule_error(broken)
    return render_template("people/new.html", form=form), 422


@area.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@allow(Permission.administer)
def edit(person_id: int) -> Answer:
    person = found(db.session.get(Person, person_id))
    if request.method == "GET":
        form = forms.EditPersonForm(
            None, version=person.version, name=person.name, email=person.email,
            department=person.department_id, manager=person.manager_id, role=person.role,
            is_admin=person.is_admin,
        )  # fmt: skip
        return _edit_page(person_id, form)
    form = forms.EditPersonForm()
    forms.offer_choices(form)

    def act(row: Person) -> None:
        edit_person(
            row, name=form.name.data or "", email=form.email.data or "",
            department_id=form.department.data, manager_id=form.manager.data,
            role=form.role.data or Role.member, is_admin=form.is_admin.data,
            by=actor(), at=clock.now(), tell=uses_mail(),
        )  # fmt: skip
        current_app.logger.info("person %d changed by %s", person_id, actor().id)

    return change(
        form, load=lambda: db.session.get(Person, person_id),
        allowed=lambda row: may_administer() and row.is_active, act=act,
        again=lambda refused: _edit_page(person_id, refused),
        done=url_for("people.show", person_id=person_id),
    )  # fmt: skip


def _edit_page(person_id: int, form: VersionedForm) -> str:
    forms.offer_choices(form)
    person = found(db.session.get(Person, person_id))
    return render_template(
        "people/edit.html", form=form, person=person, stale=bool(form.form_errors)
    )


LINKS = {"invitation": "setup.welcome", "reset": "account.reset"}


@area.post("/people/<int:person_id>/invitation")
@allow(Permission.administer)
def invitation(person_id: int) -> Answer:
    """A link with which they choose a password: mailed, or to copy and shown this once."""
    mailed = request.form.get("how") == "mail"
    with writing() as session:
        person = found(session.get(Person, person_id))
        require(may_administer() and person.is_active)
        kind = "reset" if person.password_hash else "invitation"
        if mailed and uses_mail():
            Outbox.queue(
                f"account.{kind}:{person_id}:{clock.now().isoformat()}", f"account.{kind}",
                person_id=person_id, at=clock.now(), by_id=actor().id,
            )  # fmt: skip
            token = ""
        else:
            token = make_link(person, kind, at=clock.now())
    current_app.logger.info("link (%s) for person %d made by %s", kind, person_id, actor().id)
    if not token:
        flash(_("The mail is on its way."))
        return redirect(url_for("people.show", person_id=person_id))
    link = absolute(url_for(LINKS[kind], token=token))
    return show_page(person_id, link=link, lasts=COPIED_LASTS[kind])
