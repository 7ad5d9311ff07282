"""Single sign-on: to the provider, and back with its word for who somebody is."""

import hmac
import secrets
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, redirect, request, session
from sqlalchemy.exc import IntegrityError

from meetingtracker import clock
from meetingtracker.config import SingleSignOn
from meetingtracker.db import writing
from meetingtracker.models.acts.sign_in_externally import (
    Vouched,
    follow,
    person_vouched_for,
    roles_of,
)
from meetingtracker.models.acts.spend import spend
from meetingtracker.models.reads.factors import must_have_factor
from meetingtracker.models.sign_in import SignIn, hashed
from meetingtracker.pages.sso import provider
from meetingtracker.pages.sso.page import Failed, failed_page, missing_page
from meetingtracker.pages.sso.provider import Provider, challenge
from meetingtracker.rules.accounts import MAY_WAIT
from meetingtracker.web.access import public
from meetingtracker.web.change import Answer
from meetingtracker.web.forms import clean, safe_path
from meetingtracker.web.second_step import LONGEST_NEXT
from meetingtracker.web.sign_in import Begun, begin_session, enter, go_on

area = Blueprint("sso", __name__)
KEPT_AS = "single sign-on"
FRESH = 60  # seconds: the provider asked for the password only just now


class Spent(Exception):
    """The state came back before."""


def _settings() -> SingleSignOn | None:
    found: SingleSignOn | None = current_app.extensions["meetingtracker"].sso
    return found


@area.app_template_global("sso_name")
def sso_name() -> str:
    """The provider's name for the button; empty where there is none."""
    sso = _settings()
    return sso.name if sso and provider.AVAILABLE else ""


def _provider() -> Provider:
    sso = _settings()
    if sso is None:
        abort(404)
    known: Provider | None = current_app.extensions.get("meetingtracker.sso")
    if known is None or known.sso != sso:
        known = current_app.extensions["meetingtracker.sso"] = Provider(sso)
    return known


def _redirect_uri() -> str:
    return str(current_app.extensions["meetingtracker"].base_url) + "/sso/callback"


@area.get("/sso")
@public("a door of its own: leads to the provider")
def start() -> Answer:
    there = _provider()
    if not provider.AVAILABLE:
        return missing_page()
    wanted = safe_path(request.args.get("next")) or ""
    kept = {
        "state": secrets.token_urlsafe(24), "nonce": secrets.token_urlsafe(24),
        "verifier": secrets.token_urlsafe(48), "at": clock.now().timestamp(),
        "next": wanted if len(wanted) <= LONGEST_NEXT else "",
    }  # fmt: skip
    asked = {
        "response_type": "code", "client_id": there.sso.client_id, "scope": "openid email profile",
        "redirect_uri": _redirect_uri(), "state": kept["state"], "nonce": kept["nonce"],
        "code_challenge": challenge(str(kept["verifier"])), "code_challenge_method": "S256",
    }  # fmt: skip
    if "again" in request.args:  # to prove oneself once more, an old session there is not enough
        asked |= {"prompt": "login", "max_age": "0"}
    try:
        address = there.metadata().authorization
    except provider.Refused as refused:
        return failed_page(Failed.unreachable, str(refused))
    session[KEPT_AS] = kept
    return redirect(address + ("&" if "?" in address else "?") + urlencode(asked))


@area.get("/sso/callback")
@public("the provider sends people back here; does nothing but begin a session")
def callback() -> Answer:
    there = _provider()
    if not provider.AVAILABLE:
        return missing_page()
    kept = session.pop(KEPT_AS, None)
    state = request.args.get("state", "")
    if kept is None or not hmac.compare_digest(state.encode(), kept["state"].encode()):
        return failed_page(Failed.state, "no such state")
    if clock.now().timestamp() >= kept["at"] + MAY_WAIT.total_seconds():
        return failed_page(Failed.state, "the state is too old")
    if "error" in request.args:
        return failed_page(Failed.denied, f"it says {request.args['error'][:100]!r}")
    try:
        claims = _claims(there, kept)
    except provider.Refused as refused:
        return failed_page(Failed.answer, str(refused))
    try:
        begun = _begin(there.sso, claims, state)
    except Spent:
        return failed_page(Failed.state, "the state was used before")
    if begun is None:
        return failed_page(Failed.unknown, f"no account for {claims['sub']!r}")
    enter(begun, "single sign-on", next=kept["next"])
    return go_on(kept["next"])


def _claims(there: Provider, kept: dict[str, Any]) -> dict[str, Any]:
    """What the provider vouches for. Raises Refused."""
    issuer = request.args.get("iss")
    if (issuer or there.metadata().names_itself) and issuer != there.sso.issuer:
        raise provider.Refused(f"the answer is {issuer!r}'s")
    token = there.exchange(
        request.args.get("code", ""), verifier=kept["verifier"], redirect_uri=_redirect_uri()
    )
    return there.verified(token, nonce=kept["nonce"], now=clock.now().timestamp())


def _begin(sso: SingleSignOn, claims: dict[str, Any], state: str) -> Begun | None:
    """None for somebody unknown. A second time, where two came first at the same moment."""
    try:
        return _write(sso, claims, state)
    except IntegrityError:
        return _write(sso, claims, state)


def _write(sso: SingleSignOn, claims: dict[str, Any], state: str) -> Begun | None:
    at, who = clock.now(), _vouched(sso, claims)
    with writing() as rows:
        if not spend("sso", state, lasts=MAY_WAIT, at=at):
            raise Spent
        person = person_vouched_for(who, create=sso.create, at=at)
        if person is None:
            return None
        for missed in follow(person, who, at=at):
            current_app.logger.warning("single sign-on of person %d: %s", person.id, missed)
        begun = begin_session(person, proved=_is_proved(claims) or not must_have_factor(person))
        if begun.token and not _is_fresh(claims, at.timestamp()):
            # The provider asked nothing just now, for all that we know.
            mine = sa.update(SignIn).where(SignIn.token_hash == hashed(begun.token))
            rows.execute(mine.values(confirmed_at=None))
    return begun


def _vouched(sso: SingleSignOn, claims: dict[str, Any]) -> Vouched:
    """The claims that count, as clean text."""
    is_verified = claims.get("email_verified") in (True, "true")
    groups = claims.get(sso.role_claim) if sso.role_claim else None
    groups = [groups] if isinstance(groups, str) else groups
    says_groups = isinstance(groups, list)
    if sso.role_claim and not says_groups:
        current_app.logger.warning("single sign-on: no claim %r, no role", sso.role_claim)
    return Vouched(
        issuer=sso.issuer, subject=claims["sub"],
        email=_text(claims.get("email")) if is_verified else "",
        name=_text(claims.get("name")),
        department=_text(claims.get(sso.department_claim)) or None,
        roles=roles_of([g for g in groups or () if isinstance(g, str)], sso.role_map),
        decided=frozenset(sso.role_map.values()) if says_groups else frozenset(),
    )  # fmt: skip


def _text(value: object) -> str:
    return " ".join((clean(value) or "").split()) if isinstance(value, str) else ""


def _is_proved(claims: dict[str, Any]) -> bool:
    """Whether the provider itself asked for a second factor (RFC 8176)."""
    methods = claims.get("amr")
    return isinstance(methods, list) and "mfa" in methods


def _is_fresh(claims: dict[str, Any], now: float) -> bool:
    at = claims.get("auth_time")
    return isinstance(at, int | float) and not isinstance(at, bool) and abs(now - at) <= FRESH
