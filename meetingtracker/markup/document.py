"""A document of any length to safe HTML: in pieces, each within the limit of one text."""

import re
from collections.abc import Iterator

import nh3

from meetingtracker.markup import LONGEST, render
from meetingtracker.markup.syntax import People

_ANCHOR = "# .\n\n## .\n\n### ."
_ROOM = LONGEST - len(_ANCHOR) - 2
_QUOTE = re.compile(r"<blockquote>.*?</blockquote>", re.DOTALL)
_HEADING = re.compile(r"<(h\d)>(.*?)</\1>", re.DOTALL)
_SECTION = re.compile(r"\n(?=##{1,2} )")


def render_document(text: str, *, people: People | None = None, longest: int = _ROOM) -> str:
    """Markdown whose headings become h2 and lower; every word of it is shown.

    It is rendered section by section (`##` and `###` at the start of a line), so that one text
    that can only be shown as it was typed does not take the others with it. What is longer than
    `longest` characters is cut between blocks, else between lines, else between words. A heading
    inside a quote is none of the document's own: it becomes a line in bold.
    """
    return "\n".join(_rendered(piece, people) for piece in _pieces(text, longest))


def _rendered(piece: str, people: People | None) -> str:
    # Rendering closes gaps between the levels of headings: an anchor keeps those of all pieces.
    html = render(f"{_ANCHOR}\n\n{piece}", people=people, top_heading=2).html
    html = re.sub(r"\A(?:<(h\d|p)>#* ?\.</\1>\n?){3}", "", html)
    return _QUOTE.sub(lambda quote: _HEADING.sub(r"<p><strong>\2</strong></p>", quote[0]), html)


def _pieces(text: str, longest: int) -> Iterator[str]:
    for section in _SECTION.split(text):
        yield from _joined(_blocks(section, longest), "\n\n", longest)


def _blocks(section: str, longest: int) -> Iterator[str]:
    for block in re.split(r"\n{2,}", section.strip("\n")):
        yield from _joined(_lines(block, longest), "\n", longest)


def _lines(block: str, longest: int) -> Iterator[str]:
    for line in block.split("\n"):
        quote = "> " if line.startswith(">") else ""
        rest = line
        while len(rest) > longest:
            cut = rest.rfind(" ", len(quote) + 1, longest) + 1 or longest
            yield rest[:cut].rstrip(" ")
            rest = quote + rest[cut:]
        yield rest


def _joined(parts: Iterator[str], between: str, longest: int) -> Iterator[str]:
    """As few pieces as hold the parts in order."""
    held: list[str] = []
    size = 0
    for part in parts:
        if held and size + len(part) > longest:
            yield between.join(held)
            held, size = [], 0
        held.append(part)
        size += len(part) + len(between)
    if held:
        yield between.join(held)


def without_links(html: str) -> str:
    """Rendered HTML whose links are plain words: for readers who could not follow them."""
    return nh3.clean(html, tags=nh3.ALLOWED_TAGS - {"a"})
