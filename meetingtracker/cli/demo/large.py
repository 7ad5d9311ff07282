"""A large company: the small one's histories copied until there are as many as wanted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa

from meetingtracker import markup
from meetingtracker.cli.demo import company, story
from meetingtracker.cli.demo.clone import Cast, Copier, Part
from meetingtracker.cli.demo.past_meetings import copy_meetings
from meetingtracker.db import db, writing
from meetingtracker.models.action import Action, DueChange, DueRequest
from meetingtracker.models.acts.bulk import Batch
from meetingtracker.models.comment import Comment
from meetingtracker.models.department import Department
from meetingtracker.models.issue import Issue, IssueReader, open_issues
from meetingtracker.models.person import Person
from meetingtracker.models.reads.visitor import actor
from meetingtracker.rules.permissions import SYSTEM, Actor

MORE_DEPARTMENTS = ("Repairs", "Wholesale", "Rental", "Events")
GROUPS = 5
"""The 40 people of the small company and four groups like them: 200."""
CHUNK = 2000  # issues in one write
COMMENTS = 3  # per issue
ACTIONS = 1.5  # per issue
YEARS = 3
WEEKS_OPEN = 8
"""Open issues were raised at most so many weeks before those of the small company."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many issues there shall be, and how many of them open."""

    issues: int
    still_open: int


@dataclass(frozen=True, slots=True)
class Template:
    """An issue of the small company with all that hangs on it."""

    parts: Sequence[Part]
    raised_at: datetime
    actions: int


def enlarge(size: Size, *, seed: int) -> None:
    """Copy until the size is reached. Several writes; meant for a database that nobody uses yet."""
    rng = Random(seed)  # noqa: S311  (a bench, not secrets)
    groups = _more_people()
    copy_meetings(blocks=YEARS * 52 // 39)
    copier = Copier(
        ("issue", "action", "due_change", "due_request", "issue_reader"), kept=frozenset({"series"})
    )
    opened, closed = _templates(copier, is_open=True), _templates(copier, is_open=False)
    there, already_open = _counts()
    wanted = max(0, size.issues - there)
    to_open = min(wanted, max(0, size.still_open - already_open))
    plan = [True] * to_open + [False] * (wanted - to_open)
    rng.shuffle(plan)
    authors = [actor(person_id) for people, _ in groups for person_id in people.values()]
    words = [(text, markup.render(text).html) for text in story.COMMENTS]
    pick = _picker(opened, closed, rng)
    for start in range(0, len(plan), CHUNK):
        chosen = [(next(pick[is_open]), is_open) for is_open in plan[start : start + CHUNK]]
        with writing() as session:
            comments = Batch(Comment)
            ids = copier.ids(session, (part.key for t, _ in chosen for part in t.parts))
            for template, is_open in chosen:
                people, departments = rng.choice(groups)
                weeks = rng.randrange(WEEKS_OPEN if is_open else YEARS * 52 - 39)
                cast = Cast(people, departments, timedelta(weeks=-weeks))
                cast.ids = {part.key: next(ids[part.key[0]]) for part in template.parts}
                copier.copy(template.parts, cast)
                issue_id = cast.ids[template.parts[0].key]
                _comment(comments, issue_id, template.raised_at + cast.shift, authors, words, rng)
            copier.insert(session)
            comments.insert(session)


def _counts() -> tuple[int, int]:
    count = sa.select(sa.func.count()).select_from(Issue)
    return db.session().scalar(count) or 0, db.session().scalar(count.where(open_issues())) or 0


def _more_people() -> list[tuple[dict[int, int], dict[int, int]]]:
    """For each group the ids of its people and departments by those of the small company."""
    session = db.session()
    at = session.scalar(sa.select(sa.func.min(Person.created_at)))
    assert at is not None
    first = session.execute(
        sa.select(Person.id, Person.name, Person.department_id, Person.password_hash)
        .order_by(Person.id)
    ).all()  # fmt: skip
    homes = list(session.scalars(sa.select(Department.id).order_by(Department.id)))
    small = list(homes)
    groups: list[tuple[dict[int, int], dict[int, int]]] = [({}, {})]
    with writing():
        for number, name in enumerate(MORE_DEPARTMENTS, len(homes)):
            homes.append(Department.found(name=name, colour=number, by=SYSTEM, at=at).id)
        led = set(small)
        for group in range(1, GROUPS):
            departments = {
                old: homes[(place + 3 * group) % len(homes)] for place, old in enumerate(small)
            }
            people = {}
            for place, (old, name, home, password_hash) in enumerate(first):
                own = name.split()[0]
                family = first[(place + 7 * group) % len(first)].name.split()[-1]
                person = Person.join(
                    email=f"{own.lower()}{group}@{company.DOMAIN}", name=f"{own} {family}",
                    department_id=departments[home] if home else None, password_hash=password_hash,
                    by=SYSTEM, at=at,
                )  # fmt: skip
                people[old] = person.id
                if person.department_id is not None and person.department_id not in led:
                    led.add(person.department_id)
                    db.session().get_one(Department, person.department_id).appoint(
                        leader_id=person.id, deputy_id=None, by=SYSTEM, at=at
                    )
            groups.append((people, departments))
    groups[0] = ({old: old for old, *_ in first}, {old: old for old in small})
    return groups


def _templates(copier: Copier, *, is_open: bool) -> list[Template]:
    session = db.session()
    clause = open_issues() if is_open else ~open_issues()
    templates = []
    issues = session.execute(sa.select(Issue.id, Issue.created_at).where(clause).order_by(Issue.id))
    for issue_id, raised_at in issues.all():
        actions = copier.read("action", Action.issue_id == issue_id)
        action_ids = [part.key[1] for part in actions]
        parts = [
            *copier.read("issue", Issue.id == issue_id),
            *actions,
            *copier.read("due_change", DueChange.action_id.in_(action_ids)),
            *copier.read("due_request", DueRequest.action_id.in_(action_ids)),
            *copier.read("issue_reader", IssueReader.issue_id == issue_id),
        ]
        templates.append(Template(parts, raised_at, len(actions)))
    return templates


def _picker(
    opened: list[Template], closed: list[Template], rng: Random
) -> dict[bool, Iterator[Template]]:
    """Templates at random, of few or of many actions as it takes to keep the mean."""

    def endless(templates: list[Template]) -> Iterator[Template]:
        few = [t for t in templates if t.actions <= ACTIONS] or templates
        many = [t for t in templates if t.actions > ACTIONS] or templates
        issues = actions = 0
        while True:
            template = rng.choice(few if actions > issues * ACTIONS else many)
            issues, actions = issues + 1, actions + template.actions
            yield template

    return {True: endless(opened), False: endless(closed)}


def _comment(
    batch: Batch,
    issue_id: int,
    raised_at: datetime,
    authors: list[Actor],
    words: list[tuple[str, str]],
    rng: Random,
) -> None:
    for number in range(COMMENTS):
        text, html = rng.choice(words)
        by = rng.choice(authors)
        batch.add(
            "comment.written", by=by, at=raised_at + timedelta(hours=3 + 20 * number),
            issue_id=issue_id, text=text, html=html, by_id=by.id,
        )  # fmt: skip
