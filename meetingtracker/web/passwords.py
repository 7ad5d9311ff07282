"""Password hashes (argon2id): made and checked outside of any transaction."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

_DUMMY: dict[int, str] = {}


def hasher() -> PasswordHasher:
    if current_app.testing:  # the strength is argon2's own affair; tests need the round trip
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher()


def hash_password(password: str) -> str:
    return hasher().hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether the password is the kept one; for nobody it takes as long as for somebody."""
    argon = hasher()
    if kept is None:
        kept = _DUMMY.setdefault(argon.memory_cost, argon.hash("nobody has this password"))
        password = ""
    try:
        return argon.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
