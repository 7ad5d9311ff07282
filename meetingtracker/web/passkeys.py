"""Passkeys (WebAuthn): a key pair in somebody's device, for this host alone."""

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Response, current_app, request, session

from meetingtracker import clock
from meetingtracker.models.acts.spend import spend
from meetingtracker.models.reads.factors import Factor, passkey
from meetingtracker.models.reads.visitor import Account
from meetingtracker.models.second_factor import SecondFactor
from meetingtracker.rules.accounts import CHALLENGE_LASTS

try:
    import webauthn
    from webauthn.helpers import (
        base64url_to_bytes,
        bytes_to_base64url,
        parse_authentication_credential_json,
    )
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )
except ImportError:  # they come with the extra `mfa`
    AVAILABLE = False
else:
    AVAILABLE = True

KEPT_AS = "challenge"


class Refused(Exception):
    """The device's answer does not hold; the words are for the log."""


@dataclass(frozen=True, slots=True)
class House:
    """The host that a key belongs to, and the address from which alone it may be used."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    credential_id: str
    public_key: str
    sign_count: int


@dataclass(frozen=True, slots=True)
class Proof:
    """A right answer of a passkey. `use`, inside a write, is False for one that came before."""

    person_id: int
    use: Callable[[datetime], bool]


def house() -> House | None:
    """None where browsers know no passkeys: an address that is a number, http away from home."""
    base = current_app.extensions["meetingtracker"].base_url
    url = urlsplit(base or request.host_url)
    host = url.hostname or ""
    if not base and host != "localhost" or url.scheme != "https" and host != "localhost":
        return None
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return House(host, f"{url.scheme}://{url.netloc}")
    return None


def possible() -> bool:
    return AVAILABLE and house() is not None


def offer_to_make(who: Account, known: Iterable[Factor], *, company: str) -> Response:
    """What the browser needs to make a key pair; a device that has one already makes none."""
    options = webauthn.generate_registration_options(
        rp_id=_house().host, rp_name=company or "Meetingtracker",
        user_id=b"person:%d" % who.id, user_name=who.email, user_display_name=who.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_described(known),
    )  # fmt: skip
    return _asked("make", options.challenge, webauthn.options_to_json(options))


def offer_to_prove(purpose: str, known: Iterable[Factor] = ()) -> Response:
    """What the browser needs to sign with a key: one of `known`, else any that it has for us.

    `purpose`: "sign in" (in place of a password) or "second step".
    """
    options = webauthn.generate_authentication_options(
        rp_id=_house().host, allow_credentials=_described(known),
        user_verification=(
            UserVerificationRequirement.REQUIRED if purpose == "sign in"
            else UserVerificationRequirement.PREFERRED
        ),
    )  # fmt: skip
    return _asked(purpose, options.challenge, webauthn.options_to_json(options))


def made(answer: str) -> NewPasskey:
    """The new key of a browser's answer. Raises Refused."""
    challenge = _challenge("make")
    try:
        key = webauthn.verify_registration_response(
            credential=answer, expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_house().host, expected_origin=_house().origin,
        )  # fmt: skip
    except Exception as error:  # whatever the libraries raise at odd bytes: it is no key
        raise Refused(str(error)) from error
    return NewPasskey(
        bytes_to_base64url(key.credential_id), bytes_to_base64url(key.credential_public_key),
        key.sign_count,
    )  # fmt: skip


def proved(answer: str, purpose: str) -> Proof:
    """Whose passkey signed. In place of a password the device must have asked who holds it.

    Raises Refused.
    """
    challenge = _challenge(purpose)
    try:
        credential = parse_authentication_credential_json(answer)
        factor = passkey(bytes_to_base64url(credential.raw_id))
        if factor is None:
            raise Refused("unknown passkey")
        handle = credential.response.user_handle
        if handle and handle != b"person:%d" % factor.person_id:
            raise Refused(f"passkey {factor.id} belongs to somebody else")
        done = webauthn.verify_authentication_response(
            credential=credential, expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_house().host, expected_origin=_house().origin,
            credential_public_key=base64url_to_bytes(factor.secret),
            credential_current_sign_count=0,  # compared when it is written
            require_user_verification=purpose == "sign in",
        )  # fmt: skip
    except Refused:
        raise
    except Exception as error:  # as above
        raise Refused(str(error)) from error
    return Proof(factor.person_id, _use(factor, challenge, done.new_sign_count))


def _use(factor: Factor, challenge: str, count: int) -> Callable[[datetime], bool]:
    def use(at: datetime) -> bool:
        if not spend("passkey", challenge, lasts=CHALLENGE_LASTS, at=at):
            return False
        goes_on = SecondFactor.use_count(factor.id, count, at=at)
        if not goes_on:
            current_app.logger.warning(
                "passkey %d of person %d: its counter went from %d to %d, is there a copy?",
                factor.id, factor.person_id, factor.sign_count, count,
            )  # fmt: skip
        return goes_on

    return use


def _house() -> House:
    found = house()
    if found is None:
        raise Refused("no passkeys at this address")
    return found


def _described(factors: Iterable[Factor]) -> "list[PublicKeyCredentialDescriptor]":
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(factor.credential_id))
        for factor in factors
        if factor.credential_id
    ]


def _asked(purpose: str, challenge: bytes, options: str) -> Response:
    at = clock.now().timestamp()
    session[KEPT_AS] = {"for": purpose, "word": bytes_to_base64url(challenge), "at": at}
    return Response(options, mimetype="application/json")


def _challenge(purpose: str) -> str:
    """The word that was to be signed; taken out of the cookie. Raises Refused."""
    kept = session.pop(KEPT_AS, None)
    too_old = clock.now().timestamp() - CHALLENGE_LASTS.total_seconds()
    if kept is None or kept["for"] != purpose or kept["at"] <= too_old:
        raise Refused("no challenge, or one that is too old")
    return str(kept["word"])
