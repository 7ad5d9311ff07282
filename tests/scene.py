"""One of each thing in each state that decides who may see or change it."""

from dataclasses import dataclass
from datetime import timedelta

from meetingtracker.db import db
from meetingtracker.models.absence import Absence
from meetingtracker.models.action import Action
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.place_item import place_item
from meetingtracker.models.acts.plan_meeting import plan_meeting
from meetingtracker.models.acts.point_person import ask_for_point_person
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.alert import Alert
from meetingtracker.models.comment import Attachment
from meetingtracker.models.decision import Decision
from meetingtracker.models.import_run import ImportRun
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Attendance, Meeting
from meetingtracker.models.minutes import Erratum
from meetingtracker.models.notification import Notification
from meetingtracker.models.series import Series
from meetingtracker.models.webhook import Webhook
from meetingtracker.rules.ladder import LEADER, AlertRule, epoch
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.states import Presence, Visibility
from tests.cast import NOW, TODAY, Cast
from tests.meetings import THURSDAY, WEEK, issue, plan, propose, standing, start

ABSENT = 999_999


@dataclass(frozen=True)
class Scene:
    """Ids by parameter of a route and by state; `absent` is an id that never was."""

    ids: dict[str, dict[str, int]]


def set_scene(cast: Cast) -> Scene:
    """Sales (sam, max) raised, Tech (tom, pia) owns; maya runs the weekly meetings."""
    person, home, act = cast.person, cast.department, cast.actor

    def raised(title: str, **more: object) -> Issue:
        row = raise_issue(
            title=title, raising_department_id=home["Sales"], owning_department_id=home["Tech"],
            by=act("sam"), at=NOW, on=TODAY, **more,  # type: ignore[arg-type]
        )  # fmt: skip
        ask_for_point_person(row, person["pia"], by=act("lea"), at=NOW)
        return row

    def given(row: Issue) -> Action:
        return give_action(
            title=f"Solve: {row.title}", owner_id=person["pia"], due_on=TODAY, issue_id=row.id,
            by=act("tom"), at=NOW, on=TODAY,
        )  # fmt: skip

    issues = {
        "open": raised("Stock count is wrong"),
        "secret": raised("Somebody reads mails", confidential=True),
        "discussed": raised("Somebody takes money", confidential=True),
    }
    actions = {state: given(row) for state, row in issues.items()}
    files = {
        state: Attachment.create(
            "attachment.added",
            by=act("sam"),
            at=NOW,
            issue_id=row.id,
            name="x.txt",
            content_type="text/plain",
            size=1,
            sha256="0" * 64,
            by_id=person["sam"],
        )  # fmt: skip
        for state, row in issues.items()
    }

    past = start(cast, plan(cast, THURSDAY - 2 * WEEK))
    issue(cast, past)
    live = plan(cast, THURSDAY - WEEK)
    # It stands for a promise and a decision, too, so that the room may answer for them.
    asked = Decision.take(
        text="Count twice", issue_id=issues["discussed"].id, by=act("lea"), at=NOW, on=TODAY
    )
    about = {
        "issue_id": issues["discussed"].id, "action_id": actions["discussed"].id,
        "decision_id": asked.id,
    }  # fmt: skip
    items = {"discussed": propose(cast, "About the money", **about)}
    place_item(items["discussed"], live, by=act("maya"), at=NOW)
    start(cast, live)
    planned = plan(cast, THURSDAY)
    Attendance.mark(planned, person["maya"], Presence.present, by=act("maya"), at=NOW)
    erratum = Erratum.write(past.id, "It was Tuesday.", by=act("max"), at=NOW)

    def series(name: str, owner: str, visibility: Visibility) -> Series:
        return Series.create(
            "series.founded", by=act("lea"), at=NOW, name=name, weekday=1, zone=live.zone,
            start_time=live.start_time, minutes=30, owner_id=person[owner], visibility=visibility,
        )  # fmt: skip

    talk = series("Sales and Tech", "sam", Visibility.company)
    for state in ("open", "secret"):  # in a pool: on nobody's agenda yet
        items[state] = propose(
            cast, f"About: {issues[state].title}", issue_id=issues[state].id, by=act("max"),
            series=talk,
        )  # fmt: skip
    closed = series("Executive talk", "lea", Visibility.attendees)
    hidden = plan_meeting(closed, held_on=TODAY + timedelta(days=7), by=act("lea"), at=NOW)
    decisions = {
        state: Decision.take(
            text=f"About: {issues[state].title}",
            issue_id=issues[state].id,
            by=act("lea"),
            at=NOW,
            on=TODAY,
        )
        for state in ("open", "secret")
    }
    absence = Absence.create(
        "absence.planned", by=act("olga"), at=NOW, person_id=person["olga"], from_on=TODAY,
        to_on=TODAY, created_at=NOW,
    )  # fmt: skip
    webhook = Webhook.make(
        person_id=person["ada"], url="https://example.com/told", events=["issue.*"], since_id=0,
        secret="whsec_AAAA", by=act("ada"), at=NOW,
    )  # fmt: skip
    run = ImportRun.begin(
        kind="actions", filename="x.csv", dry_run=True, by_id=person["ada"], at=NOW
    )
    alerts = {
        state: Alert.create(
            "alert.raised", by=SYSTEM, at=NOW, rule=AlertRule.due, subject_type="action",
            subject_id=row.id, epoch=epoch(TODAY, 0), level=LEADER, raised_on=TODAY, raised_at=NOW,
        )
        for state, row in actions.items()
    }  # fmt: skip
    notice = Notification(
        person_id=person["max"], key="x", notice=Notice.answered, subject_type="action",
        subject_id=actions["open"].id, created_at=NOW,
    )  # fmt: skip
    db.session.add(notice)
    db.session.flush()
    meetings: dict[str, Meeting] = {
        "issued": past, "live": live, "planned": planned, "hidden": hidden
    }  # fmt: skip
    placed = standing(live)[0]
    here: dict[str, dict[str, int]] = {
        "issue_id": _ids(issues), "action_id": _ids(actions), "item_id": _ids(items),
        "attachment_id": _ids(files), "meeting_id": _ids(meetings),
        "series_id": {"open": cast.series, "hidden": closed.id},
        "person_id": {"here": person["olga"], "left": person["gone"]},
        "department_id": {"here": home["Tech"]}, "run_id": {"here": run.id},
        "placement_id": {"live": placed.id}, "decision_id": _ids(decisions),
        "erratum_id": {"issued": erratum.id}, "absence_id": {"here": absence.id},
        "webhook_id": {"here": webhook.id},
        "alert_id": {state: row.id for state, row in alerts.items()},
        "notification_id": {"of max": notice.id},
    }  # fmt: skip
    return Scene({name: {**states, "absent": ABSENT} for name, states in here.items()})


def _ids(rows: dict[str, Issue] | dict[str, Action] | dict[str, AgendaItem]) -> dict[str, int]:
    return {state: row.id for state, row in rows.items()}
