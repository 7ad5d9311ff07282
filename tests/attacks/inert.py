"""What a browser would make of an answer: its elements, and what in them could run or lead away."""

import re
from html.parser import HTMLParser

ADDRESSES = {
    "href", "src", "action", "formaction", "srcset", "poster", "data", "xlink:href", "background",
    "cite", "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete",
}  # fmt: skip
OWN = re.compile(r"(?:/(?![/\\])|[?#]|$)[!-~]*")
OUTSIDE = re.compile(r"https?://[^\s/\\]\S*|mailto:[^\s@]+@\S+")
NEVER = {"iframe", "object", "embed", "applet", "base", "style", "frame", "frameset", "math"}


class Look(HTMLParser):
    """`shapes`: (element, attribute) pairs; `faults`: what must be on no page, whatever it says."""

    def __init__(self, html: str, *, nonce: str = "") -> None:
        super().__init__(convert_charrefs=True)
        self.nonce = nonce
        self.shapes: set[tuple[str, str]] = set()
        self.faults: list[str] = []
        self.pile: list[str] = []
        self._in_script = False
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """All that is shown or stands in an attribute, in one line."""
        return " ".join(" ".join(self.pile).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.shapes |= {(tag, name) for name in given} | {(tag, "")}
        self.pile += given.values()
        if tag in NEVER or len(given) < len(attrs):
            self.faults.append(f"<{tag}> {attrs}")
        if tag == "script":
            self._in_script = True
            if given.get("nonce") != self.nonce or not self.nonce or "src" not in given:
                self.faults.append(f"a script that the page did not name: {attrs}")
        for name, value in given.items():
            if name.startswith("on") or name in ("style", "srcdoc", "http-equiv"):
                self.faults.append(f"<{tag} {name}>")
            if name in ADDRESSES and not self._leads_home(tag, name, value, given):
                self.faults.append(f"<{tag} {name}={value!r}>")

    @staticmethod
    def _leads_home(tag: str, name: str, value: str, given: dict[str, str]) -> bool:
        """A link in somebody's text may lead outside, but takes nothing along."""
        if tag == "a" and name == "href" and OUTSIDE.fullmatch(value):
            rel = given.get("rel", "")
            return value.startswith("mailto:") or ("noopener" in rel and "noreferrer" in rel)
        own_picture = tag == "img" and name == "src" and value.startswith("data:image/svg+xml")
        return bool(OWN.fullmatch(value)) or own_picture

    def handle_endtag(self, tag: str) -> None:
        self._in_script = self._in_script and tag != "script"

    def handle_data(self, data: str) -> None:
        self.pile.append(data)
        if self._in_script and data.strip():
            self.faults.append(f"words in a script: {data[:60]!r}")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment: {data[:60]!r}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"an instruction: {data[:60]!r}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"a declaration: {data[:60]!r}")


def folded(text: str) -> str:
    """As a page shows what was typed: without NUL, white space folded."""
    return " ".join(text.replace("\0", "").split())
