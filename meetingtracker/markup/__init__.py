"""Markdown to safe HTML, without losing a word."""

import re
import unicodedata
from dataclasses import dataclass
from html import escape

import nh3

from meetingtracker.markup.syntax import EXTERNAL_REL, HREF, Issue, Mention, People, converter
from meetingtracker.markup.words import LINE_PREFIX, loses_words, shown_text
from meetingtracker.rules.errors import N_, RuleBroken

LONGEST = 10_000
"""Characters in one text."""
_DEEPEST = 20
"""Levels of lists and quotes; the parser calls itself for each."""
_MOST_OPEN = 40
"""Brackets open at once; for each the parser reads on to the end of the block."""

_TAGS = {
    *("a", "p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
    *("h2", "h3", "h4", "h5", "h6"),
}
_ALIGN = {"align": {"left", "center", "right"}}


@dataclass(frozen=True)
class Rendered:
    """Sanitised HTML with own links as /~/..., and the ids of the people and issues named in it."""

    html: str
    mentions: frozenset[int] = frozenset()
    issues: frozenset[int] = frozenset()


def render(
    text: str, *, people: People | None = None, longest: int = LONGEST, top_heading: int = 3
) -> Rendered:
    """Markdown as safe HTML.

    Raw HTML shows as text, pictures become links, the highest heading used becomes `top_heading`
    (2 to 6). `people` is asked for each @handle (without the @) and answers with the person's id
    and name, or None. What is nested too deep, or would lose a word, comes back as plain
    paragraphs, without mentions. RuleBroken for more than `longest` characters.
    """
    if len(text) > longest:
        raise RuleBroken(
            N_("The text has %(length)d characters. It may have up to %(longest)d."),
            length=len(text),
            longest=longest,
        )
    text = _clean(text)
    if _is_tangled(text):
        return Rendered(_as_written(text))
    mention = Mention(people)
    issue = Issue()
    try:
        html = _sanitised(converter(mention, issue, top_heading).convert(text))
    except (RecursionError, IndexError, KeyError, ValueError, TypeError, AttributeError):
        # The parser is not written for hostile text; its mishaps must not become ours.
        return Rendered(_as_written(text))
    if loses_words(text, html, mention.spent):
        return Rendered(_as_written(text))
    return Rendered(html, frozenset(mention.found), frozenset(issue.found))


def plain(text: str) -> str:
    """Markdown as one line of plain text, for previews; of a text too long only the beginning."""
    # Without direction marks: in a list of previews they would turn their neighbours around.
    shown = (
        c
        for c in shown_text(render(text[:LONGEST]).html)
        if unicodedata.bidirectional(c) not in _TURNING
    )
    return " ".join("".join(shown).split())


_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def resolve(html: str, root: str) -> str:
    """Rendered HTML with /~/x links as `root`/x; `root` is a path or an address, or empty."""
    prefix = escape(root.rstrip("/")) + "/"
    return _OWN_LINK.sub(lambda match: match[1] + prefix, html)


# From the tag on, so that an href in the text of a note is left alone.
_OWN_LINK = re.compile(r'(<a(?: [a-z]+="[^"]*")*? href=")/~/')


def _clean(text: str) -> str:
    """Without what neither a database nor HTML can hold: lone surrogates, NUL, control codes."""
    text = text.encode("utf-8", "ignore").decode()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text)


def _is_tangled(text: str) -> bool:
    """Whether the text is nested too deep to be parsed in a time worth waiting for."""
    for line in text.split("\n"):
        prefix = LINE_PREFIX.match(line)
        marks = prefix[0].expandtabs(4) if prefix else ""
        if marks.count(" ") // 4 + len(re.findall(r">|[*+-]|\d+\.", marks)) > _DEEPEST:
            return True
    for block in re.split(r"\n[ \t]*\n", text):
        for opening, closing in ("[]", "()"):
            depth = 0
            for char in block:
                if char == opening:
                    depth += 1
                elif char == closing and depth:
                    depth -= 1
                if depth > _MOST_OPEN:
                    return True
    return False


def _as_written(text: str) -> str:
    paragraphs = (part.strip("\n") for part in re.split(r"\n[ \t]*\n", text))
    return "\n".join(
        f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>"
        for part in paragraphs
        if part.strip()
    )


def _sanitised(html: str) -> str:
    html = re.sub(r'<input type="checkbox" disabled checked/?>', "☑", html)
    html = re.sub(r'<input type="checkbox" disabled/?>', "☐", html)
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=set(),
        attributes={"a": {"href", "title"}, "ol": {"start"}, "li": {"value"}},
        tag_attribute_values={
            "a": {"class": {"mention"}, "rel": {EXTERNAL_REL}},
            "ul": {"class": {"task-list"}},
            "ol": {"class": {"task-list"}},
            "li": {"class": {"task-list-item"}},
            "th": _ALIGN,
            "td": _ALIGN,
        },
        attribute_filter=_checked_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def _checked_attribute(_tag: str, name: str, value: str) -> str | None:
    return None if name == "href" and not HREF.fullmatch(value) else value
