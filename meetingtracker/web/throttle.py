"""Doors that ask for a password or a code, and close after too many failures."""

import ipaddress
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, make_response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from meetingtracker import clock
from meetingtracker.db import writing
from meetingtracker.models.person import folded
from meetingtracker.models.throttle import Failure
from meetingtracker.rules.accounts import PER_ACCOUNT, PER_ADDRESS
from meetingtracker.web.forms import Form
from meetingtracker.web.mail import uses_mail


class Closed(Exception):
    """Too many failures: nothing is looked at before `seconds` have passed, right or wrong."""

    def __init__(self, until: datetime, *, at: datetime) -> None:
        super().__init__(until)
        self.seconds = max(1, math.ceil((until - at).total_seconds()))

    @property
    def minutes(self) -> int:
        return math.ceil(self.seconds / 60)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that counts as a failure until it is taken back, inside a write."""

    rows: list[int]

    def take_back(self) -> None:
        Failure.take_back(self.rows)


def attempt(email: str) -> Attempt:
    """Count a try at the account of a mail address, known or not, before anything is checked.

    So tries at the same moment can't get in beside each other, and a wrong one costs the same for
    everybody. Nothing is counted while the door is closed: the failures of one account never fill
    the measure of an address. Raises Closed.
    """
    at = clock.now()
    account, address = account_key(email), address_key("address")
    _raise_if_closed(account, address, at)  # without a write: whoever hammers here stops nobody
    with writing():
        Failure.one_at_a_time()
        _raise_if_closed(account, address, at)
        return Attempt(Failure.note(account, address, at=at))


def count_ask(kind: str = "asks") -> None:
    """Inside a write: count what is asked for from this address: mails, or another `kind`.

    Raises Closed.
    """
    at, key = clock.now(), address_key(kind)
    Failure.one_at_a_time()
    until = Failure.closed_until(key, PER_ADDRESS, at=at)
    if until is not None:
        raise Closed(until, at=at)
    Failure.note(key, at=at)


def account_key(email: str) -> str:
    return Failure.of("account", folded(email))


def address_key(kind: str) -> str:
    """The key of where the request comes from; in IPv6 one customer has a network of 64 bits."""
    return Failure.of(kind, network(request.remote_addr or ""))


def network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _raise_if_closed(account: str, address: str, at: datetime) -> None:
    untils = (
        Failure.closed_until(account, PER_ACCOUNT, at=at),
        Failure.closed_until(address, PER_ADDRESS, at=at),
    )
    if closed := [until for until in untils if until is not None]:
        raise Closed(max(closed), at=at)


def refuse_closed(
    closed: Closed, form: Form, page: Callable[[], str], *, meanwhile: bool = True
) -> Response:
    """The page of a refused form (429) that says how long to wait, and what works meanwhile."""
    current_app.logger.warning(
        "door closed for %d s: %s from %s", closed.seconds, request.path, request.remote_addr
    )
    form.form_errors.append(
        ngettext(
            "Too many tries. Try again in %(num)d minute.",
            "Too many tries. Try again in %(num)d minutes.",
            closed.minutes,
        )
    )
    if meanwhile and uses_mail():
        form.form_errors.append(_("A sign-in link by mail works meanwhile."))
    elif meanwhile:
        form.form_errors.append(_("A link from an administrator works meanwhile."))
    answer = make_response(page(), 429)
    answer.headers["Retry-After"] = str(closed.seconds)
    return answer
