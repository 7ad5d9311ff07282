"""Away: from when to when, and who answers meanwhile."""

from flask import render_template, request, url_for

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.absence import Absence
from meetingtracker.models.acts.plan_absence import cancel_absence, plan_absence
from meetingtracker.models.person import Person
from meetingtracker.pages.people import forms
from meetingtracker.pages.people.page import area
from meetingtracker.rules.permissions import Permission, may_plan_absence
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import Answer, change
from meetingtracker.web.filters import calendar, today
from meetingtracker.web.forms import VersionedForm


def _may(person: Person) -> bool:
    return person.is_active and may_plan_absence(actor(), person.id, person.department_id)


@area.route("/people/<int:person_id>/absence", methods=["GET", "POST"])
@allow(Permission.signed_in)
def absence(person_id: int) -> Answer:
    person = found(db.session.get(Person, person_id))
    require(_may(person))
    if request.method == "GET":
        form = forms.AbsenceForm(
            None, version=person.version, from_on=today(), to_on=today(),
            delegate=person.delegate_id,
        )  # fmt: skip
        return _page(person_id, form)
    form = forms.AbsenceForm()
    forms.offer_choices(form)

    def act(row: Person) -> None:
        chosen = form.delegate.data
        plan_absence(
            row, from_on=form.from_on.data, to_on=form.to_on.data,
            delegate=db.session.get(Person, chosen) if chosen else None,
            by=actor(), at=clock.now(), on=today(), calendar=calendar(),
        )  # fmt: skip

    return change(
        form, load=lambda: db.session.get(Person, person_id), allowed=_may, act=act,
        again=lambda refused: _page(person_id, refused),
        done=url_for("people.show", person_id=person_id),
    )  # fmt: skip


@area.post("/people/<int:person_id>/absence/<int:absence_id>/cancellation")
@allow(Permission.signed_in)
def cancel_absence_of(person_id: int, absence_id: int) -> Answer:
    def load() -> Absence | None:
        row = db.session.get(Absence, absence_id)
        return row if row and row.person_id == person_id else None

    return change(
        VersionedForm(), load=load,
        allowed=lambda row: _may(found(db.session.get(Person, person_id))),
        act=lambda row: cancel_absence(row, by=actor(), at=clock.now()),
        again=lambda refused: _page(person_id, forms.AbsenceForm(None)),
        done=url_for("people.show", person_id=person_id),
    )  # fmt: skip


def _page(person_id: int, form: VersionedForm) -> str:
    forms.offer_choices(form)
    person = found(db.session.get(Person, person_id))
    return render_template(
        "people/absence.html", form=form, person=person, is_mine=person_id == actor().id
    )
