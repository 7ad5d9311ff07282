"""Reading rendered HTML back, to see that no word of the source was lost."""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser

LINE_PREFIX = re.compile(r"(?:[ \t>]|[*+-][ \t]|\d{1,9}\.[ \t])*")
"""What lists and quotes put before the words of a line."""


class _Reader(HTMLParser):
    """Collects what a page shows, and apart from it addresses and titles of its links."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.hidden: list[str] = []
        self._link: tuple[int, dict[str, str | None]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._link = (len(self.text), dict(attrs))
        elif tag not in ("em", "strong", "del", "code"):
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            start, attrs = self._link
            href = attrs.get("href") or ""
            # An address that is shown as it is has been read already.
            shown = "".join(self.text[start:])
            if href not in (shown, f"http://{shown}", f"mailto:{shown}"):
                self.hidden.append(href)
            self.hidden.append(attrs.get("title") or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def shown_text(html: str) -> str:
    """The text that rendered HTML shows, without its markup."""
    return "".join(_read(html).text)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z0-9]+);")


def loses_words(text: str, html: str, spent: str) -> bool:
    """Whether a letter or digit of the source is missing from the page, its link addresses and
    titles (list numbers and ticks apart, which the page shows in its own way)."""
    lines = (LINE_PREFIX.sub("", line, count=1) for line in text.split("\n"))
    source = "\n".join(re.sub(r"^\[[ xX]\] ", "", line) for line in lines)
    source = _ENTITY.sub(lambda match: unescape(match[0]), source)
    reader = _read(html)
    shown = Counter(filter(str.isalnum, "".join([*reader.text, *reader.hidden, spent])))
    return not Counter(filter(str.isalnum, source)) <= shown
