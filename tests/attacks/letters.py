"""Letters about accounts, with odd names, looked at as a mail program would."""

import email
from email import policy

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.organisation import Organisation
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person
from meetingtracker.rules.accounts import FactorKind
from meetingtracker.rules.mail_server import Sender
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.worker.compose import KINDS, LONGEST_COMPANY, compose
from meetingtracker.worker.letter import LONGEST_NAME, LONGEST_SUBJECT, Letter, one_line, written
from tests.attacks.inert import Look, folded
from tests.cast import NOW
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


def _check_bytes(letter: Letter) -> None:
    """The recipient, the subject and the words that were meant, and no header but ours."""
    data = written(letter, sender=SENDER, host="meet.example.com", at=NOW)
    mail = email.message_from_bytes(data, policy=policy.default)
    assert mail.keys() == HEADERS, letter.key
    assert [address.addr_spec for address in mail["To"].addresses] == [letter.address]
    assert str(mail["Subject"]) == one_line(letter.subject, LONGEST_SUBJECT), letter.key
    for kind, meant in (("plain", letter.text), ("html", letter.html)):
        body = mail.get_body((kind,))
        assert body is not None
        assert body.get_content().splitlines() == meant.splitlines(), (letter.key, kind)
