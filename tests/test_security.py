"""What stands around every answer: headers, the policy and its nonce, hosts, cookies, limits."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from meetingtracker.app import create_app
from meetingtracker.cli.database import migrate
from meetingtracker.config import Config, Unsafe, load
from meetingtracker.db import db
from meetingtracker.web.forms import safe_path
from tests.conftest import SECRET, World


@contextmanager
def made(tmp_path: Path, **settings: object) -> Iterator[Flask]:
    url = f"sqlite:///{tmp_path / 'security.db'}"
    migrate(url)
    values = {"home": tmp_path, "database_url": url, "secret_key": SECRET, **settings}
    app = create_app(Config(**values))  # type: ignore[arg-type]
    yield app
    with app.app_context():
        db.engine.dispose()


PAGES = ("/login", "/", "/board", "/nowhere", "/issues/999999", "/healthz", "/static/x/y.css")


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(sqlite_world: World, path: str) -> None:
    headers = sqlite_world.sign_in("sam").client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
                 "form-action 'self'", "default-src 'self'"):  # fmt: skip
        assert part in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Request-Id"]
    if not path.startswith("/static"):
        assert headers["Cache-Control"] == "no-store"


def test_only_what_the_page_names_runs_and_the_word_is_new_each_time(sqlite_world: World) -> None:
    visit = sqlite_world.sign_in("sam")
    seen = set()
    for _ in range(3):
        answer = visit.client.get("/board")
        word = re.search(r"script-src 'nonce-([\w-]{20,})';", answer.headers[
            "Content-Security-Policy"])  # fmt: skip
        assert word
        scripts = re.findall(r"<script[^>]*>", answer.text)
        assert len(scripts) > 5
        assert all(f'nonce="{word[1]}"' in script for script in scripts)
        seen.add(word[1])
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("base_url", "host", "answers"),
    [
        ("", "localhost:8000", True),
        ("", "127.0.0.1", True),
        ("", "192.168.1.7:8000", True),
        ("", "[::1]:8000", True),
        ("", "evil.example", False),
        ("", "localhost.evil.example", False),
        ("https://meet.example.com", "meet.example.com", True),
        ("https://meet.example.com", "MEET.example.com", True),
        ("https://meet.example.com", "127.0.0.1:8000", True),
        ("https://meet.example.com", "localhost", True),
        ("https://meet.example.com", "192.168.1.7", False),
        ("https://meet.example.com", "evil.example", False),
        ("https://meet.example.com", "meet.example.com.evil.example", False),
        ("https://meet.example.com", "meet.example.com@evil.example", False),
        ("https://meet.example.com", "[broken", False),
    ],
)
def test_it_answers_for_its_own_name_alone(
    tmp_path: Path, base_url: str, host: str, answers: bool
) -> None:
    with made(tmp_path, base_url=base_url) as app:
        answer = app.test_client().get("/healthz", headers={"Host": host})
        assert answer.status_code == (200 if answers else 400)
        assert host not in answer.text or host in ("localhost", "127.0.0.1")


@pytest.mark.parametrize("base_url", ["https://meet.example.com", "https://example.com/meet"])
def test_cookies_and_transport_under_https(tmp_path: Path, base_url: str) -> None:
    with made(tmp_path, base_url=base_url) as app:
        host = base_url.split("/")[2]
        answer = app.test_client().get(
            f"{app.extensions['meetingtracker'].base_path}/login", headers={"Host": host}
        )
        assert answer.status_code == 200
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-meetingtracker=")
        for part in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=Lax"):
            assert part in cookie
        assert "Domain" not in cookie
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_sub_path_is_in_every_link(tmp_path: Path) -> None:
    with made(tmp_path, base_url="http://localhost/meet") as app:
        client = app.test_client()
        answer = client.get("/meet/login")
        links = re.findall(r'(?:href|src|action)="(/[^"]*)"', answer.text)
        assert len(links) > 5
        assert all(link.startswith("/meet/") for link in links)
        assert client.get("/meet/board").location.startswith("/meet/login")


def test_a_forwarded_host_counts_only_behind_a_trusted_proxy(tmp_path: Path) -> None:
    forwarded = {"X-Forwarded-Host": "meet.example.com", "X-Forwarded-Proto": "https"}
    for proxies, status in ((0, 400), (1, 200)):
        with made(tmp_path, base_url="https://meet.example.com", trusted_proxies=proxies) as app:
            answer = app.test_client().get(
                "/healthz", headers={"Host": "inside.example", **forwarded}
            )
            assert answer.status_code == status


def test_bodies_and_forms_have_limits(sqlite_world: World) -> None:
    visit = sqlite_world.sign_in("sam")
    assert visit.post("/issues/new", {"title": "x" * 3_000_000}).status == 413
    many = {f"field{number}": "x" for number in range(2000)}
    multipart = visit.client.post("/issues/new", data=many, content_type="multipart/form-data")
    assert multipart.status_code == 413


ELSEWHERE = [
    "http://evil.example", "https://evil.example/", "//evil.example", "///evil.example",
    "////evil.example/%2f..", "/\\evil.example", "\\evil.example", "\\\\evil.example",
    "/\\/evil.example", "/%5cevil\\.example", "\t//evil.example", "/\t/evil.example",
    "/\n/evil.example", "/\r\n/evil.example", "\n//evil.example", " //evil.example",
    "/ /evil.example", "http:evil.example", "http:/evil.example", "https:evil.example",
    "HTTP://evil.example", "hTTps://evil.example", "javascript:alert(1)", "JavaScript:alert(1)",
    "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
    "ftp://evil.example", "mailto:a@evil.example", "evil.example", "evil.example/path",
    "www.evil.example", "@evil.example", ":80", ":evil", "?next=//evil.example", "#//evil",
    "./evil", "../evil", ".//evil.example", "..//evil.example", "http://localhost@evil.example",
    "http://localhost#@evil.example", "//localhost@evil.example", "//evil.example\\@localhost",
    "//evil。example", "／／evil.example", "/／evil.example", "⁄⁄evil.example", "/\u0000/evil",
    "/\u200b/evil.example", "/\u00a0/evil.example", "/\u2028/evil.example", "/\x7f/evil",
    "/\x1f/evil", "/ä", "/board\\..\\evil", "/board\\", "", " ", "/board page", "//",
    "/\\", "//[::1]/",
    "//0x7f.1/", "//1/", "\u202e/evil", "https:///evil.example",
    "https:////evil.example",
]  # fmt: skip


@pytest.mark.parametrize("path", ELSEWHERE)
def test_no_sign_in_leads_elsewhere(sqlite_world: World, path: str) -> None:
    assert safe_path(path) is None
    answer = sqlite_world.stranger().post(
        "/login",
        {"email": "sam@example.com", "password": "a long enough password",
         "next": path.encode("utf-8", "ignore").decode()},
        page="/login",
    )  # fmt: skip
    assert answer.status == 302
    assert answer.location == "/"


@pytest.mark.parametrize("path", ["/board", "/issues/7?a=b#c", "/search?q=x%20y", "/a/b//c", "/"])
def test_a_path_of_this_site_is_gone_back_to(path: str) -> None:
    assert safe_path(path) == path


GOOD = {
    "MEETINGTRACKER_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "MEETINGTRACKER_BASE_URL": "https://meet.example.com",
}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"MEETINGTRACKER_SECRET_KEY": ""}, "Set MEETINGTRACKER_SECRET_KEY"),
        ({"MEETINGTRACKER_SECRET_KEY": "short"}, "easy to guess"),
        ({"MEETINGTRACKER_SECRET_KEY": "a" * 40}, "easy to guess"),
        ({"MEETINGTRACKER_SECRET_KEY": "changeme" * 5}, "easy to guess"),
        ({"FLASK_DEBUG": "1"}, "Debug"),
        ({"MEETINGTRACKER_BASE_URL": "http://meet.example.com"}, "https://"),
        ({"MEETINGTRACKER_BASE_URL": "http://192.168.1.7"}, "https://"),
        ({"MEETINGTRACKER_BASE_URL": "http://8.8.8.8", "MEETINGTRACKER_ALLOW_LAN_HTTP": "1"},
         "https://"),
        ({"MEETINGTRACKER_BASE_URL": "ftp://meet.example.com"}, "must look like"),
        ({"MEETINGTRACKER_BASE_URL": "meet.example.com"}, "must look like"),
        ({"MEETINGTRACKER_TRUSTED_PROXIES": "-1"}, "whole number"),
        ({"MEETINGTRACKER_DATABASE_URL": "mysql://x"}, "must begin with"),
    ],
)  # fmt: skip
def test_an_unsafe_set_up_does_not_serve(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    environment = {"MEETINGTRACKER_HOME": str(tmp_path), **GOOD, **settings}
    with pytest.raises(Unsafe, match=sentence):
        load(environment)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"MEETINGTRACKER_BASE_URL": "https://example.com/meet"},
        {"MEETINGTRACKER_BASE_URL": "http://192.168.1.7", "MEETINGTRACKER_ALLOW_LAN_HTTP": "1"},
        {"MEETINGTRACKER_BASE_URL": "http://localhost:8000"},
        {"MEETINGTRACKER_BASE_URL": "", "MEETINGTRACKER_SECRET_KEY": ""},
    ],
)
def test_a_safe_set_up_serves(tmp_path: Path, settings: dict[str, str]) -> None:
    assert load({"MEETINGTRACKER_HOME": str(tmp_path), **GOOD, **settings}).secret_key
