"""Tricks with methods, headers, cookies and files: every address of the application, by its map."""

import io
import zipfile

import pytest
from PIL import Image
from werkzeug.routing import Rule

from meetingtracker.web.access import permission_of
from tests.cast import PASSWORD
from tests.conftest import World
from tests.pages.issues.test_issues import raised

OVERRIDES = (
    {"X-HTTP-Method-Override": "POST"}, {"X-HTTP-Method": "DELETE"}, {"X-Method-Override": "POST"},
)  # fmt: skip


def address(rule: Rule) -> str:
    built = rule.build({name: 1 for name in rule.arguments}, append_unknown=False)
    assert built
    return built[1]


def test_no_method_passes_for_another(sqlite_world: World) -> None:
    """A GET that calls itself a POST changes nothing, and what is not answered stays so."""
    issue_id = raised(sqlite_world)
    sam = sqlite_world.sign_in("sam")
    sam.get("/people")
    before = sam.get(f"/issues/{issue_id}").text.count("<li")
    typed = {"text": "Slipped in", "_method": "POST", "csrf_token": sam.token}
    for headers in OVERRIDES:
        path = f"/issues/{issue_id}/comments"
        assert sam.client.get(path, query_string=typed, headers=headers).status_code == 405
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            answer = sam.client.open(path, method=method, data=typed, headers=headers)
            assert answer.status_code == 405, method
    assert sam.get(f"/issues/{issue_id}").text.count("<li") == before


def test_head_and_options_tell_nothing_and_change_nothing(sqlite_world: World) -> None:
    stranger, sam = sqlite_world.app.test_client(), sqlite_world.sign_in("sam").client
    tried = 0
    for rule in sqlite_world.app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        for client in (stranger, sam):
            options = client.options(address(rule))
            assert options.status_code in (302, 400, 401, 403) or options.data == b"", rule
            assert client.head(address(rule)).data == b""
        tried += 1
    assert tried > 100


def test_no_private_answer_is_kept_by_anybody(sqlite_world: World) -> None:
    """Pages, refusals, redirects and files, for whoever asks."""
    raised(sqlite_world)
    clients = [sqlite_world.sign_in(name).client for name in ("ada", "max")]
    clients.append(sqlite_world.app.test_client())
    tried = 0
    for rule in sqlite_world.app.url_map.iter_rules():
        if rule.endpoint == "static" or "GET" not in (rule.methods or ()):
            continue
        declared = permission_of(sqlite_world.app.view_functions[rule.endpoint])
        for client in clients:
            answer = client.get(address(rule), buffered=True)
            assert answer.headers["Cache-Control"] == "no-store", (rule, declared)
            tried += 1
    assert tried > 150


def test_a_forged_address_of_the_sender_counts_for_nothing(sqlite_world: World) -> None:
    """Without a trusted proxy X-Forwarded-For opens no closed door."""
    visit = sqlite_world.stranger()
    visit.get("/login")
    wrong = {"csrf_token": visit.token, "email": "nobody@example.com", "password": "wrong"}
    statuses = []
    for number in range(40):
        sent = {**wrong, "email": f"n{number}@example.com"}
        headers = {"X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.0.1.{number}"}
        answer = visit.client.post("/login", data=sent, headers=headers)
        statuses.append(answer.status_code)
    assert statuses[0] == 422 and statuses[-1] == 429


def test_a_session_given_by_somebody_else_is_not_the_one_that_is_signed_in(
    sqlite_world: World,
) -> None:
    visit = sqlite_world.stranger()
    visit.get("/login")
    planted = visit.client.get_cookie("meetingtracker")
    assert planted
    signed_in = visit.post(
        "/login", {"email": "sam@example.com", "password": PASSWORD}, page="/login"
    )
    assert signed_in.status == 302
    mine = visit.client.get_cookie("meetingtracker")
    assert mine and mine.value != planted.value and mine.http_only and mine.same_site == "Lax"
    thief = sqlite_world.app.test_client()
    thief.set_cookie("meetingtracker", planted.value)
    assert thief.get("/board").status_code == 302
    visit.post("/logout", page="/people")
    thief.set_cookie("meetingtracker", mine.value)  # what was ended does not come back
    assert thief.get("/board").status_code == 302


def picture(kind: str, tail: bytes = b"", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, kind, **more)
    return out.getvalue() + tail


def zipped(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "<Types/>")
        bomb.writestr("xl/workbook.xml", b"0" * size)
    return out.getvalue()


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='hit(1)'/>"
SCRIPT = b"<html><script>hit(1)</script></html>"
FILES = [
    ("html behind a picture", "a.jpg", picture("JPEG", SCRIPT), 302),
    ("html in a picture's comment", "a.jpg", picture("JPEG", comment=SCRIPT), 302),
    ("html behind a png", "a.png", picture("PNG", SCRIPT), 302),
    ("a gif that is a script", "a.gif", b"GIF89a=1;hit(1)//", 422),
    ("svg by another name", "a.png", SVG, 422),
    ("svg by its own", "a.svg", SVG, 422),
    ("html by its own name", "a.html", SCRIPT, 422),
    ("html in a gif's comment", "a.gif", picture("GIF", comment=SCRIPT), 302),
    ("a phone's two pictures in one", "a.jpg", picture("MPO", SCRIPT, save_all=True), 302),
    ("html as a document", "a.pdf", SCRIPT, 422),
    ("html as text", "a.txt", SCRIPT, 302),
    ("html that begins like a document", "a.pdf", b"%PDF-1.4" + SCRIPT, 302),
    ("two endings", "a.html.txt", SCRIPT, 302),
    ("an ending after NUL", "a.html\0.txt", SCRIPT, 302),
    ("a way out of the folder", "../../../../tmp/a.txt", SCRIPT, 302),
    ("a zip that would be large", "a.xlsx", zipped(200_000_000), 302),
]  # fmt: skip


@pytest.mark.parametrize(("what", "name", "raw", "status"), FILES, ids=[f[0] for f in FILES])
def test_no_file_is_more_than_a_download(
    sqlite_world: World, what: str, name: str, raw: bytes, status: int
) -> None:
    issue_id = raised(sqlite_world)
    sam = sqlite_world.sign_in("sam")
    typed = {"text": what, "photo": (io.BytesIO(raw), name)}
    sent = sam.post(f"/issues/{issue_id}/comments", typed, page=f"/issues/{issue_id}")
    assert sent.status == status
    if status != 302:
        return
    answer = sam.client.get("/attachments/1", buffered=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "html" not in answer.content_type and "svg" not in answer.content_type
    assert "/" not in answer.headers["Content-Disposition"].partition("filename=")[2]
    if answer.mimetype.startswith("image/"):
        assert b"hit(1)" not in answer.data
