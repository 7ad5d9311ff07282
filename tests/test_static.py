"""What is served from static/ and how templates use it: vendored bytes, icons, contrast, policy."""

import ast
import hashlib
import re
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from meetingtracker.rules.followup import Flag

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
PAGES = [page for page in TEMPLATES.rglob("*.html") if "mail" not in page.parts]
CSS = sorted((STATIC / "css").rglob("*.css"))
PACKAGES = tomllib.loads((STATIC / "vendor" / "vendor.toml").read_text("utf-8"))["package"]
VENDORED = [file for package in PACKAGES for file in package["file"]]
SHEETS = {sheet.relative_to(STATIC / "css").with_suffix("").as_posix() for sheet in CSS}
MODULES = {module.stem for module in (STATIC / "js").glob("*.js")}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", VENDORED, ids=lambda file: file["path"])
def test_vendored_file_is_what_its_publisher_packed(file):
    content = (STATIC / file["path"]).read_bytes()
    assert hashlib.sha512(content).hexdigest() == file["sha512"]


def test_every_vendored_file_is_listed():
    present = {
        path.relative_to(STATIC).as_posix()
        for folder in ("vendor", "fonts")
        for path in (STATIC / folder).iterdir()
    }
    assert present - {"vendor/vendor.toml"} <= {file["path"] for file in VENDORED}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_every_package_brings_its_licence(package):
    assert any("LICENSE" in file["path"] for file in package["file"])


DRAWN = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8")))
PARSER = jinja2.Environment(extensions=["jinja2.ext.do"])  # noqa: S701  (nothing is rendered)
TREES = {name_of(page): PARSER.parse(page.read_text("utf-8")) for page in PAGES}
Places = dict[str, set[tuple[int, str]]]  # macro → where it takes an icon's name


def asked_for(call: nodes.Call, places: Places) -> Iterator[nodes.Expr]:
    """What a call hands over as the name of an icon."""
    callee = call.node.name if isinstance(call.node, nodes.Name) else ""
    for at, keyword in places.get(callee, ()):
        yield from call.args[at : at + 1]
        yield from (given.value for given in call.kwargs if given.key == keyword)


def takers() -> Places:
    """Every macro that takes an icon's name, however many others it hands it on through."""
    macros = [macro for tree in TREES.values() for macro in tree.find_all(nodes.Macro)]
    found: Places = {"icon": {(0, "name")}}
    while True:
        more = {
            (macro.name, at, argument.name)
            for macro in macros
            for call in macro.find_all(nodes.Call)
            for given in asked_for(call, found)
            for at, argument in enumerate(macro.args)
            if isinstance(given, nodes.Name) and given.name == argument.name
        }
        before = sum(map(len, found.values()))
        for name, at, keyword in more:
            found.setdefault(name, set()).add((at, keyword))
        if sum(map(len, found.values())) == before:
            return found


def words(given: nodes.Node, tree: nodes.Template) -> Iterator[str]:
    """The names that an expression may stand for: both of two, all that a loop goes through."""
    match given:
        case nodes.Const(value=str() as value) if value:
            yield value
        case nodes.CondExpr(expr1=one, expr2=other) | nodes.Or(left=one, right=other):
            yield from (*words(one, tree), *(words(other, tree) if other else ()))
        case nodes.Name(name=name):
            for loop in tree.find_all(nodes.For):
                targets = [getattr(target, "name", "") for target in loop.target.iter_child_nodes()]
                if name in targets and isinstance(loop.iter, nodes.List):
                    for row in loop.iter.items:
                        yield from words(row.items[targets.index(name)], tree)
            for macro in tree.find_all(nodes.Macro):
                usual = dict(
                    zip([a.name for a in macro.args][::-1], macro.defaults[::-1], strict=False)
                )
                if name in usual:
                    yield from words(usual[name], tree)


def named_in_templates() -> set[tuple[str, str]]:
    places = takers()
    return {
        (icon, page)
        for page, tree in TREES.items()
        for call in tree.find_all(nodes.Call)
        for given in asked_for(call, places)
        for icon in words(given, tree)
    }


