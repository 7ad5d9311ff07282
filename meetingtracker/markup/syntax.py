"""The Markdown that notes are written in: the library's, with what is ours."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions.sane_lists import SaneOListProcessor, SaneUListProcessor
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import (
    IMAGE_LINK_RE,
    LINK_RE,
    ImageInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, AtomicString

People = Callable[[str], tuple[int, str] | None]
_Match = tuple[Element | None, int | None, int | None]
_NO_MATCH: _Match = (None, None, None)

# What a link may point to. Own paths are narrow, so that "/~//host" or "/~/../x" cannot leave.
HREF = re.compile(
    r"https?://[^\s/\\]\S*|mailto:[^\s@]+@\S+|/~/[\w-]+(?:/[\w-]+)*(?:[?#][\w=&.,-]*)?",
    re.IGNORECASE | re.ASCII,
)
EXTERNAL_REL = "noopener noreferrer nofollow"


def converter(mention: "Mention", issue: "Issue", top_heading: int) -> Markdown:
    """A fresh parser for one text; it keeps state, and so do the two processors given."""
    md = Markdown(
        extensions=["pymdownx.magiclink", "pymdownx.tasklist", "pymdownx.tilde"]
        + ["pymdownx.saneheaders", "nl2br"],  # notes are written line by line
        extension_configs={"pymdownx.tilde": {"subscript": False}},
        output_format="html",
    )
    # Raw HTML stays text. So do reference links: an unused definition would lose its words.
    md.preprocessors.deregister("html_block")
    md.parser.blockprocessors.deregister("reference")
    for name in ("html", "reference", "short_reference", "image_reference", "short_image_ref"):
        md.inlinePatterns.deregister(name)
    md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, "|", "@"]
    md.parser.blockprocessors.register(_Table(md.parser), "table", 75)
    md.parser.blockprocessors.register(_NumberedList(md.parser), "olist", 40)
    md.parser.blockprocessors.register(SaneUListProcessor(md.parser), "ulist", 30)
    md.inlinePatterns.register(_Link(LINK_RE, md), "link", 160)
    md.inlinePatterns.register(_Picture(IMAGE_LINK_RE, md), "image_link", 150)
    # Below links, addresses and entities (&#39;), above emphasis (@first_last).
    md.inlinePatterns.register(mention, "mention", 75)
    md.inlinePatterns.register(issue, "issue", 74)
    # After every other tree processor, the unescaping of hrefs included.
    md.treeprocessors.register(_Finish(top_heading), "finish", -1)
    return md


class _Link(LinkInlineProcessor):
    """[text](address), left as text unless the address is one that may be followed."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> _Match:  # noqa: N802
        link, start, end = super().handleMatch(m, data)
        if link is None or not HREF.fullmatch(link.get("href", "")):
            return _NO_MATCH
        if not (link.text or "").strip():
            link.text = AtomicString(link.get("href", ""))
        return link, start, end


class _Picture(ImageInlineProcessor):
    """![alt](address) as a link: a picture from elsewhere would tell who reads what."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> _Match:  # noqa: N802
        picture, start, end = super().handleMatch(m, data)
        if picture is None or not HREF.fullmatch(picture.get("src", "")):
            return _NO_MATCH
        link = Element("a", {"href": picture.get("src", "")})
        if title := picture.get("title"):
            link.set("title", title)
        link.text = AtomicString(picture.get("alt", "").strip() or picture.get("src", ""))
        return link, start, end


class Mention(InlineProcessor):
    """@handle as a link to the person; dots at its end are tried as part of it, then not."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, people: People | None) -> None:
        super().__init__(r"(?<![\w@./+-])@(\w[\w.+-]{0,99})(?!@)")
        self.people = people
        self.found: set[int] = set()
        self.spent = ""
        """The handles that gave way to names."""

    def handleMatch(self, m: re.Match[str], data: str) -> _Match:  # noqa: N802, ARG002
        handle = m[1].rstrip(".+-")
        while handle and self.people:
            if person := self.people(handle):
                self.found.add(person[0])
                self.spent += handle
                link = Element("a", {"class": "mention", "href": f"/~/people/{person[0]}"})
                link.text = AtomicString(f"@{person[1]}")
                return link, m.start(), m.start() + 1 + len(handle)
            handle = handle.rpartition(".")[0].rstrip(".+-")
        return _NO_MATCH


class Issue(InlineProcessor):
    """#214 as a link to the issue."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self) -> None:
        super().__init__(r"(?<![\w&/#])#([1-9][0-9]{0,8})(?!\w)")
        self.found: set[int] = set()

    def handleMatch(self, m: re.Match[str], data: str) -> _Match:  # noqa: N802, ARG002
        self.found.add(int(m[1]))
        link = Element("a", {"href": f"/~/issues/{m[1]}"})
        link.text = AtomicString(m[0])
        return link, m.start(), m.end()


class _Table(TableProcessor):
    """A table, unless a row has more cells than the header: those would be dropped."""

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser, {"use_align_attribute": True})

    def test(self, parent: Element, block: str) -> bool:
        if not super().test(parent, block):
            return False
        rows = block.split("\n")[2:]
        return all(len(self._split_row(row.strip(" "))) <= len(self.separator) for row in rows)


class _NumberedList(SaneOListProcessor):
    """A list that remembers the number each item was given; up to nine digits, as browsers can."""

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser)
        self.RE = re.compile(r"^[ ]{0,3}[0-9]{1,9}\.[ ]+(.*)")
        self.CHILD_RE = re.compile(r"^[ ]{0,3}(([0-9]{1,9}\.))[ ]+(.*)")

    def run(self, parent: Element, blocks: list[str]) -> None:
        lines = blocks[0].split("\n")
        numbers = [m[2][:-1] for line in lines if (m := self.CHILD_RE.match(line))]
        super().run(parent, blocks)
        items = parent if parent.tag in ("ol", "ul") else parent[-1]
        for number, item in zip(numbers, items[-len(numbers) :], strict=True):
            item.set("value", number)


class _Finish(Treeprocessor):
    """Headings below those of the page; links either own, external or no links at all."""

    def __init__(self, top_heading: int) -> None:
        super().__init__()
        self.top_heading = top_heading

    def run(self, root: Element) -> None:
        headings = [el for el in root.iter() if re.fullmatch("h[1-6]", str(el.tag))]
        ranks = sorted({str(el.tag) for el in headings})
        for heading in headings:
            heading.tag = f"h{min(self.top_heading + ranks.index(str(heading.tag)), 6)}"
        for numbered in root.iter("ol"):
            _keep_odd_numbers(numbered)
        for link in root.iter("a"):
            href = link.get("href", "")
            if href.lower().startswith(("http://", "https://")):
                link.set("rel", EXTERNAL_REL)
            elif not href.startswith(("/~/", "mailto:", AMP_SUBSTITUTE)):
                link.tag = "span"  # ftp and the like: the sanitiser leaves the words alone


def _keep_odd_numbers(numbered: Element) -> None:
    """Leave the browser to count, except where it would come to another number than was written
    (1. 1. 1. is a habit of people who let it count)."""
    written = [int(item.get("value", "0")) for item in numbered]
    due = int(numbered.get("start", "1"))
    for item, number in zip(numbered, written, strict=True):
        if number == due or len(set(written)) == 1:
            item.attrib.pop("value", None)
        due = number + 1
