"""The first start on an empty database, and the links that bring the leaders in."""

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.department import Department
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from tests.conftest import Empty

ANSWERS = {
    "company": "Northwind Outdoor",
    "language": "en",
    "zone": "Europe/Berlin",
    "weekday": "4",
    "start_time": "10:00",
    "departments": "Sales: Sam Reid, sam@example.com\nTech; Tom Becker <tom@example.com>\nSupport",
    "name": "Lea Novak",
    "email": "Lea@Example.com",
    "password": "four words that rhyme",
}


def test_nine_answers_and_the_first_meeting_is_planned(empty: Empty) -> None:
    visit = empty.visit()
    path = f"/setup/{empty.token}"
    done = visit.post(path, ANSWERS, page=path)
    assert done.status == 200, done.errors
    assert done.text.count("/welcome/") == 2
    assert visit.get("/").status == 200
    with empty.app.app_context():
        lea = db.session.scalar(sa.select(Person).filter_by(email="lea@example.com"))
        assert lea is not None
        assert (lea.role, lea.is_admin) == ("executive", True)
        leaders = db.session.scalars(sa.select(Department).order_by(Department.id)).all()
        assert [d.name for d in leaders] == ["Sales", "Tech", "Support"]
        assert [d.leader_id is not None for d in leaders] == [True, True, False]
        meeting = db.session.scalar(sa.select(Meeting))
        assert meeting is not None
        assert meeting.held_on.isoweekday() == 4


def test_an_invited_leader_chooses_a_password_and_is_in(empty: Empty) -> None:
    visit = empty.visit()
    path = f"/setup/{empty.token}"
    text = visit.post(path, ANSWERS, page=path).text
    link = "/welcome/" + text.split("/welcome/")[1].split('"')[0]
    sam = empty.visit()
    assert "Welcome, Sam Reid" in sam.get(link).text
    assert sam.post(link, {"password": "short"}).status == 422
    assert sam.post(link, {"password": "password1234"}).status == 422
    assert sam.post(link, {"password": "a lamp on the hill"}).location == "/"
    assert sam.get("/").status == 200
    assert empty.visit().get(link).status == 404


def test_the_link_works_once(empty: Empty) -> None:
    path = f"/setup/{empty.token}"
    visit = empty.visit()
    assert visit.post(path, ANSWERS, page=path).status == 200
    assert empty.visit().get(path).status == 404
    assert empty.visit().get("/setup").status == 404


def test_a_wrong_token_is_nothing(empty: Empty) -> None:
    assert empty.visit().get("/setup/guessed").status == 404
    assert empty.visit().get("/setup").status == 200


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"zone": "Mars/Olympus"}, "no such time zone"),
        ({"departments": "Sales: Sam Reid"}, "Line 1: add the mail address of Sam Reid"),
        ({"departments": "Sales\nsales"}, "Line 2: sales stands there twice"),
        ({"departments": f"Sales: {'S' * 130}, s@example.com"}, "Line 1: the leader"),
        ({"departments": " "}, "at least one department"),
        ({"password": "short"}, "at least 12 characters"),
        ({"email": "lea"}, "Write it like"),
        ({"start_time": "25:99"}, "Not a valid time value"),
    ],
)
def test_bad_answers_are_named_and_the_rest_is_kept(
    empty: Empty, wrong: dict[str, str], sentence: str
) -> None:
    path = f"/setup/{empty.token}"
    answer = empty.visit().post(path, {**ANSWERS, **wrong}, page=path)
    assert answer.status == 422
    assert sentence in answer.text
    assert "Northwind Outdoor" in answer.text
    assert "four words that rhyme" not in answer.text
