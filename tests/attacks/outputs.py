"""Looking at all that the application gives out of what was typed into it."""

import csv
import io
import re
import time

import time_machine
from werkzeug.test import TestResponse

from meetingtracker.web.forms import clean
from tests.attacks.inert import Look, folded
from tests.attacks.seed import Seed
from tests.cast import NOW
from tests.conftest import Stage, World
from tests.test_markup import ALLOWED

EXPORTS = ("issues", "actions", "people", "meetings", "events")
NUMBER = re.compile(r"-?\d+(\.\d+)?|-")
Texts = tuple[str, ...]
Shapes = set[tuple[str, str]]
HARMLESS = (
    "Plain words", "[a](https://a.example 't') *b* **c** ~~d~~ `e` www.a.example #1 @tom",
    "# A\n\n## B\n\n- [x] c\n- [ ] d\n\n1. e\n\n> f\n\n---\n\n```\ng\n```\n\n| h |\n|:-|\n| i |",
)  # fmt: skip
# What shows all of one kind, as somebody sees it who runs nothing.
LISTS = (
    "/", "/board", "/board?view=table", "/actions", "/actions?status=all", "/agenda",
    "/agenda?show=pool", "/meetings", "/decisions", "/people", "/people/2", "/search?q=hit",
    "/search?q=hit&kind=actions", "/history", "/more", "/issues/new", "/actions/new", "/agenda/new",
    "/meetings/series/1/edit", "/meetings/series/new", "/settings", "/settings/mail", "/imports",
    "/account", "/account/tokens", "/departments/new", "/departments/1/edit", "/people/new",
    "/people/2/edit", "/people/2/leaving", "/people/2/absence", "/departments/1/leaders",
    "/account/factors", "/account/factors/app", "/account/password", "/account/address",
    "/account/confirm", "/keyboard", "/login/link", "/inbox", "/escalations",
    "/account/notifications", "/settings/follow-up", "/settings/public-holidays", "/departments/2",
)  # fmt: skip
TOLD = ("sam", "tom", "pia", "maya", "lea")  # whom the follow-up tells of what was sown
# The text goes into the address, and comes back in the page or its refusal.
ASKED = (
    "/search?q={}", "/search?kind={}", "/decisions?q={}", "/decisions?after={}", "/board?sort={}",
    "/board?view={}", "/board?q={}", "/board?department={}", "/actions?q={}", "/actions?status={}",
    "/actions?cursor={}", "/history?person={}", "/history?subject={}", "/history?since={}",
    "/agenda?series={}", "/agenda?show={}", "/meetings?after={}", "/actions/new?issue={}",
    "/login?next={}", "/meetings/series/{}/edit", "/{}", "/issues/{}", "/actions/1?do={}",
    "/exports/{}.csv", "/setup/{}", "/sign-in/{}", "/reset/{}", "/history.csv?person={}",
    "/meetings/1/room?item={}", "/board?{}=1",
)  # fmt: skip


def look(seed: Seed, who: str, path: str) -> Look | None:
    """The page as this person sees it; None if it is not HTML."""
    answer = seed.visit(who).client.get(path, buffered=True)
    assert answer.status_code < 500, (path, answer.status_code)
    return looked(answer, path)


def looked(answer: object, path: str) -> Look | None:
    kind = answer.headers["Content-Type"]  # type: ignore[attr-defined]
    if not kind.startswith("text/html"):
        return None
    policy = answer.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    word = re.search(r"'nonce-([\w-]+)'", policy)
    seen = Look(answer.text, nonce=word[1] if word else "")  # type: ignore[attr-defined]
    assert not seen.faults, (path, seen.faults)
    return seen


