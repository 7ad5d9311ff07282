"""Scripts through fields: each is shown as it was typed, and is nothing but text.

Every script through every field: tests/prove/test_attacks.py.
"""

from html import unescape
from urllib.parse import quote

import pytest

from meetingtracker.markup import LONGEST, render
from tests.attacks.inert import Look
from tests.attacks.outputs import ASKED, Shapes, check, look, looked, shapes_of_templates
from tests.attacks.scripts import BLOCKS, SCRIPTS
from tests.attacks.seed import Seed
from tests.conftest import Stage, World
from tests.test_markup import ALLOWED, lost_words


@pytest.fixture(scope="session")
def own_shapes(sqlite_stage: Stage) -> Shapes:
    return shapes_of_templates(sqlite_stage)


def test_no_script_is_more_than_text(sqlite_world: World, own_shapes: Shapes) -> None:
    assert check(sqlite_world, own_shapes, SCRIPTS[::24], BLOCKS[::8]) > 80


@pytest.mark.parametrize("pattern", ASKED)
def test_no_script_in_an_address_is_more_than_text(
    sqlite_world: World, own_shapes: Shapes, pattern: str
) -> None:
    seed = Seed(sqlite_world)
    for text in SCRIPTS[::12]:
        seen = look(seed, "ada", pattern.format(quote(text, safe="")))
        assert seen is None or seen.shapes - own_shapes == set(), (pattern, text)


def test_no_script_at_the_door_is_more_than_text(sqlite_world: World, own_shapes: Shapes) -> None:
    """The sign-in page repeats the address, and carries what a stranger had typed."""
    stranger = sqlite_world.stranger()
    stranger.get("/login")
    for text in SCRIPTS[::6]:
        sent = {"csrf_token": stranger.token, "email": text, "next": text, "carried": text}
        answer = stranger.client.post("/login", data={**sent, "password": ""})
        seen = looked(answer, "/login")
        assert seen and seen.shapes - own_shapes == set(), text
        held = sqlite_world.stranger().client.post(
            f"/issues/{quote(text, safe='')}", data={"title": text, text: text}
        )
        assert looked(held, "/issues/…")
        held = sqlite_world.stranger().client.post("/issues/new", data={"title": text, text: text})
        assert held.status_code == 401
        seen = looked(held, "/issues/new")
        assert seen and seen.shapes - own_shapes == set()


@pytest.mark.parametrize("text", [*SCRIPTS, *BLOCKS])
def test_notes_are_inert_and_whole(text: str) -> None:
    for wrapped in (text, f"before {text} after", f"> - {text}\n\n**{text}**", (text + "\n") * 5):
        html = render(wrapped[:LONGEST]).html
        seen = Look(html.replace('href="/~/', 'href="/'))
        assert not seen.faults
        assert {tag for tag, _ in seen.shapes} <= {*ALLOWED}
        assert lost_words(unescape(wrapped), html) == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>", "<script src=/x.js></script>", "<img src=q onerror=x>",
        "<a href='javascript:x'>x</a>", "<a href='//e.example'>x</a>", "<p style='x'>",
        "<a href='https://e.example'>x</a>", "<form action='https://e.example'>", "<iframe>",
        "<!-- x -->", "<button formaction='data:x'>", "<base href=/>", "<div hx-get='//e'>",
        "<img src='https://e.example/p.png'>", "<a href='/\\e.example'>",
        "<script nonce=n src=/a.js>hit()</script>",
    ],
)  # fmt: skip
def test_the_look_bites(html: str) -> None:
    assert Look(html, nonce="n").faults
