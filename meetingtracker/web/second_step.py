"""The step between the right password and the session: who is on it, and how they get on."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from flask import current_app, render_template, session
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from meetingtracker import clock
from meetingtracker.models.reads.factors import Factor, factors_of
from meetingtracker.models.reads.visitor import Account, account_of
from meetingtracker.models.second_factor import RecoveryCode, SecondFactor
from meetingtracker.rules.accounts import MAY_WAIT, FactorKind
from meetingtracker.web import passkeys, seal, totp
from meetingtracker.web.access import new_cookie
from meetingtracker.web.forms import Form, at_most
from meetingtracker.web.seal import Unreadable

KEPT_AS = "second step"
LONGEST_NEXT = 1000  # characters: a browser drops a cookie of more than 4,096
LONGEST_PROOF = 10_000  # characters of a passkey's answer

# Inside a write: use a proof up; False if somebody was faster with the same one.
Use = Callable[[datetime], bool]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who has proved one thing and is asked for another. No session row: nothing is open yet.

    `version` is their account's: whoever changes it in between (a new password, somebody who
    leaves) ends this. `began` is seconds since 1970.
    """

    person_id: int
    version: int
    way: str
    on_phone: bool
    next: str
    began: float


class FactorForm(Form):
    code = StringField(_l("Code"), [at_most(40)])
    credential = HiddenField(validators=[at_most(LONGEST_PROOF)])
    carried = HiddenField()


def hold(waiting: Waiting) -> None:
    """Remember in the signed cookie, and nothing else of what was in it."""
    new_cookie()
    if len(waiting.next) > LONGEST_NEXT:
        waiting = replace(waiting, next="")
    session[KEPT_AS] = asdict(waiting)


def waiting() -> Waiting | None:
    kept = session.get(KEPT_AS)
    if kept is None:
        return None
    found = Waiting(**kept)
    is_late = clock.now().timestamp() >= found.began + MAY_WAIT.total_seconds()
    return None if is_late else found


def step_page(found: Waiting, form: FactorForm, *, refused: bool = False) -> str:
    """Ask for the second proof, or, from whoever has none and must have one, to set it up."""
    factors = factors_of(found.person_id)
    return render_template(
        "factors/step.html", form=form, refused=refused, has_any=bool(factors),
        available=totp.AVAILABLE,
        has_app=any(factor.kind is FactorKind.totp for factor in factors),
        has_passkey=passkeys.possible() and any(
            factor.kind is FactorKind.passkey for factor in factors
        ),
    )  # fmt: skip


def matching(person_id: int, form: FactorForm) -> Use | None:
    """How to use the proof up, a passkey's answer or what was typed; None if it is wrong.

    Outside of any write: hashing takes its time. Raises Unreadable where an app's seed was sealed
    with another key than today's.
    """
    if form.credential.data:
        return _matching_passkey(person_id, form.credential.data)
    return _matching_code(person_id, form.code.data or "")


def _matching_passkey(person_id: int, answer: str) -> Use | None:
    try:
        proof = passkeys.proved(answer, "second step")
    except passkeys.Refused as refused:
        current_app.logger.info("passkey of person %d refused: %s", person_id, refused)
        return None
    return proof.use if proof.person_id == person_id else None


def _matching_code(person_id: int, typed: str) -> Use | None:
    """An app's code or a recovery code, however it is grouped."""
    code = "".join(typed.replace("-", "").split()).upper()
    if len(code) == totp.DIGITS and code.isascii() and code.isdecimal():
        return _matching_app(person_id, code)
    if len(code) != seal.CODE_LENGTH:
        return None
    hashed = seal.code_hash(code, person_id=person_id)
    return lambda at: RecoveryCode.use(person_id, hashed, at=at)


def _matching_app(person_id: int, code: str) -> Use | None:
    unreadable = None
    for factor in factors_of(person_id):
        if factor.kind is not FactorKind.totp or not totp.AVAILABLE:
            continue
        try:
            step = totp.matching_step(seed_of(factor), code, at=clock.now())
        except Unreadable as error:
            unreadable = error
            continue
        if step is not None:
            return _use_step(factor.id, step)
    if unreadable:
        raise unreadable
    return None


def _use_step(factor_id: int, step: int) -> Use:
    return lambda at: SecondFactor.use_step(factor_id, step, at=at)


def seed_of(factor: Factor) -> str:
    """Raises Unreadable."""
    return seal.unseal(factor.secret, owner=owner(factor.person_id))


def owner(person_id: int) -> str:
    """To whom a seed is bound when it is sealed."""
    return f"person {person_id}"


def account_waiting(found: Waiting) -> Account | None:
    return account_of(found.person_id)
