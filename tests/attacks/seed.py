"""Put one text into every field that takes words, and name the pages that show it."""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db, writing
from meetingtracker.models.action import Action
from meetingtracker.models.acts.answer_proposal import decline
from meetingtracker.models.acts.mail_link import make_mail_link
from meetingtracker.models.acts.move_due import ask_to_move
from meetingtracker.models.acts.point_person import ask_for_point_person
from meetingtracker.models.acts.withdraw_item import withdraw_item
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.department import Department
from meetingtracker.models.digest import Digest
from meetingtracker.models.issue import Issue
from meetingtracker.models.series import Series
from meetingtracker.rules.import_rows import COLUMNS
from meetingtracker.rules.states import Stage
from meetingtracker.worker import followup
from tests.attacks.inert import folded
from tests.busy import Busy
from tests.cast import NOW, TODAY
from tests.conftest import Visit, World
from tests.meetings import plan, start

LONG_DAY = (TODAY + timedelta(days=2)).isoformat()


@dataclass
class Seed:
    """A live meeting run by maya, and what was made of each text; addresses to look at."""

    world: World
    visits: dict[str, Visit] = field(default_factory=dict)
    pages: list[tuple[str, str, str]] = field(default_factory=list)
    """Who looks, where, and the line that must be there whole ("" for none)."""
    files: list[str] = field(default_factory=list)
    """What else was made of the texts, to be downloaded."""

    def visit(self, name: str) -> Visit:
        if name not in self.visits:
            self.visits[name] = self.world.sign_in(name)
            self.visits[name].get("/people")
        return self.visits[name]

    def post(self, who: str, path: str, fields: dict[str, Any]) -> str:
        """Post a form that must be accepted; where it leads."""
        visit = self.visit(who)
        answer = visit.client.post(path, data={"csrf_token": visit.token, **fields})
        assert answer.status_code == 302, (path, fields, answer.status_code, answer.text[-3000:])
        return answer.location.partition("?")[0]

    # --- issues and actions -------------------------------------------------------------------

    def issue(self, text: str) -> None:
        at = self.post("sam", "/issues/new", {
            "title": text[:255], "description": text, "customer_goal": text[:500],
            "owning_department": self.world.cast.department["Tech"],
            "photo": (io.BytesIO(b"x"), _file_name(text)),
        })  # fmt: skip
        page = self.visit("sam").client.get(f"{at}/edit").text
        version = re.search(r'name="version"[^>]* value="(\d+)"', page)
        assert version
        self.post("sam", f"{at}/edit", {
            "version": version[1], "title": text[:255], "description": text, "root_cause": text,
            "customer_goal": text[:500],
        })  # fmt: skip
        self.post("sam", f"{at}/comments", {"text": text})
        with self.world.write() as cast:
            by, row = cast.actor, db.session.get_one(Issue, int(at.rpartition("/")[2]))
            row.move_to(Stage.blocked, need=text[:500], by=by("tom"), at=NOW)
            ask_for_point_person(row, cast.person["pia"], by=by("sam"), at=NOW)
            row.decline_nominee(reason=text, by=by("tom"), at=NOW)
            row.resolve(resolution=text, by=by("tom"), at=NOW, on=TODAY)
            row.reopen(reason=text, by=by("sam"), at=NOW)
            row.decline(reason=text, by=by("tom"), at=NOW)
            row.reopen(reason=text, by=by("sam"), at=NOW)
            row.move_to(Stage.blocked, need=text[:500], by=by("tom"), at=NOW)
        self.pages += [("tom", at, text[:255]), ("tom", f"{at}/edit", text[:255])]
        self.pages += [("tom", f"/actions/new?issue={at.rpartition('/')[2]}", text[:255])]
        self.pages += [("sam", f"/agenda/new?issue={at.rpartition('/')[2]}", text[:255])]
        self.pages += [("tom", f"{at}/declining", text[:255]), ("sam", f"{at}/reopening", "")]
        self.pages += [("lea", f"{at}/point-person/refusal", text[:255])]
        self.action(text, int(at.rpartition("/")[2]))

    def action(self, text: str, issue_id: int) -> None:
        tom = self.world.cast.person["tom"]
        at = self.post("tom", "/actions/new", {
            "title": text[:255], "owner": tom, "due_on": LONG_DAY, "description": text,
            "issue": issue_id,
        })  # fmt: skip
        self.post("tom", f"{at}/comments", {"text": text})
        with self.world.write() as cast:
            by, row = cast.actor, db.session.get_one(Action, int(at.rpartition("/")[2]))
            row.answer_on_track(note=text[:255], by=by("tom"), at=NOW)
            row.block(need=text[:500], next_look_on=TODAY, by=by("tom"), at=NOW, on=TODAY,
                      blocker_person_id=cast.person["sam"])  # fmt: skip
            row.unblock(by=by("sam"), at=NOW, reason=text)
            wished = TODAY + timedelta(days=4)
            wish = ask_to_move(row, to=wished, reason=text, by=by("tom"), at=NOW)
            wish.answer(False, by=by("lea"), at=NOW, reason=text)
            db.session.flush()
            row.move_due(to=TODAY + timedelta(days=3), reason=text, by=by("tom"), at=NOW)
            row.complete(by=by("tom"), at=NOW, on=TODAY)
            row.refuse(reason=text, by=by("lea"), at=NOW)
            ask_to_move(row, to=wished, reason=text, by=by("tom"), at=NOW)
            other = Busy(cast).action(text[:255], "sam", 3, by="tom", promised=0)
            decline(other, reason=text, by=by("sam"), at=NOW)
            dropped = Busy(cast).action(text[:255], "tom", 3, by="tom", promised=0)
            dropped.cancel(reason=text, by=by("tom"), at=NOW)
            row.block(need=text[:500], next_look_on=TODAY, by=by("tom"), at=NOW, on=TODAY,
                      blocker_action_id=dropped.id)  # fmt: skip
            self.pages += [("tom", f"/actions/{i}", text[:255]) for i in (other.id, dropped.id)]
        self.pages += [("tom", at, text[:255]), ("tom", f"{at}/edit", text[:255])]

    # --- meetings -----------------------------------------------------------------------------

    def meeting(self, texts: list[str]) -> None:
        """All texts in one meeting: an item each, with everything that can be written under it."""
        items = [self.item(text) for text in texts]
        with self.world.write() as cast:
            meeting = plan(cast, TODAY)
            start(cast, meeting)
            at = f"/meetings/{meeting.id}"
        room = self.visit("maya").client.get(f"{at}/room").text
        places = list(dict.fromkeys(re.findall(r"room\?item=(\d+)", room)))
        for text, item in zip(texts, items, strict=True):
            with self.world.read():
                (placed,) = db.session.get_one(AgendaItem, item).placements
                place = placed.id
            assert str(place) in places
            self.written(at, place, text)
            self.pages += [("tom", f"/agenda/{item}{more}", text[:255]) for more in ("", "/edit")]
            self.pages += [("maya", f"{at}/room?item={place}", text[:255])]
        self.pages += [(who, at, text[:255]) for who in ("maya", "max") for text in texts[:1]]
        self.pages += [("maya", f"{at}/close", "")]

    def issued(self) -> list[tuple[str, str, str]]:
        """Issue the minutes of the live meeting; the pages that show them."""
        at = next(path for _, path, _ in self.pages if path.endswith("/close"))
        self.post("maya", at.replace("/close", "/wrap-up"), {})
        form = self.visit("maya").get(at).form(at)
        self.post("maya", at, {**form, "anyway": "y", "plan_next": "y"})
        minutes = at.replace("/close", "/minutes")
        return [
            *((who, minutes, "") for who in ("maya", "max")), ("max", "/decisions", ""),
            ("max", "/meetings", ""), ("ada", "/search?q=1", ""), ("tom", "/history", ""),
        ]  # fmt: skip

    def item(self, text: str) -> int:
        home = self.world.cast.department["Tech"]
        at = self.post("tom", "/agenda/new", {
            "title": text[:255], "ask": "decide", "minutes": "5", "department": home, "version": 0,
            "description": text, "series": self.world.cast.series,
        })  # fmt: skip
        gone = self.post("tom", "/agenda/new", {
            "title": text[:255], "ask": "inform", "minutes": "5", "department": home, "version": 0,
            "series": self.world.cast.series,
        })  # fmt: skip
        with self.world.write() as cast:
            row = db.session.get_one(AgendaItem, int(gone.rpartition("/")[2]))
            withdraw_item(row, reason=text, by=cast.actor("tom"), at=NOW)
        self.pages += [("tom", gone, text[:255])]
        return int(at.rpartition("/")[2])

    def written(self, at: str, place: int, text: str) -> None:
        under = f"{at}/placements/{place}"
        for kind in ("action", "decision", "issue", "note"):
            self.post("maya", f"{under}/captures", {
                "kind": kind, "text": text[:255] if kind != "note" else text, "day": LONG_DAY,
                "person": self.world.cast.person["tom"], "reason": text[:1000],
            })  # fmt: skip
        maya = self.visit("maya")
        line = {"csrf_token": maya.token, "line": f"d {text}"[:1000]}
        assert maya.client.post(f"{under}/lines", data=line).status_code in (302, 422)
        page = maya.client.get(f"{at}/room?item={place}").text
        form = page[page.index(f'action="{under}/outcome') :]
        version = re.search(r'name="version"[^>]* value="(\d+)"', form)
        assert version
        self.post("maya", f"{under}/outcome", {
            "outcome": "decided", "verdict": "", "executive": "", "reason": text[:500],
            "version": version[1],
        })  # fmt: skip

    # --- the follow-up ------------------------------------------------------------------------

    def follow_up(self) -> list[str]:
        """Let the runner look, weeks later; the pages behind the links of the mails it queues."""
        links = []
        with self.world.app.app_context():
            followup.run(NOW + timedelta(days=21), mailing=True)
            with writing() as session:
                for digest_id in session.scalars(sa.select(Digest.id)).all():
                    links.append(f"/a/{make_mail_link(digest_id, at=NOW)}")
        return links

    # --- people, settings, files --------------------------------------------------------------

    def names(self, text: str, number: int) -> None:
        """Departments, people, tokens, series."""
        name = f"{number} {text}"
        self.post("ada", "/departments/new", {"name": name[:80]})
        who = self.post("ada", "/people/new", {
            "name": name[:120], "email": f"p{number}@example.com", "role": "member",
            "department": self.world.cast.department["Tech"],
        })  # fmt: skip
        self.post("ada", "/meetings/series/new", {
            "name": name[:120], "version": 0, "weekday": 4, "start_time": "10:00", "minutes": 60,
            "zone": "Europe/Berlin", "every_weeks": 1, "visibility": "company",
        })  # fmt: skip
        ada = self.visit("ada")
        made = ada.client.post("/account/tokens", data={
            "csrf_token": ada.token, "name": name[:80], "person": self.world.cast.person["ada"],
            "scope": "read",
        })  # fmt: skip
        assert made.status_code == 200
        with self.world.read():
            home, series = (
                db.session.scalar(sa.select(sa.func.max(noun.id))) for noun in (Department, Series)
            )
        self.pages += [
            ("ada", "/people", name[:80]), ("ada", "/account/tokens", name[:80]),
            ("ada", who, name[:120]), ("ada", f"{who}/edit", name[:120]),
            ("ada", f"/departments/{home}/edit", name[:80]),
            ("ada", f"/departments/{home}/leaders", name[:80]),
            ("ada", f"/meetings/series/{series}/edit", name[:120]),
            ("ada", f"/meetings/series/{series}/next", name[:120]),
        ]  # fmt: skip

    def company(self, text: str) -> None:
        """The organisation's name stands on many pages."""
        ada = self.visit("ada")
        page = ada.get("/settings")
        form = page.form("/settings")
        self.post("ada", "/settings", {
            "version": form["version"], "name": text[:120], "zone": "Europe/Berlin",
            "weekdays": ["1", "2"], "holidays": f"2026-12-25 {folded(text)[:100]}",
            "factor_policy": "nobody",
        })  # fmt: skip

    def imported(self, texts: list[str]) -> str:
        """A table whose good cells are taken; where its report stands."""
        rows = [
            [f"K{n} {text}"[:120], text[:255], "Sales", "Tech", "", "3", "new", text]
            for n, text in enumerate(texts)
        ]
        return self._upload("issues", rows)

    def refused(self, texts: list[str]) -> str:
        """A table of which every row has a fault that the report repeats."""
        rows = [
            [f"B{n}", text[:255], text[:80], text[:80], text[:80], text[:8], text[:20], ""]
            for n, text in enumerate(texts)
        ]
        return self._upload("issues", rows)

    def _upload(self, kind: str, rows: list[list[str]]) -> str:
        out = io.StringIO(newline="")
        csv.writer(out).writerows([COLUMNS[kind], *rows])
        raw = out.getvalue().encode()
        return self.post("ada", "/imports", {
            "kind": kind, "file": (io.BytesIO(raw), _file_name(rows[0][1]))
        })  # fmt: skip

    def imported_meetings(self, texts: list[str]) -> str:
        """A file of past meetings, minutes and all."""
        items = [
            {"key": f"k{n}", "title": text, "department": "Tech", "notes": text,
             "outcome": "decided"}
            for n, text in enumerate(texts)
        ]  # fmt: skip
        file = {
            "series": {"name": f"Old {texts[0]}"[:120], "weekday": 4, "time": "10:00",
                       "timezone": "UTC", "minutes": 60},
            "people": [{"email": "old@example.com", "name": texts[0][:120]}],
            "meetings": [{"date": "2026-01-08", "present": ["old@example.com"], "items": items}],
        }  # fmt: skip
        raw = json.dumps(file).encode()
        return self.post("ada", "/imports", {
            "kind": "meetings", "file": (io.BytesIO(raw), "m.json")
        })  # fmt: skip


def _file_name(text: str) -> str:
    """As browsers write it into the form."""
    escaped = text[:80].replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    return f"{escaped}.txt"
