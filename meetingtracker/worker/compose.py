"""What a message says: its row, looked at anew, becomes a letter when it is about to be sent."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.mail_minutes import TO_OUTSIDER, TO_PERSON
from meetingtracker.models.acts.queue_digest import KIND as DIGEST
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.outbox import TOO_LATE, Outbox
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import LASTS, OneTimeLink
from meetingtracker.rules.accounts import FactorKind
from meetingtracker.rules.errors import N_
from meetingtracker.web.filters import LANGUAGES
from meetingtracker.worker.digest import digest_values
from meetingtracker.worker.issued import minutes_values
from meetingtracker.worker.letter import LONGEST_NAME, Letter, one_line
from meetingtracker.worker.queue import NotWanted

LONGEST_COMPANY = 120
_FACTORS = {kind.value: kind.label for kind in FactorKind}
LEFT = N_("The person has left.")


@dataclass(frozen=True, slots=True)
class Kind:
    """`link`: the one-time link that is made when it is sent, at `path`.

    `even_after_leaving`: it goes to its address also when the person has left. `to_outsider`: its
    address is somebody else's, in the name of the person.
    """

    link: str = ""
    path: str = ""
    even_after_leaving: bool = False
    to_outsider: bool = False


KINDS = {
    "account.sign_in": Kind("sign_in", "/sign-in/"),
    "account.reset": Kind("reset", "/reset/"),
    "account.invitation": Kind("invitation", "/welcome/"),
    "account.new_address": Kind("new_address", "/account/address/"),
    "account.address_changed": Kind(even_after_leaving=True),
    "account.password_changed": Kind(),
    "account.factor_changed": Kind(),
    "mail.test": Kind(),
    TO_PERSON: Kind(),
    TO_OUTSIDER: Kind(even_after_leaving=True, to_outsider=True),
    DIGEST: Kind(),
}


def compose(row: Outbox, *, base_url: str, on: date | None = None) -> Letter:
    """The letter of a claimed message; a link in it is made now, in a write of its own.

    `on`: the organisation's day for which digests are sent; None is today. Raises NotWanted, and
    Moot for a digest that has nothing left to say or comes too late; anything else that it raises
    is the message's own fault (KeyError for a kind that is not known, whatever a template meets).
    """
    kind, person = KINDS[row.kind], db.session.get_one(Person, row.person_id)
    if not person.is_active and not kind.even_after_leaving:
        raise NotWanted(LEFT)
    if row.is_too_late(clock.now()):
        raise NotWanted(TOO_LATE)
    template, key, name, address = row.kind, row.key, person.name, row.address or person.email
    if row.kind == DIGEST:
        digest_id = row.params["digest_id"]
        with _language(person.language):
            written = digest_values(digest_id, on=on)
            link = written.link(base_url)
            values = written.values | {"link": link}
            letter = _letter(template, key, name, address, base_url, values)
        return replace(letter, unsubscribe=f"{link}/unsubscribe")
    if kind.to_outsider:
        name = ""
    with _language(None if kind.to_outsider else person.language):
        values = _told(row.params)
        if row.kind in (TO_PERSON, TO_OUTSIDER):
            values |= minutes_values(row, base_url)
        if kind.link:  # the write forgets the rows: nothing is read from them after it
            token = _make_link(kind.link, person.id, row.address)
            values["link"] = f"{base_url}{kind.path}{token}"
            values["lasts"] = _in_words(LASTS[kind.link])
        return _letter(template, key, name, address, base_url, values)


def letter_of_test(address: str, *, key: str, base_url: str) -> Letter:
    """A test mail to any address."""
    with _language(None):
        return _letter("mail.test", key, "", address, base_url, {})


def _letter(
    kind: str, key: str, name: str, address: str, base_url: str, values: dict[str, Any]
) -> Letter:
    """Subject and text from mail/<kind>.txt, HTML from its .html."""
    known = the_organisation()
    values |= {
        "name": one_line(name, LONGEST_NAME), "address": address, "base_url": base_url,
        "company": one_line(known.name if known else "", LONGEST_COMPANY),
    }  # fmt: skip
    file = f"mail/{kind.replace('.', '_')}"
    plain = current_app.jinja_env.get_template(f"{file}.txt")
    subject = "".join(plain.blocks["subject"](plain.new_context(dict(values))))
    html = current_app.jinja_env.get_template(f"{file}.html").render(subject=subject, **values)
    return Letter(key, name, address, subject, plain.render(**values), html)


def _told(params: dict[str, Any]) -> dict[str, Any]:
    """What a row's params say: `by_id` who invites, `change` added or removed, `factor` which."""
    inviter = db.session.get(Person, params["by_id"]) if "by_id" in params else None
    return {
        "inviter": one_line(inviter.name, LONGEST_NAME) if inviter else "",
        "change": str(params.get("change", "")),
        "factor": _(_FACTORS[params["factor"]]) if "factor" in params else "",
    }


def _make_link(kind: str, person_id: int, address: str | None) -> str:
    with writing():
        return OneTimeLink.make(kind, at=clock.now(), person_id=person_id, address=address)


def _language(wanted: str | None) -> AbstractContextManager[None]:
    """The person's language, else the organisation's, else English."""
    known = the_organisation()
    wanted = wanted or (known.language if known else "")
    return force_locale(wanted if wanted in LANGUAGES else "en")


def _in_words(span: timedelta) -> str:
    """ "10 minutes", "14 days"."""
    if span.days:
        return ngettext("%(num)d day", "%(num)d days", span.days)
    minutes = span.seconds // 60
    return ngettext("%(num)d minute", "%(num)d minutes", minutes)
