"""Letters about accounts, with odd names, looked at as a mail program would."""

import email
from contextlib import suppress
from datetime import timedelta
from email import policy

import sqlalchemy as sa

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.change_request import ask_to_drop
from meetingtracker.models.digest import Digest, DigestLine, MailLink
from meetingtracker.models.organisation import Organisation
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person
from meetingtracker.rules.accounts import FactorKind
from meetingtracker.rules.mail_server import Sender
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.worker import followup
from meetingtracker.worker.compose import KINDS, LONGEST_COMPANY, compose
from meetingtracker.worker.digest import LONGEST_LINE
from meetingtracker.worker.letter import LONGEST_NAME, LONGEST_SUBJECT, Letter, one_line, written
from meetingtracker.worker.queue import Moot
from tests.attacks.inert import Look, folded
from tests.busy import Busy
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World
from tests.worker.test_letter import HEADERS

BASE = "https://meet.example.com"
SENDER = Sender("Meetings", "meet@example.com")


class LetterLook(Look):
    """In a mail the styles that its templates wrote and links to ourselves are no faults."""

    def __init__(self, html: str, styles: set[str]) -> None:
        self.styles, self.found = styles, set()  # type: ignore[var-annotated]
        super().__init__(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if name == "style"}
        own = {("style", style) for style in self.styles}
        rest = [
            (name, value) for name, value in attrs
            if (name, value) not in own
            and not (name == "href" and f"{value}/".startswith(f"{BASE}/"))
        ]  # fmt: skip
        super().handle_starttag(tag, rest)


def letters(world: World, text: str) -> list[Letter]:
    """One of every kind about an account, to and by somebody and at a company of that name."""
    with world.write() as cast:
        for name in ("pia", "ada"):
            row = db.session.get_one(Person, cast.person[name])
            row.change(name=text[:120], by=SYSTEM, at=NOW)
        db.session.get_one(Organisation, 1).change(name=text[:120], by=SYSTEM, at=NOW)
    made = []
    for kind in (kind for kind in KINDS if kind.startswith(("account.", "mail."))):
        with world.app.app_context():
            row = Outbox(
                key=f"{kind}:{text}"[:120], kind=kind, person_id=world.cast.person["pia"],
                address="new@example.com" if "address" in kind else None,
                params=_params(world, kind), created_at=clock.now(),
            )  # fmt: skip
            made.append(compose(row, base_url=BASE))
    return made


def _params(world: World, kind: str) -> dict[str, object]:
    if kind == "account.factor_changed":
        return {"change": "added", "factor": FactorKind.totp.value}
    return {"by_id": world.cast.person["ada"]} if kind == "account.invitation" else {}


def plain_letters(world: World) -> tuple[set[str], set[tuple[str, str]]]:
    """The styles and the elements with their attributes that the templates write."""
    looks = [LetterLook(letter.html, set()) for letter in letters(world, "Plain Name")]
    found = {style for seen in looks for style in seen.found}
    looks = [LetterLook(letter.html, found) for letter in letters(world, "Plain Name")]
    assert not [fault for seen in looks for fault in seen.faults]
    return found, {shape for seen in looks for shape in seen.shapes}


def check_letters(world: World, texts: tuple[str, ...]) -> list[Letter]:
    """Every letter says the name as it was given, and is otherwise what its templates wrote."""
    styles, shapes = plain_letters(world)
    checked = []
    for text in texts:
        name, company = one_line(text[:120], LONGEST_NAME), one_line(text[:120], LONGEST_COMPANY)
        for letter in letters(world, text):
            seen = LetterLook(letter.html, styles)
            assert not seen.faults, (letter.key, seen.faults)
            assert seen.shapes <= shapes, letter.key
            for said in (name, company):
                assert said in letter.text, letter.key
                assert folded(said) in seen.text, letter.key
            assert letter.subject == one_line(letter.subject, 1000), letter.key
            _check_bytes(letter)
            checked.append(letter)
    return checked


def check_digests(world: World, texts: tuple[str, ...]) -> list[Letter]:
    """Digests whose things are called so, and what is needed and wished for them: they say it, and
    are otherwise what their templates wrote."""
    plain = digests(world, ("Plain words",))
    styles = {style for one in plain for style in LetterLook(one.html, set()).found}
    shapes = {shape for one in plain for shape in LetterLook(one.html, styles).shapes}
    letters_of = digests(world, texts)
    for letter in letters_of:
        seen = LetterLook(letter.html, styles)
        assert not seen.faults, (letter.key, seen.faults)
        assert seen.shapes <= shapes, letter.key
        assert letter.subject == one_line(letter.subject, 1000), letter.key
        _check_bytes(letter, *UNSUBSCRIBE)
    said = " ".join(letter.text for letter in letters_of)
    for text in texts:
        assert one_line(text[:255], LONGEST_LINE) in said
    return letters_of


def digests(world: World, texts: tuple[str, ...]) -> list[Letter]:
    """The letters of all digests of a day, for at most 40 texts a time."""
    made = []
    for day, start in enumerate(range(0, len(texts), 40)):
        with world.write() as cast:
            for text in texts[start : start + 40]:
                _promised(cast, text[:255])
        at = NOW + timedelta(days=7 * day)
        with world.app.app_context():
            followup.run(at, mailing=True)
            ids = db.session.scalars(sa.select(Outbox.id).where(Outbox.kind == "digest")).all()
            for row_id in ids:
                row = db.session.get_one(Outbox, row_id)
                with suppress(Moot):
                    made.append(compose(row, base_url=BASE, on=at.date()))
        with world.write() as cast:
            for kept in (DigestLine, MailLink, Digest, Outbox):
                db.session.execute(sa.delete(kept))
            for action in db.session.scalars(sa.select(Action)):
                action.cancel(reason="seen", by=cast.actor("lea"), at=at)
    return made


def _promised(cast: Cast, text: str) -> None:
    """Overdue, waiting for somebody, asked to be handed over; of tom, of pia and of max."""
    make, by = Busy(cast), cast.actor
    make.action(text, "pia", -1, by="tom", present_in_meeting=True)
    waits = make.action(text, "pia", 5, by="tom", present_in_meeting=True)
    waits.block(need=text[:500], next_look_on=TODAY, by=by("pia"), at=NOW, on=TODAY,
                blocker_person_id=cast.person["max"])  # fmt: skip
    other = make.action(text, "olga", 20, by="maya", present_in_meeting=True)
    ask_to_drop(other, reason=text[:500], by=by("olga"), at=NOW)


UNSUBSCRIBE = ("List-Unsubscribe", "List-Unsubscribe-Post")


def _check_bytes(letter: Letter, *more: str) -> None:
    """The recipient, the subject and the words that were meant, and no header but ours."""
    data = written(letter, sender=SENDER, host="meet.example.com", at=NOW)
    mail = email.message_from_bytes(data, policy=policy.default)
    ours = [key for key in mail if key not in more]
    assert ours == HEADERS, letter.key
    assert len(mail) == len(HEADERS) + len(more), letter.key
    assert [address.addr_spec for address in mail["To"].addresses] == [letter.address]
    assert str(mail["Subject"]) == one_line(letter.subject, LONGEST_SUBJECT), letter.key
    for kind, meant in (("plain", letter.text), ("html", letter.html)):
        body = mail.get_body((kind,))
        assert body is not None
        assert body.get_content().splitlines() == meant.splitlines(), (letter.key, kind)
