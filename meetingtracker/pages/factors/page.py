"""What this area's views share: the blueprint, setting up an app, and the sheet of codes."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, request, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from meetingtracker import clock
from meetingtracker.models.acts.second_factors import add_factor
from meetingtracker.models.person import Person
from meetingtracker.models.reads.visitor import Account
from meetingtracker.models.reads.visitor import actor as actor_named
from meetingtracker.rules.accounts import FactorKind
from meetingtracker.web import carry, seal, totp
from meetingtracker.web.filters import organisation
from meetingtracker.web.forms import Form, at_most, required, safe_path
from meetingtracker.web.mail import uses_mail
from meetingtracker.web.second_step import owner

area = Blueprint("factors", __name__)
SEED = "seed to confirm"


class AppForm(Form):
    code = StringField(
        _l("Code from the app"), [required(_l("Enter the six digits.")), at_most(40)]
    )
    carried = HiddenField()


@dataclass(frozen=True, slots=True)
class NewApp:
    """An app whose first code was right, ready to be written."""

    sealed: str
    step: int
    codes: Sequence[str]
    code_hashes: Sequence[str]

    def add(self, person: Person) -> bool:
        """Inside a write. Whether the codes are now the person's recovery codes."""
        return add_factor(
            person, FactorKind.totp, name=_("Authenticator app"), secret=self.sealed,
            last_step=self.step, code_hashes=self.code_hashes,
            by=actor_named(person.id), at=clock.now(), tell=uses_mail(),
        )  # fmt: skip


def seed_to_confirm(person_id: int) -> str:
    """The same for as long as the page is open, so that what the camera saw stays right.

    Kept, sealed, in the cookie until a code of it came.
    """
    try:
        return seal.unseal(session.get(SEED, ""), owner=owner(person_id))
    except seal.Unreadable:  # the first time, or somebody else's
        seed = totp.new_seed()
        session[SEED] = seal.seal(seed, owner=owner(person_id))
        return seed


def forget_seed() -> None:
    """Once it is confirmed: another app gets another."""
    session.pop(SEED, None)


def app_page(form: AppForm, who: Account, *, is_forced: bool) -> str:
    """`is_forced`: on the way in, because the policy requires it."""
    seed = seed_to_confirm(who.id) if totp.AVAILABLE else ""
    known = organisation()
    company = known.name if known else ""
    return render_template(
        "factors/app.html", form=form, is_forced=is_forced, available=totp.AVAILABLE,
        qr_code=totp.qr_code(seed, email=who.email, company=company) if seed else "",
        key=totp.in_groups(seed),
    )  # fmt: skip


def new_app(form: AppForm, who: Account) -> NewApp | None:
    """The app that the form's code is of; None, said beside the field, if it is of no other."""
    if not form.validate():
        return None
    seed = seed_to_confirm(who.id)
    typed = "".join((form.code.data or "").split())
    step = totp.matching_step(seed, typed, at=clock.now()) if typed.isascii() else None
    if step is None:
        form.code.errors = [
            _("That is not the code of this moment. Is the clock of your phone right?")
        ]
        return None
    codes = seal.new_codes()
    return NewApp(seal.seal(seed, owner=owner(who.id)), step, codes, hashes(codes, who.id))


def hashes(codes: Sequence[str], person_id: int) -> list[str]:
    """Takes a while: outside of any write."""
    return [seal.code_hash(code.replace("-", ""), person_id=person_id) for code in codes]


def codes_page(codes: Sequence[str], *, go_to: str, carried: str = "") -> str:
    """The sheet of recovery codes: the only time that anybody sees them."""
    to, fields = carry.carried(carried) or ("", [])
    wanted = safe_path(go_to)
    return render_template(
        "factors/codes.html", codes=codes, to=to, fields=fields,
        go_to=request.script_root + (wanted or "/"), text="\n".join(codes) + "\n",
    )  # fmt: skip


def log(sentence: str, person_id: int) -> None:
    current_app.logger.info("%s: person %d from %s", sentence, person_id, request.remote_addr)
