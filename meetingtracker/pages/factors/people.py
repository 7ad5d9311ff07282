"""An administrator helps somebody who lost all that they could prove themselves with."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.second_factors import remove_factors
from meetingtracker.models.person import Person
from meetingtracker.pages.factors.page import area, log
from meetingtracker.rules.permissions import Permission, may_administer
from meetingtracker.web.access import actor, allow, found, require, visitor
from meetingtracker.web.change import Answer
from meetingtracker.web.mail import uses_mail


@area.post("/people/<int:person_id>/factors/removal")
@allow(Permission.administer)
def remove_all(person_id: int) -> Answer:
    require(may_administer(actor()))
    person = found(db.session.get(Person, person_id))
    if not found(visitor()).is_confirmed(clock.now()):
        return redirect(url_for("account.confirm", next=f"/people/{person_id}"))
    with writing():
        person = found(db.session.get(Person, person_id))
        name = person.name
        n = remove_factors(person, by=actor(), at=clock.now(), tell=uses_mail())
    log(f"all {n} second factors removed by person {actor().id}", person_id)
    flash(_("%(name)s has no second factor any more and is signed out everywhere.", name=name))
    return redirect(url_for("people.show", person_id=person_id))
