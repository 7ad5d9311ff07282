"""A busy week: every state of issues and actions that lists and counts have to tell apart."""

from datetime import date, datetime, time, timedelta
from typing import Any

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.change_request import ask_to_hand_over
from meetingtracker.models.acts.finish_action import finish_action
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.move_due import ask_to_move
from meetingtracker.models.acts.point_person import ask_for_point_person
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.states import MeetingState, Priority, Stage, Visibility
from tests.cast import NOW, TODAY, ZONE, Cast

DAY = timedelta(days=1)


class Busy:
    """Gives and raises with few words: days count from TODAY, people by their short names."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def issue(
        self, title: str, raised: str, owned: str | None, *, by: str, age: int = 0,
        person: str | None = None, **more: Any,
    ) -> Issue:  # fmt: skip
        person_id = self.cast.person[person] if person else None
        issue = raise_issue(
            title=title, raising_department_id=self.cast.department[raised],
            owning_department_id=self.cast.department[owned] if owned else None,
            by=self.cast.actor(by), at=NOW - age * DAY, on=TODAY - age * DAY, **more,
        )  # fmt: skip
        if person_id:
            ask_for_point_person(issue, person_id, by=self.cast.actor("lea"), at=NOW - age * DAY)
        return issue

    def action(
        self, title: str, owner: str, due: int | None, *, by: str = "lea",
        issue: Issue | None = None, promised: int = 5, **more: Any,
    ) -> Action:  # fmt: skip
        made = NOW - promised * DAY
        return give_action(
            title=title, owner_id=self.cast.person[owner],
            due_on=None if due is None else TODAY + due * DAY,
            issue_id=issue.id if issue else None, by=self.cast.actor(by), at=made,
            on=TODAY - promised * DAY, **more,
        )  # fmt: skip

    def move(self, action: Action, *days: int, by: str) -> Action:
        for due in days:
            action.move_due(
                to=TODAY + due * DAY, reason="the supplier is late",
                by=self.cast.actor(by), at=NOW - DAY,
            )  # fmt: skip
        return action

    def finish(self, action: Action, *, by: str, ago: int = 0) -> Action:
        at: datetime = NOW - ago * DAY
        on: date = TODAY - ago * DAY
        finish_action(action, by=self.cast.actor(by), at=at, on=on)
        return action


def fill(cast: Cast) -> None:
    """Give every persona of the cast something of each kind, seen and hidden."""
    make = Busy(cast)
    act, person, home = cast.actor, cast.person, cast.department
    sam, tom, lea, pia = act("sam"), act("tom"), act("lea"), act("pia")

    stock = make.issue(
        "Stock count and web shop disagree after 18:00", "Sales", "Tech", by="sam", age=16,
        person="pia", severity=1, customer_goal="Order what is really there",
    )  # fmt: skip
    stock.move_to(Stage.in_progress, by=pia, at=NOW - 10 * DAY)
    make.move(make.action("Reserve stock at payment", "pia", -9, by="sam", issue=stock,
                          present_in_meeting=True), -6, -2, by="tom")  # fmt: skip
    make.action("Count bin 40–44 with the late shift", "olga", 2, by="maya", issue=stock)
    make.finish(make.action("Find the nightly job", "pia", -3, by="tom", issue=stock), by="pia",
                ago=4)  # fmt: skip

    labels = make.issue(
        "Courier labels print without the suite number", "Support", "Fulfilment", by="noor",
        age=6, customer_goal="Get the parcel at the first attempt",
    )  # fmt: skip
    make.issue("Refunds take two days at the month's end", "Support", None, by="noor", age=1)
    make.issue("Ümlauts break 100% of the invoice_mails", "Sales", "Tech", by="max", age=4)

    quote = make.issue("Supplier lead times are missing from the quote tool", "Sales",
                       "Fulfilment", by="sam", age=31, person="maya")  # fmt: skip
    quote.move_to(Stage.blocked, need="A decision on who pays for the data feed", by=act("maya"),
                  at=NOW - DAY, blocker_department_id=home["Sales"])  # fmt: skip
    feed = make.action("Price the supplier data feed", "olga", 4, by="maya", issue=quote,
                       priority=Priority.high)  # fmt: skip
    feed.block(need="the contract", next_look_on=TODAY + DAY, by=act("olga"), at=NOW, on=TODAY,
               blocker_department_id=home["Sales"])  # fmt: skip

    queue = make.issue("The late shift had no access to the returns queue", "Fulfilment", "Tech",
                       by="maya", age=12, person="pia")  # fmt: skip
    queue.resolve(resolution="Rights by shift, not by name", by=tom, at=NOW - DAY, on=TODAY - DAY)
    approval = make.issue("Quote approval took a week", "Sales", "Tech", by="max", age=9)
    approval.resolve(resolution="Two people may approve", by=tom, at=NOW, on=TODAY)
    closed = make.issue("Passwords land in spam", "Support", "Tech", by="noor", age=40)
    closed.resolve(resolution="SPF", by=tom, at=NOW - 5 * DAY, on=TODAY - 5 * DAY)
    closed.confirm(by=act("noor"), at=NOW)
    make.issue("Not ours", "Sales", "Tech", by="sam", age=2).decline(reason="Twice", by=tom, at=NOW)

    secret = make.issue("Somebody reads customers' mails", "Support", "Tech", by="noor", age=8,
                        confidential=True, severity=1)  # fmt: skip
    make.action("Look at the access log", "pia", -1, by="tom", issue=secret)
    make.action("Ask the lawyer", "lea", 1, issue=secret)

    make.action("Send the carrier the corrected address file", "maya", -2, issue=labels)
    make.action("Call the courier", "maya", 0)
    make.action("Put the instruction sheet on the packing screen", "maya", 3, by="maya")
    make.action("Write the price list", "sam", 6, by="sam")
    make.action("Show the till to Sales", "max", 20, by="sam", promised=30)
    make.action("Nobody's in history", "pia", None, by="tom")
    make.action("Agree the cut-off time", "sam", 1, by="tom")  # to another department: proposed
    make.action("Answer the carrier", "maya", 2, by="noor")
    make.finish(make.action("Clean the returns shelf", "olga", -1, by="maya"), by="olga")
    tidy = make.action("Tidy the price file", "max", 3, by="sam")
    make.move(tidy, 5, by="max")
    ask_to_move(tidy, to=TODAY + 12 * DAY, reason="the list comes later", by=act("max"), at=NOW)
    ask_to_hand_over(tidy, to_person_id=None, reason="not my file", by=act("max"), at=NOW)
    wait = make.action("Ship the sample", "pia", 1, by="tom")
    wait.block(need="the box", next_look_on=TODAY, by=pia, at=NOW, on=TODAY,
               blocker_person_id=person["sam"])  # fmt: skip
    make.action("A slip", "max", 2, by="sam").undo(by=sam, at=NOW)
    for n in range(8):
        kept = make.action(f"Weekly count {n}", "olga", -7 * n - 1, by="maya", promised=7 * n + 9)
        make.finish(kept, by="olga", ago=7 * n + (2 if n % 3 else -1 if n else 0))
    make.action("Dropped in time", "max", -3, by="sam").cancel(
        reason="No longer needed", by=sam, at=NOW - 5 * DAY
    )
    make.action("Dropped too late", "max", -4, by="sam").cancel(reason="Forgot", by=sam, at=NOW)

    loan = make.issue("The web shop forgets the cart", "Sales", "Tech", by="sam", age=3)
    ask_for_point_person(loan, person["pia"], by=sam, at=NOW)

    series = db.session().get_one(Series, cast.series)
    Meeting.create(
        "meeting.planned", by=lea, at=NOW, series_id=series.id, held_on=TODAY + 3 * DAY,
        start_time=time(10, 0), zone=ZONE, starts_at=NOW + 3 * DAY + timedelta(hours=1),
        minutes=60, state=MeetingState.planned, facilitator_id=person["maya"],
    )  # fmt: skip
    propose_item(
        series=series, title="Who pays for the data feed?", ask=Ask.DECIDE, minutes=15,
        department_id=home["Sales"], issue_id=quote.id, by=sam, at=NOW, on=TODAY,
    )  # fmt: skip
    board = Series.create(
        "series.founded", by=lea, at=NOW, name="Executive talk", weekday=1,
        start_time=time(8, 0), zone=ZONE, minutes=30, owner_id=person["lea"],
        visibility=Visibility.attendees,
    )  # fmt: skip
    make.action("Prepare the numbers", "tom", 2, by="lea", series_id=board.id)
