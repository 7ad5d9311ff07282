"""Somebody leaves: every open promise finds somebody who answers for it, on one page."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.deactivate_person import HandOver, deactivate_person
from meetingtracker.models.person import Person
from meetingtracker.models.reads.leaving import leaving
from meetingtracker.models.reads.people import people_and_homes
from meetingtracker.pages.people import forms
from meetingtracker.pages.people.forms import DELEGATE, HEIR, WAIT, LeavingForm
from meetingtracker.pages.people.page import area, may_administer
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import Answer, change
from meetingtracker.web.filters import today
from meetingtracker.web.forms import VersionedForm


@area.route("/people/<int:person_id>/leaving", methods=["GET", "POST"])
@allow(Permission.administer)
def leave(person_id: int) -> Answer:
    person = found(db.session.get(Person, person_id))
    require(person.is_active)
    if request.method == "GET":
        return _page(person_id, LeavingForm(None, version=person.version))
    form = LeavingForm()
    forms.offer_choices(form)

    def act(row: Person) -> None:
        kept = deactivate_person(row, _hand_over(row, form), by=actor(), at=clock.now(), on=today())
        current_app.logger.info("person %d deactivated by %s", person_id, actor().id)
        flash(_("%(name)s has left. Promises that found somebody: %(n)d.", name=row.name, n=kept))

    return change(
        form, load=lambda: db.session.get(Person, person_id),
        allowed=lambda row: may_administer() and row.is_active, act=act,
        again=lambda refused: _page(person_id, refused), done=url_for("people.index"),
    )  # fmt: skip


def _hand_over(person: Person, form: LeavingForm) -> HandOver:
    """What was chosen. RuleBroken for a promise that the page did not show yet."""
    chosen = {
        p.id: request.form.get(f"promise-{p.id}") for p in leaving(actor(), person.id).promises
    }
    if None in chosen.values():
        raise RuleBroken(N_("A promise was added meanwhile. Say what becomes of it."))
    return HandOver(
        heir=found(_somebody(form.heir.data)),
        owners={
            promise: found(_somebody(choice)) for promise, choice in chosen.items()
            if choice not in (HEIR, DELEGATE, WAIT)
        },
        delegate=_somebody(form.delegate.data),
        delegated=frozenset(promise for promise, choice in chosen.items() if choice == DELEGATE),
        waiting=frozenset(promise for promise, choice in chosen.items() if choice == WAIT),
        waits_until=form.waits_until.data,
    )  # fmt: skip


def _somebody(choice: object) -> Person | None:
    text = str(choice or "")
    return db.session.get(Person, int(text)) if text.isdecimal() and len(text) < 11 else None


def _page(person_id: int, form: VersionedForm) -> str:
    forms.offer_choices(form)
    person = found(db.session.get(Person, person_id))
    return render_template(
        "people/leaving.html", form=form, person=person, left=leaving(actor(), person_id),
        people=[(str(i), name) for i, name in people_and_homes() if i != person_id],
        chosen=request.form, HEIR=HEIR, DELEGATE=DELEGATE, WAIT=WAIT,
    )  # fmt: skip


@area.post("/people/<int:person_id>/return")
@allow(Permission.administer)
def come_back(person_id: int) -> Answer:
    """Somebody who left is here again; they get a new link, since their doors were closed."""
    with writing() as session:
        person = found(session.get(Person, person_id))
        require(may_administer())
        person.come_back(by=actor(), at=clock.now())
    current_app.logger.info("person %d activated by %s", person_id, actor().id)
    return redirect(url_for("people.show", person_id=person_id))
