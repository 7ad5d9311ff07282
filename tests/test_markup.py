"""Markdown: nothing runs, nothing hangs, and no word is lost."""

import json
import re
from datetime import date, time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetingtracker import markup
from meetingtracker.markup import plain, render, resolve
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.minutes import MinutesFacts, MinutesItem, minutes_markdown

COUNCIL = Path(__file__).parents[2] / "shared/data/meetings/council-2019-2022.json"
PEOPLE = {"tom": (7, "Tom Becker"), "lea.novak": (8, "Léa Novak"), "x_y2": (9, "Xenia Yun")}
ALLOWED = {
    "a": {"href", "title", "rel", "class"},
    "ol": {"start", "class"},
    "ul": {"class"},
    "li": {"value", "class"},
    "th": {"align"},
    "td": {"align"},
    **dict.fromkeys(("p", "br", "hr", "em", "strong", "del", "code", "pre"), set()),
    **dict.fromkeys(("blockquote", "table", "thead", "tbody", "tr"), set()),
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), set()),
}


class Page(HTMLParser):
    """What a browser would find: the text, the link addresses, and everything not allowed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.attributes: list[str] = []
        self.numbers: list[str] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("em", "strong", "del", "a", "code"):
            self.text += " "
        if tag not in ALLOWED:
            self.faults.append(tag)
        for name, value in attrs:
            if name not in ALLOWED.get(tag, set()):
                self.faults.append(f"{tag} {name}")
            address = (value or "").strip().lower()
            if name == "href" and not re.match(r"https?://[^/\\]|mailto:|/~/\w", address):
                self.faults.append(f"href {value}")
            if name in ("start", "value"):
                self.numbers.append(value or "")
            else:
                self.attributes.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")


def lost_words(source: str, html: str) -> list[str]:
    """The words of the source that are neither in the text nor in an address or title."""
    page = Page(html)
    pile = " ".join([page.text, *page.attributes, *page.numbers])
    source = re.sub(r"(?m)^[\s>]*(?:(?:[*+-]|\d+\.)\s+)*(?:\[[ xX]\] )?", "", source)
    words = re.findall(r"[^\W_]+", source)
    return [word for word in words if word not in pile]


def test_the_usual_marks() -> None:
    assert render("*a* **b** ~~c~~ `d`").html == (
        "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"
    )
    assert render("> q\n\n- x\n- y\n").html == (
        "<blockquote>\n<p>q</p>\n</blockquote>\n<ul>\n<li>x</li>\n<li>y</li>\n</ul>"
    )
    assert render("").html == ""


def test_headings_stand_below_those_of_the_page() -> None:
    html = render("# a\n\n### b\n\n###### c\n\n# d").html
    assert html == "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h3>d</h3>"
    assert render("###### c").html == "<h3>c</h3>"
    assert render("\n\n".join(f"{'#' * n} x" for n in range(1, 7))).html.count("<h6>") == 3
    assert render("# a", top_heading=2).html == "<h2>a</h2>"


def test_mentions() -> None:
    seen = render("Ask @tom. Or @lea.novak, @x_y2 and @zoe", people=PEOPLE.get)
    assert seen.html == (
        '<p>Ask <a class="mention" href="/~/people/7">@Tom Becker</a>. '
        'Or <a class="mention" href="/~/people/8">@Léa Novak</a>, '
        '<a class="mention" href="/~/people/9">@Xenia Yun</a> and @zoe</p>'
    )
    assert seen.mentions == {7, 8, 9}


@pytest.mark.parametrize(
    "text",
    ["`@tom`", "x@tom", "@tom@example.org", "[@tom](http://a.b)", "http://a.b/@tom", "\\@tom",
     "    @tom", "@tomas"],
)  # fmt: skip
def test_no_mention(text: str) -> None:
    people = {**PEOPLE, "tomas": None}
    assert render(text, people=people.get).mentions == frozenset()


def test_a_name_is_text() -> None:
    html = render("@tom", people=lambda _: (7, "<b>*T*</b> #3")).html
    assert html.endswith(">@&lt;b&gt;*T*&lt;/b&gt; #3</a></p>")


def test_issues() -> None:
    seen = render("#214, (#3) and #4.\n\n#5 first")
    assert seen.issues == {214, 3, 4, 5}
    assert '<a href="/~/issues/214">#214</a>' in seen.html


@pytest.mark.parametrize(
    "text", ["`#1`", "a#1", "#0", "#1a", "#1234567890", "[#1](http://a.b)", "http://a.b/#1",
             "&#39;", "\\#1", "##1"],
)  # fmt: skip
def test_no_issue(text: str) -> None:
    assert render(text).issues == frozenset()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("http://a.b/c.", '<a href="http://a.b/c" {rel}>http://a.b/c</a>.'),
        ('[a](https://b.c "d")', '<a href="https://b.c" title="d" {rel}>a</a>'),
        ("[](https://b.c)", '<a href="https://b.c" {rel}>https://b.c</a>'),
        ("![alt](https://b.c/d.png)", '<a href="https://b.c/d.png" {rel}>alt</a>'),
        ("![](https://b.c/d.png)", '<a href="https://b.c/d.png" {rel}>https://b.c/d.png</a>'),
        ("[4](https://b.c/4)", '<a href="https://b.c/4" {rel}>4</a>'),
        ("a@b.org", '<a href="mailto:a@b.org">a@b.org</a>'),
        ("[a](/~/issues/3)", '<a href="/~/issues/3">a</a>'),
        ("[a](/~//evil.org)", "[a](/~//evil.org)"),
        ("[a](/~/../x)", "[a](/~/../x)"),
        ("[a](//evil.org)", "[a](//evil.org)"),
        ("[a](x.md)", "[a](x.md)"),
        ("[a](javascript:b)", "[a](javascript:b)"),
        ("ftp://a.b/c", "ftp://a.b/c"),
        ("[a][1]", "[a][1]"),
    ],
)
def test_links(text: str, html: str) -> None:
    shown = render(text).html.removeprefix("<p>").removesuffix("</p>")
    rel = 'rel="noopener noreferrer nofollow"'
    assert sorted(re.split("[ >]", shown)) == sorted(re.split("[ >]", html.format(rel=rel)))


def test_tables_and_ticks() -> None:
    assert '<th align="right">b</th>' in render("|a|b|\n|---|--:|\n|c|d|\n").html
    assert "<table" not in render("|a|b|\n|---|---|\n|c|d|e|\n").html
    html = render("- [ ] a\n- [x] b\n").html
    assert "☐ a" in html
    assert "☑ b" in html


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1. a\n2. b\n3. c", []),
        ("1. a\n1. b\n1. c", []),
        ("7. a\n9. b\n10. c", ["7", "9"]),
        ("2019. a good year\n\n7. b", ["2019", "7"]),
        ("1234567890. a", []),
    ],
)
def test_list_numbers_stay(text: str, values: list[str]) -> None:
    assert Page(render(text).html).numbers == values


def test_resolve() -> None:
    html = render('[a](/~/issues/3 "x") @tom href="/~/b"', people=PEOPLE.get).html
    for root, prefix in [
        ("", ""),
        ("/", ""),
        ("/sub", "/sub"),
        ("https://x.org/s/", "https://x.org/s"),
    ]:
        resolved = resolve(html, root)
        assert f'href="{prefix}/issues/3"' in resolved
        assert f'href="{prefix}/people/7"' in resolved
        assert 'href="/~/b"' in Page(resolved).text  # what somebody wrote is not an address
    assert 'href="&quot;&gt;/issues/3"' in resolve(html, '">')


def test_plain() -> None:
    assert plain("# A\n\n- *b*\n- [c](http://d.e)\n\n<b>f & g</b>") == "A b c <b>f & g</b>"
    assert plain("a\u202eb\u2066c") == "abc"
    assert len(plain("x" * 20_000)) == markup.LONGEST


def test_a_text_too_long_is_refused_in_words() -> None:
    assert render("x" * 10_000).html
    with pytest.raises(RuleBroken, match="10001 characters"):
        render("x" * 10_001)


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "a\udfffb", "\x02a\x03b", "\x0ba\x0cb\x7f"])
def test_what_html_cannot_hold_is_dropped(text: str) -> None:
    assert render(text).html == "<p>ab</p>"


PAYLOADS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.org/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=//evil.org>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<form action=//evil.org><input name=p><button>x",
    "<input autofocus onfocus=alert(1)>",
    "<style>@import '//evil.org/x.css'</style>",
    "<link rel=stylesheet href=//evil.org/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.org'>",
    "<base href=//evil.org/>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!DOCTYPE html><script>alert(1)</script>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "</p><script>alert(1)</script><p>",
    "</article></main><script>alert(1)</script>",
    "<textarea></textarea><script>alert(1)</script>",
    "<title><script>alert(1)</script></title>",
    "<x onclick=alert(1)>x</x>",
    "<p style='background:url(javascript:alert(1))'>x",
    "<video><source onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//evil.org)",
    "[x](/~//evil.org)",
    "[x](/~/\\evil.org)",
    "[x](http:javascript:alert(1))",
    '[x](http://a.b"onmouseover="alert(1))',
    "[x](http://a.b 'y\" onmouseover=\"alert(1)')",
    '[x](http://a.b "\\" onmouseover=alert(1)//")',
    "![x](javascript:alert(1))",
    '![x"onerror="alert(1)](http://a.b)',
    "![<script>alert(1)</script>](http://a.b)",
    "[<script>alert(1)</script>](http://a.b)",
    "[![x](javascript:alert(1))](javascript:alert(2))",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "<javascript://a.b/%0aalert(1)>",
    "<http://a.b/\"onmouseover=alert(1)>",
    "<javascript:alert(1)@a.b>",
    "http://a.b/<script>alert(1)</script>",
    'http://a.b/"onmouseover="alert(1)',
    "www.a.b<script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "| <script>alert(1)</script> | b |\n|---|---|\n| <img src=x onerror=alert(1)> | c |",
    "# <script>alert(1)</script>",
    "- [x] <script>alert(1)</script>",
    '<input type="checkbox" disabled checked/><script>alert(1)</script>',
    "x {: onclick=alert(1) }",
    "[x](http://a.b){: onclick=alert(1) }",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\x02wzxhzdk:0\x03<script>alert(1)</script>\x02amp\x03#60;script>",
    "@<script>alert(1)</script> #<script>",
)  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_runs(payload: str) -> None:
    for text in (payload, f"a {payload} b", f"> - {payload}\n\n*{payload}*", payload * 9):
        html = render(text, people=PEOPLE.get).html
        assert Page(html).faults == []
        assert Page(resolve(html, "https://here.org/sub")).faults == []
        assert "alert" not in text or "alert" in Page(html).text + str(Page(html).attributes)


def test_the_check_of_inertness_bites() -> None:
    raw = [text for text in PAYLOADS if re.match("<(?!http:|javascript:|!\\[)", text)]
    assert len(raw) > 30
    harmless = [payload for payload in raw if not Page(payload).faults]
    assert harmless == []
    assert Page('<a href="javascript:x">y</a>').faults == ["href javascript:x"]
    assert lost_words("one two", "<p>one</p>") == ["two"]


def stairs(step: str, word: str) -> str:
    return "\n".join(step * depth + word for depth in range(140))


SLOW = {
    "open brackets": "[" * 5000,
    "nested brackets": "[" * 5000 + "]" * 5000,
    "nested links": "[a](" * 1600 + ")" * 1600,
    "open links": "[a](" * 2500,
    "open titles": '[a](b "' * 1400,
    "open pictures": "![" * 5000,
    "parentheses": "[a]" + "(" * 9000,
    "deep quote": ">" * 9000 + " a",
    "quote stairs": stairs(">", " a"),
    "quoted lists": "> - " * 2500 + "a",
    "deep list": stairs("    ", "- a"),
    "list in one line": "- " * 4900 + "a",
    "numbers in one line": "1. " * 3000 + "a",
    "long list": "- a\n" * 2500,
    "long loose list": "- a\n\n" * 2000,
    "indented blocks": "- a\n\n" + "    - b\n\n" * 900,
    "emphasis": "*a " * 3300,
    "nested emphasis": "*a _b " * 800 + "c_ d* " * 800,
    "nested bold": "**a " * 1200 + "b** " * 1200,
    "mixed emphasis": "*a_b**c__" * 1100,
    "stars": "*" * 10_000,
    "strokes": "~~a~b" * 2000,
    "ticks": "".join("`" * n + "a" for n in range(1, 140)),
    "underlined headings": "a\n=\n" * 2500,
    "headings": "# a\n" * 2500,
    "hashes": "# " + "#" * 9000 + "a",
    "rules": "- - -\n" * 1600,
    "nearly a rule": "- " * 4900 + "a",
    "wide table": "|a" * 1600 + "|\n" + "|-" * 1600 + "|\n|b",
    "table of ticks": "a|b\n-|-\n" + "`|``|" * 1900,
    "open tags": "<a href='" * 1100,
    "comments": "<!--" * 2500,
    "addresses": "http://a.b " * 900,
    "tail of an address": "http://a.b/" + ")" * 9900,
    "nearly an address": "a." * 4990 + "@",
    "mentions": "@a " * 3300,
    "dots in a mention": "@" + "a." * 4990,
    "issues": "#1 " * 3300,
    "entities": "&#65;" * 2000,
    "backslashes": "\\" * 10_000,
    "blank": "\n" * 10_000,
    "a number of 9,000 digits": "1" * 9000 + ". a",
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_slow_texts_come_back_whole(text: str) -> None:
    html = render(text[:10_000], people=PEOPLE.get).html
    assert Page(html).faults == []
    shown = Page(html)
    letters = "".join([shown.text, *shown.attributes])
    source = text[:10_000].replace("&#65;", "A")
    assert letters.count("a") >= source.count("a")
    assert letters.count("A") >= source.count("A")
    assert not lost_words(source, html)


def test_depth_beyond_the_limit_falls_back_to_the_words_as_written() -> None:
    assert "<ul>" in render("\n".join("    " * n + "- a" for n in range(10))).html
    deep = "\n".join("    " * n + f"- a{n}" for n in range(60))
    html = render(deep + "\n\n<b>*b*</b>").html
    assert "<ul>" not in html
    assert html.endswith("<p>&lt;b&gt;*b*&lt;/b&gt;</p>")
    assert not lost_words(deep, html)


def test_a_recursion_error_inside_the_parser_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def exhausted(*_args: object) -> None:
        raise RecursionError

    monkeypatch.setattr(markup, "converter", exhausted)
    assert render("a *b*\nc").html == "<p>a *b*<br>c</p>"


def test_a_parser_that_drops_a_word_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "_sanitised", lambda _html: "<p>one</p>")
    assert render("one *two*").html == "<p>one *two*</p>"


MARKS = st.text(st.sampled_from("ab1 \n\n\t*_~`#>-+.()[]{}!|\\<>&;:@/\"'=x"), max_size=120)


@settings(max_examples=400, deadline=None)
@given(MARKS | st.text(st.characters(), max_size=60))
def test_any_text_is_inert_and_whole(text: str) -> None:
    html = render(text, people=PEOPLE.get).html
    assert Page(html).faults == []
    if "&" not in text:
        whole = text.encode("utf-8", "ignore").decode().replace("\r", "\n")
        whole = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", whole)
        assert not lost_words(whole, html)
    assert "\n" not in plain(text)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab *_~`#>-+.()[]!|\\<&;\"'="), min_size=1, max_size=40))
def test_a_title_in_the_minutes_reads_as_it_was_typed(title: str) -> None:
    item = MinutesItem(f"a{title}b", None, None, "Decided", notes=["# note"])
    minutes = minutes_markdown(
        MinutesFacts(
            series="Weekly",
            version=1,
            held_on=date(2026, 11, 12),
            starts_at=time(10),
            ends_at=None,
            zone="UTC",
            facilitator=None,
            present=[],
            excused=[],
            absent=[],
            items=[item],
        )
    )
    html = render(minutes.text).html
    assert "<h3>Minutes: Weekly, 2026-11-12</h3>" in html
    assert f" 1. {' '.join(f'a{title}b'.split())}\n" in Page(html).text
    assert html.count("<h5>") == 1


@pytest.mark.skipif(not COUNCIL.exists(), reason=f"the real minutes are not here ({COUNCIL})")
def test_no_word_of_real_minutes_is_lost() -> None:
    council = json.loads(COUNCIL.read_text("utf-8"))
    notes = [item["notes"] for meeting in council["meetings"] for item in meeting["items"]]
    formatted = 0
    for note in notes:
        html = render(note, longest=len(note) + 1).html
        assert lost_words(note, html) == []
        assert Page(html).faults == []
        formatted += "<li>" in html
    assert len(notes) > 900
    assert formatted > len(notes) / 3  # not by falling back to plain text
