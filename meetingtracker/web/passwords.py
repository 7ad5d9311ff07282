"""Password hashes (argon2id): made and checked outside of any transaction."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.passwords import check_password, normal
from meetingtracker.web.filters import organisation
from meetingtracker.web.forms import Form, at_most, required

TOO_LONG = 1000  # characters: nothing is computed for more


class SecretField(PasswordField):
    """A password as it was typed: unlike other texts it keeps its spaces."""

    def __init__(self, label: Any = None, sentence: Any = None, **kwargs: Any) -> None:
        kwargs["filters"] = ()
        checks = [required(sentence or _l("Enter your password.")), at_most(TOO_LONG)]
        super().__init__(label, checks, **kwargs)


def hash_password(password: str) -> str:
    return _hasher(current_app.testing).hash(normal(password))


def fits(password: str, kept: str | None) -> bool:
    """Whether the password is the kept one; for nobody it takes as long as for somebody."""
    argon = _hasher(current_app.testing)
    nobodys = _nobodys(current_app.testing)  # made at the first try, whoever it is for
    try:
        return argon.verify(kept or nobodys, normal(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def hashed_anew(password: str, kept: str) -> str | None:
    """A hash as strong as hashes are today, if the kept one was made weaker; else None."""
    argon = _hasher(current_app.testing)
    return argon.hash(normal(password)) if argon.check_needs_rehash(kept) else None


@cache
def _hasher(testing: bool) -> PasswordHasher:
    if testing:  # the strength is argon2's own affair; tests need the round trip
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher()


@cache
def _nobodys(testing: bool) -> str:
    return _hasher(testing).hash("nobody has this password")


def is_good(form: Form, *, email: str, names: Iterable[str], company: str = "") -> bool:
    """Whether the form holds and its new `password` may be chosen; says beside it why not."""
    is_valid = bool(form.validate())
    known = organisation()
    try:
        chosen = form["password"].data
        if chosen:
            check_password(
                chosen, email=email, names=[*names, company or (known.name if known else "")]
            )
    except RuleBroken as broken:
        form.add_rule_error(broken)
        return False
    return is_valid
