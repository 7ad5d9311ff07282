"""The mails with issued minutes: to colleagues with a link, to outsiders the text alone."""

from datetime import timedelta

from meetingtracker.db import db
from meetingtracker.models.acts.capture import capture_note
from meetingtracker.models.acts.correct_minutes import agree_to_erratum, write_erratum
from meetingtracker.models.acts.issue_minutes import reopen_minutes
from meetingtracker.models.acts.mail_minutes import mail_minutes
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.states import Visibility
from meetingtracker.worker.transport import Transport
from tests.cast import NOW, Cast
from tests.conftest import World
from tests.meetings import end, issue, plan, propose, standing, start
from tests.worker.conftest import BASE, drain
from tests.worker.smtp import Server

OUTSIDE = "board@elsewhere.example"


def issued(cast: Cast) -> Meeting:
    series = db.session.get_one(Series, cast.series)
    series.change(copies_to=OUTSIDE, by=cast.actor("maya"), at=NOW)
    propose(cast, "Labels print wrong")
    meeting = start(cast, plan(cast))
    note(cast, meeting, "See https://intra.example/labels and #1")
    end(cast, meeting, Outcome.RESOLVED)
    version = issue(cast, meeting)
    mail_minutes(meeting, version, by=cast.actor("maya"), at=NOW)
    return meeting


def note(cast: Cast, meeting: Meeting, text: str) -> None:
    place = standing(meeting)[0]
    capture_note(meeting, place, text=text, html="", by=cast.actor("maya"), at=NOW)


def parts(server: Server, address: str) -> tuple[str, str, str]:
    """Subject, text and HTML of the last mail to an address."""
    mail = next(m for m in reversed(server.mails()) if address in m["To"])
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and html is not None
    return mail["Subject"], plain.get_content(), html.get_content()


def test_colleagues_get_a_link_and_outsiders_the_text_alone(
    world: World, server: Server, transport: Transport
) -> None:
    with world.write() as cast:
        place = f"{BASE}/meetings/{issued(cast).id}/minutes"
    assert drain(world, transport) == 6
    subject, text, html = parts(server, "sam@example.com")
    assert subject == "Minutes: Leader meeting, Thu 19 Nov"
    assert place in text and f'href="{place}"' in html
    assert "Labels print wrong" in text and "Labels print wrong" in html
    assert "Hello Sam Reid" in text and "You get this mail because" in text
    subject, text, html = parts(server, OUTSIDE)
    assert "Labels print wrong" in text and "Labels print wrong" in html
    assert place not in text + html and "intra.example" in html
    assert 'href="https://intra' not in html and "Maya" not in text.split("\n")[0]
    assert {m["To"] for m in server.mails() if OUTSIDE in m["To"]} == {OUTSIDE}
    links = {part.split('"')[0] for part in html.split('href="')[1:]}
    assert links == {BASE, f"{BASE}/minutes/check"}  # neither asks for an account
    assert text.startswith(f"Hello {OUTSIDE},")


def test_a_second_version_brings_the_difference(
    world: World, server: Server, transport: Transport
) -> None:
    with world.write() as cast:
        meeting = issued(cast)
        by = cast.actor("maya")
        reopen_minutes(meeting, reason="a word is missing", by=by, at=NOW + timedelta(hours=1))
        db.session.flush()
        note(cast, meeting, "The printer was bought")
        version = issue(cast, meeting)
        mail_minutes(meeting, version, by=by, at=NOW)
    assert drain(world, transport) == 12
    for address in ("sam@example.com", OUTSIDE):
        subject, text, html = parts(server, address)
        assert subject.startswith("Minutes, version 2:")
        assert "opened again: a word is missing" in text
        assert "+ The printer was bought" in text and "The printer was bought</ins>" in html


def test_a_correction_is_mailed_without_the_whole_text(
    world: World, server: Server, transport: Transport
) -> None:
    with world.write() as cast:
        meeting = issued(cast)
        erratum = write_erratum(meeting, "Not 5 but 6 <b>", by=cast.actor("maya"), at=NOW)
        agree_to_erratum(meeting, erratum, by=cast.actor("tom"), at=NOW, mailing=True)
    assert drain(world, transport) == 12
    subject, text, html = parts(server, OUTSIDE)
    assert subject.startswith("Correction 1 to the minutes")
    assert "Not 5 but 6 <b>" in text and "Not 5 but 6 &lt;b&gt;" in html
    assert "Labels print wrong" not in text


def test_who_has_left_or_may_not_see_it_any_more_gets_nothing(
    world: World, server: Server, transport: Transport
) -> None:
    with world.write() as cast:
        issued(cast)
        series = db.session.get_one(Series, cast.series)
        series.change(visibility=Visibility.attendees, by=cast.actor("maya"), at=NOW)
        series.seat(frozenset({cast.person["tom"]}), by=cast.actor("maya"), at=NOW)
        db.session.get_one(Person, cast.person["maya"]).deactivate(by=SYSTEM, at=NOW)
    drain(world, transport)
    reached = {m["To"].addresses[0].addr_spec for m in server.mails()}
    assert reached == {"tom@example.com", "lea@example.com", OUTSIDE}
