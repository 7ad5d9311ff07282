"""Codes of an authenticator app: six digits that change every 30 seconds (RFC 6238)."""

import hmac
from datetime import datetime

from meetingtracker.rules.accounts import STEP
from meetingtracker.web import seal

try:
    import pyotp
    import segno
except ImportError:  # they come with the extra `mfa`
    AVAILABLE = False
else:
    AVAILABLE = seal.AVAILABLE

DIGITS = 6


def new_seed() -> str:
    return pyotp.random_base32()


def matching_step(seed: str, code: str, *, at: datetime) -> int | None:
    """The time step that the code belongs to: this one, the one before or after; None if wrong."""
    now = int(at.timestamp()) // STEP
    app = pyotp.TOTP(seed, digits=DIGITS, interval=STEP)
    fits = [
        step for step in (now - 1, now, now + 1)
        if hmac.compare_digest(app.generate_otp(step), code)
    ]  # fmt: skip
    return fits[0] if fits else None


def qr_code(seed: str, *, email: str, company: str) -> str:
    """A picture for the app's camera, as a data: address; black on white in every theme."""
    uri = pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name=company or "Meetingtracker")
    return str(segno.make(uri, error="m").svg_data_uri(scale=5, light="#fff", border=3))


def in_groups(seed: str) -> str:
    """The key as one types it: groups of four."""
    return " ".join(seed[i : i + 4] for i in range(0, len(seed), 4))