def named_in_code() -> set[tuple[str, str]]:
    """The icons of flags and of the navigation."""
    navigation = (ROOT / "meetingtracker" / "web" / "nav.py").read_text("utf-8")
    calls = [c for c in ast.walk(ast.parse(navigation)) if isinstance(c, ast.Call)]
    places = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "place"]
    assert len(places) > 5
    return {(ast.literal_eval(c.args[2]), "nav.py") for c in places} | {
        (flag.icon, "followup.py") for flag in Flag
    }


def test_every_icon_that_is_named_is_in_the_sprite():
    named = named_in_templates() | named_in_code()
    assert {(icon, page) for icon, page in named if icon not in DRAWN} == set()


def test_icons_are_found_however_they_are_handed_over():
    named = named_in_templates()
    for icon, page in (
        ("arrow-right", "templates/components/marks.html"),  # icon("…")
        ("send", "templates/mail_page/index.html"),  # sign="…" of a macro that hands it on
        ("arrow-left", "templates/sso/failed.html"),  # by its place
        ("arrow-up", "templates/meetings/_agenda.html"),  # from a list
        ("inbox", "templates/components/lists.html"),  # where nobody gives one
    ):
        assert (icon, page) in named


def test_files_named_in_templates_exist():
    named = {
        path
        for page in PAGES
        for path in re.findall(r'\bstatic\("([^"]+\.\w+)"\)', page.read_text("utf-8"))
    }
    assert {path for path in named if not (STATIC / path).is_file()} == set()


def test_the_frame_loads_every_stylesheet():
    frame = (TEMPLATES / "base.html").read_text("utf-8")
    listed = re.search(r"for sheet in \[([^\]]+)\]", frame)
    assert listed is not None
    assert set(re.findall(r'"([^"]+)"', listed[1])) == SHEETS


def test_every_module_is_loaded_somewhere():
    text = "".join(page.read_text("utf-8") for page in PAGES)
    assert {
        module for module in MODULES if f'"{module}"' not in text and f"{module}.js" not in text
    } == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_templates_hold_nothing_the_content_policy_refuses(page):
    text = re.sub(r"\{#.*?#\}", "", page.read_text("utf-8"), flags=re.DOTALL)
    refused = [
        r"<style\b",
        r"\sstyle\s*=",
        r"\son[a-z]+\s*=",
        r"\bhx-on\b",
        r"javascript:",
        r"<script(?![^>]*\ssrc=)",
    ]
    assert [pattern for pattern in refused if re.search(pattern, text, re.IGNORECASE)] == []


@pytest.mark.parametrize("path", [*CSS, *(STATIC / "js").glob("*.js")], ids=name_of)
def test_no_other_host_is_asked(path):
    assert re.findall(r"(?:https?:)?//[\w-]+\.[\w.-]+", path.read_text("utf-8")) == []


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TOKENS = (STATIC / "css" / "tokens.css").read_text("utf-8")
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS
    )
}
GROUNDS = ("paper", "surface", "sunken", "hover")
TEXTS = ("ink", "ink-2", "ink-3", "accent", "late", "risk", "good", "wait")
PAIRS = [
    *product(TEXTS, GROUNDS),
    *((tone, f"{tone}-soft") for tone in ("accent", "late", "risk", "good", "wait")),
    *(("ink", f"{tone}-soft") for tone in ("accent", "late", "risk", "good", "wait")),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-deep"),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_is_readable(text, ground, theme):
    assert contrast(COLOURS[text][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_the_edge_of_a_field_is_seen(ground, theme):
    assert contrast(COLOURS["edge"][theme], COLOURS[ground][theme]) >= 3


def test_initials_are_readable_on_every_palette_colour():
    palette = dict(re.findall(r"\.c-(\d+) \{ --c: (#[0-9a-f]{6}); \}", TOKENS))
    assert sorted(palette, key=int) == [str(index) for index in range(12)]
    assert {n: c for n, c in palette.items() if contrast(c, "#ffffff") < 4.5} == {}