def sown(world: World, texts: Texts, blocks: Texts = ()) -> Seed:
    seed = Seed(world)
    for number, text in enumerate(texts):
        seed.names(text, number)
        seed.issue(text)
    for block in blocks:
        seed.action(block, 1)
    seed.meeting([*texts])
    reports = [seed.imported([*texts]), seed.refused([*texts]), seed.imported_meetings([*texts])]
    for report in reports:
        ended(seed, report)
        seed.pages += [("ada", report, ""), ("ada", f"{report}/progress", "")]
        seed.files.append(f"{report}/problems.csv")
    seed.company(texts[0])
    seed.pages += [("ada", path, "") for path in LISTS] + [
        ("maya", path, "") for path in LISTS[:17]
    ]
    seed.pages += [("max", link, "") for link in seed.follow_up()]
    seed.pages += [(who, path, "") for who in TOLD for path in ("/", "/inbox", "/escalations")]
    return seed


def ended(seed: Seed, report: str) -> None:
    for _ in range(200):
        if "hx-trigger" not in seed.visit("ada").client.get(report).text:
            return
        time.sleep(0.05)
    raise AssertionError("the import never ended")


def shapes_of(seed: Seed, pages: list[tuple[str, str, str]]) -> Shapes:
    looks = [look(seed, who, path) for who, path, _ in pages]
    return {shape for seen in looks if seen for shape in seen.shapes}


def shapes_of_templates(stage: Stage) -> Shapes:
    """Elements and attributes that the templates make, and those of notes."""
    with time_machine.travel(NOW, tick=True):
        seed = sown(
            World(stage.app, stage.reset()),
            (*HARMLESS[:2], *HARMLESS[:2]),
            HARMLESS[2:],
        )
        shapes = {("a", "title"), ("li", "value"), ("ol", "start")}
        shapes |= shapes_of(seed, seed.pages)
        shapes |= shapes_of(seed, seed.issued())
        shapes |= shapes_of(seed, [("ada", path.format("x"), "") for path in ASKED])
        stranger = World(stage.app, seed.world.cast).stranger()
        for answer in (
            stranger.post("/login", {"email": "x", "password": ""}, page="/login").answer,
            stranger.client.get("/login"),
            stranger.client.post("/issues/new", data={"title": "x"}),
        ):  # fmt: skip
            shapes |= getattr(looked(answer, "door"), "shapes", set())
    notes = {(tag, name) for tag, names in ALLOWED.items() for name in {*names, ""}}
    return shapes | notes


def check(world: World, own_shapes: Shapes, texts: Texts, blocks: Texts = ()) -> int:
    """Sow the texts, look at every page and file; how many pages were looked at."""
    seed = sown(world, texts, blocks)
    for who, path, line in seed.pages:
        seen = look(seed, who, path)
        assert seen is not None
        assert seen.shapes - own_shapes == set(), path
        assert folded(clean(line) or "") in seen.text, (path, line)
    for who, path, _ in seed.issued():
        seen = look(seed, who, path)
        assert seen is not None
        assert seen.shapes - own_shapes == set(), path
    written = seed.visit("max").client.get("/meetings/1/minutes.md")
    assert written.mimetype == "text/markdown"
    assert "attachment" in written.headers["Content-Disposition"]
    exported(seed, texts)
    return len(seed.pages)


def exported(seed: Seed, texts: Texts) -> None:
    """Files are downloads that no browser opens and no spreadsheet runs."""
    tables = [f"/exports/{kind}.csv" for kind in EXPORTS] + ["/history.csv", *seed.files]
    for path in tables:
        words = downloaded(seed, path, "text/csv").text
        cells = [cell for row in csv.reader(io.StringIO(words, newline="")) for cell in row]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "-", "\t", "\r")
                    and not NUMBER.fullmatch(cell)], path  # fmt: skip
    for kind in EXPORTS:
        rows = downloaded(seed, f"/exports/{kind}.json", "application/json").get_json()
        if kind in ("issues", "actions"):
            titles = {folded(row["title"]) for row in rows}
            assert {folded(clean(text) or "") for text in texts} <= titles


def downloaded(seed: Seed, path: str, kind: str) -> TestResponse:
    answer = seed.visit("lea").client.get(path, buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, kind), path
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    return answer
