"""A page as a test sees it; every one that is opened must hold to the rules of all pages."""

import re
from html.parser import HTMLParser

from werkzeug.test import TestResponse

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "use", "path"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.labelled: set[str] = set()
        self.inside: list[str] = []
        self.words: dict[str, str] = {"h1": "", "title": "", "script": ""}
        self.forms: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        given["_in_label"] = "label" if "label" in self.inside else None
        self.tags.append((tag, given))
        if tag == "label" and given.get("for"):
            self.labelled.add(str(given["for"]))
        if tag == "form":
            self.forms.append({"_action": str(given.get("action") or "")})
        if tag == "input" and given.get("name") and self.forms and "form" in self.inside:
            self.forms[-1][str(given["name"])] = given.get("value") or ""
        if tag not in VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        for tag in self.words:
            if tag in self.inside and "svg" not in self.inside:
                self.words[tag] += data


def lasting(text: str) -> str:
    """A page without what is new in every answer: the words for its scripts, its form's token."""
    text = re.sub(r' nonce="[^"]+"', "", text)
    return re.sub(r'(csrf-token" content=|csrf_token" value=)"[^"]*"', r"\1", text)


class Page:
    """An answer: `status`, `text`, `location`, and the hidden fields of its forms."""

    def __init__(self, answer: TestResponse, path: str) -> None:
        self.answer = answer
        self.path = path
        self.status = answer.status_code
        self.location = answer.headers.get("Location", "")
        self.type = answer.content_type or ""
        self.text = (
            answer.get_data(as_text=True) if "text" in self.type or "json" in self.type else ""
        )
        self._reader = _Reader()
        if self.type.startswith("text/html"):
            self._reader.feed(self.text)
            if "<html" in self.text and self.status not in (301, 302, 303, 308):
                self._obeys()

    @property
    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.text) or re.search(
            r'name="csrf-token" content="([^"]+)"', self.text
        )
        return found.group(1) if found else ""

    def form(self, action: str) -> dict[str, str]:
        """The hidden and prefilled inputs of the form that posts to `action`."""
        for form in self._reader.forms:
            if form["_action"].split("?")[0] == action:
                return {k: v for k, v in form.items() if k not in ("_action", "csrf_token")}
        raise AssertionError(f"{self.path} has no form to {action}")

    @property
    def forms(self) -> list[dict[str, str]]:
        return self._reader.forms

    def has_form(self, action: str) -> bool:
        return any(form["_action"].split("?")[0] == action for form in self._reader.forms)

    @property
    def counts(self) -> dict[str, int]:
        """Address → the number shown, for every number that opens a list."""
        return {
            str(a.get("href")): int(str(a["data-count"]))
            for tag, a in self._reader.tags
            if tag == "a" and a.get("data-count") is not None
        }

    @property
    def total(self) -> int:
        for _, attributes in self._reader.tags:
            if attributes.get("data-total") is not None:
                return int(str(attributes["data-total"]))
        raise AssertionError(f"{self.path} has no data-total")

    @property
    def flags(self) -> list[str]:
        return [str(a["data-flag"]) for _, a in self._reader.tags if a.get("data-flag")]

    @property
    def links(self) -> list[str]:
        return [str(a["href"]) for tag, a in self._reader.tags if tag == "a" and a.get("href")]

    @property
    def errors(self) -> str:
        return " ".join(re.findall(r'class="error".*?<span>(.*?)</span>', self.text, re.S))

    def _obeys(self) -> None:
        tags = self._reader.tags
        names = [tag for tag, _ in tags]
        assert names.count("h1") == 1, f"{self.path}: {names.count('h1')} h1"
        assert names.count("main") == 1, f"{self.path}: {names.count('main')} main"
        h1, title = (" ".join(self._reader.words[t].split()) for t in ("h1", "title"))
        assert title.startswith(h1) and h1, f"{self.path}: title {title!r} but h1 {h1!r}"
        ids = [str(a["id"]) for _, a in tags if a.get("id")]
        twice = {i for i in ids if ids.count(i) > 1}
        assert not twice, f"{self.path}: ids twice: {twice}"
        assert not self._reader.words["script"].strip(), f"{self.path}: inline script"
        for tag, a in tags:
            assert tag != "style" and "style" not in a, f"{self.path}: inline style on <{tag}>"
            assert not any(n.startswith("on") for n in a), f"{self.path}: inline handler"
            if tag in ("select", "textarea") or (
                tag == "input" and a.get("type") not in ("hidden", "submit", "button")
            ):
                labelled = (
                    a.get("id") in self._reader.labelled
                    or a.get("aria-label")
                    or a.get("aria-labelledby")
                    or a.get("_in_label")
                )
                assert labelled, f"{self.path}: <{tag} name={a.get('name')}> has no label"
