"""Points of the security list (docs/security.md) about answers, requests and files that no other
test proves."""

import io
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
import waitress.server
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from PIL import Image

from meetingtracker.app import create_app
from meetingtracker.config import ROOT, Config
from meetingtracker.db import db
from meetingtracker.rules.mail_server import Sender, mail_server
from meetingtracker.rules.passwords import LONGEST
from meetingtracker.worker.transport import Later, Transport
from tests.api.program import program
from tests.cast import NOW
from tests.conftest import SECRET, World
from tests.test_security import made


@contextmanager
def under_https(world: World) -> Iterator[World]:
    """The same people behind https://meet.example.com."""
    with world.read():
        url = db.engine.url.render_as_string(hide_password=False)
    app = create_app(
        Config(
            home=Path(url.removeprefix("sqlite:///")).parent, database_url=url, secret_key=SECRET,
            testing=True, base_url="https://meet.example.com",
        )
    )  # fmt: skip
    with time_machine.travel(NOW, tick=True):
        yield World(app, world.cast)
    with app.app_context():
        db.engine.dispose()


# --- answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/login", "/board", "/api/v1/me", "/openapi.json", "/healthz"])
def test_no_other_site_may_read_an_answer(sqlite_world: World, path: str) -> None:
    client = sqlite_world.sign_in("sam").client
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for method in ("GET", "OPTIONS"):
        answer = client.open(path, method=method, headers=asked)
        assert not re.search("access-control", str(answer.headers), re.IGNORECASE)


def test_text_names_its_characters(sqlite_world: World) -> None:
    client = sqlite_world.sign_in("ada").client
    page = client.get("/board").text
    styles = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"', page)
    assert len(styles) > 10
    for path in ("/board", "/login", "/nowhere", "/api", "/exports/issues.csv", *styles):
        answer = client.get(path)
        kind = answer.headers["Content-Type"]
        assert kind.endswith("; charset=utf-8"), (path, kind)
        answer.close()
    assert client.get("/healthz").headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "MADEUP"])
@pytest.mark.parametrize("path", ["/login", "/board", "/api/v1/me", "/static/x/y.css"])
def test_methods_that_nobody_declared_are_refused(
    sqlite_world: World, method: str, path: str
) -> None:
    answer = sqlite_world.sign_in("sam").client.open(path, method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"]


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config", "/.env", "/pyproject.toml", "/instance/secret", "/backup.zip", "/static/",
        "/static/x/", "/static/x/css", "/static/x/css/", "/static/x/../../pyproject.toml",
        "/static/x/%2e%2e/%2e%2e/pyproject.toml", "/static/x/..%2f..%2fpyproject.toml",
        "/static/x//etc/passwd", "/attachments/../secret", "/server-status", "/debug",
    ],
)  # fmt: skip
def test_no_file_and_no_folder_is_handed_out_but_those_of_static(
    sqlite_world: World, path: str
) -> None:
    assert sqlite_world.sign_in("ada").client.get(path, follow_redirects=True).status_code == 404


def test_signing_out_clears_what_the_browser_keeps(sqlite_world: World) -> None:
    assert "Clear-Site-Data" not in sqlite_world.sign_in("sam").post("/logout").answer.headers
    with under_https(sqlite_world) as world:
        visit = world.sign_in("sam")
        assert "Clear-Site-Data" not in visit.get("/board").answer.headers
        answer = visit.post("/logout")
        assert answer.status == 302
        assert answer.answer.headers["Clear-Site-Data"] == '"cache"'
        assert answer.answer.headers["Strict-Transport-Security"] == (
            "max-age=31536000; includeSubDomains"
        )


def test_every_page_of_the_signed_in_holds_the_way_out(sqlite_world: World) -> None:
    visit = sqlite_world.sign_in("ada")
    for path in ("/", "/board", "/meetings", "/actions", "/decisions", "/people", "/settings",
                 "/account", "/issues/new", "/nowhere"):  # fmt: skip
        assert visit.get(path).has_form("/logout"), path


def test_the_theme_is_a_cookie_of_this_host_alone(sqlite_world: World) -> None:
    client = sqlite_world.app.test_client()
    for base_url, name in (("http://localhost", "theme"), ("https://localhost", "__Host-theme")):
        client.set_cookie(name, "dark")
        assert 'data-theme="dark"' in client.get("/login", base_url=base_url).text
        client.delete_cookie(name)
        assert "data-theme" not in client.get("/login", base_url=base_url).text


def test_a_password_field_hides_and_takes_what_is_pasted(sqlite_world: World) -> None:
    for path, word in (("/login", "current-password"), ("/account/password", "new-password")):
        text = sqlite_world.sign_in("sam").get(path).text if path != "/login" else (
            sqlite_world.stranger().get(path).text
        )  # fmt: skip
        fields = re.findall(r'<input[^>]*name="[a-z_]*password"[^>]*>', text)
        assert fields
        assert all('type="password"' in field for field in fields)
        assert any(f'autocomplete="{word}"' in field for field in fields)
        assert not any("onpaste" in field for field in fields)
        lengths = [int(found) for found in re.findall(r'maxlength="(\d+)"', "".join(fields))]
        assert all(length > LONGEST for length in lengths), "what is too long is said, not cut"


def test_an_address_is_believed_from_a_trusted_proxy_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9"}
    for proxies, address in ((0, "127.0.0.1"), (1, "203.0.113.9")):
        with made(tmp_path, testing=True, trusted_proxies=proxies) as app:
            caplog.clear()
            app.test_client().post("/login", headers=forged)
            assert f"refused 400 POST /login: person - from {address}" in caplog.text


def test_what_may_stand_once_is_refused_twice(sqlite_world: World) -> None:
    sam = program(sqlite_world, "sam")
    assert sam.get("/issues?limit=5").status == 200
    answer = sam.get("/issues?limit=5&limit=6")
    assert answer.status == 422
    assert "once" in answer.raw.decode()


# --- requests ---------------------------------------------------------------------------------


def test_a_request_ends_where_its_chunks_end(tmp_path: Path) -> None:
    """The shipped server believes Transfer-Encoding, so no second request hides in a first."""
    with made(tmp_path) as app, _served(app) as port:
        said = _raw(
            port,
            b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        )
        assert said.count(b"HTTP/1.1 ") in (1, 2)
        assert b"HTTP/1.1 400" in said  # a form without its token
        for odd in (b"Transfer-Encoding: xchunked", b"Content-Length: 5\r\nContent-Length: 6",
                    b"Content-Length: +5", b"Content-Length: 0x5"):  # fmt: skip
            said = _raw(
                port, b"POST /login HTTP/1.1\r\nHost: localhost\r\n" + odd + b"\r\n\r\nabcde"
            )
            assert said.split(b" ")[1] in (b"400", b"501"), odd


@contextmanager
def _served(app: Flask) -> Iterator[int]:
    server = waitress.server.create_server(app, host="127.0.0.1", port=0, threads=1)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        server.close()
        thread.join(5)


def _raw(port: int, request: bytes) -> bytes:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        said = b""
        while part := line.recv(65536):
            said += part
    return said


def test_a_mail_server_with_a_certificate_of_its_own_making_is_not_believed(
    tmp_path: Path,
) -> None:
    with _false_server(tmp_path) as port:
        mail = mail_server(f"smtps://user:word@localhost:{port}")
        transport = Transport(mail, Sender("", "meet@example.com"), "https://meet.example.com")
        with pytest.raises(Later, match="certificate verify failed") as failed:
            transport.greet()
        assert "word" not in str(failed.value)


@contextmanager
def _false_server(folder: Path) -> Iterator[int]:
    """Speaks TLS as localhost, with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made_at = datetime.fromtimestamp(time.time(), UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(made_at - timedelta(days=1))
        .not_valid_after(made_at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "key.pem")
    with socket.create_server(("localhost", 0)) as listening:

        def answer() -> None:
            line, _ = listening.accept()
            with line, suppress(OSError):
                context.wrap_socket(line, server_side=True).close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        thread.join(5)


# --- files ------------------------------------------------------------------------------------


def _sent(world: World, name: str, raw: bytes) -> tuple[int, str]:
    """The status of an issue raised with this file, and under which name it is handed out."""
    visit = world.sign_in("sam")
    fields = {"title": "A label", "photo": (io.BytesIO(raw), name)}
    answer = visit.post("/issues/new", fields, page="/issues/new")
    if answer.status != 302:
        return answer.status, ""
    url = next(link for link in visit.get(answer.location).links if "/attachments/" in link)
    file = visit.client.get(url)
    told = str(file.headers["Content-Disposition"])
    file.close()
    return answer.status, told


@pytest.mark.parametrize(
    ("name", "raw", "status"),
    [
        ("a.pdf", b"%PDF-1.7 x", 302), ("a.pdf", b"<script>alert(1)</script>", 422),
        ("a.docx", b"PK\x03\x04..[Content_Types].xml", 302), ("a.docx", b"MZ\x90", 422),
        ("a.xlsx", b"PK\x03\x04 any other archive", 422), ("a.txt", b"plain words", 302),
        ("a.txt", b"MZ\x90\0\0", 422), ("a.csv", "a;ä".encode("utf-16"), 302),
        ("a.svg", b"<svg onload=alert(1)>", 422), ("a.html", b"<b>x</b>", 422),
        ("a.exe", b"MZ\x90\0", 422), ("../../a.pdf", b"%PDF-1.7 x", 302),
    ],
)  # fmt: skip
def test_a_document_is_what_its_name_says(
    sqlite_world: World, name: str, raw: bytes, status: int
) -> None:
    got, told = _sent(sqlite_world, name, raw)
    assert got == status
    if status == 302:
        assert told == f"attachment; filename={Path(name).name}"


@pytest.mark.parametrize(
    ("name", "kept"), [("a.exe", "a.png"), ("a.html", "a.png"), ("a.png", "a.png"),
                       ("a'; x=b;.png", "a_xb.png"), ("photo", "photo.png")],
)  # fmt: skip
def test_a_picture_is_handed_out_as_a_picture(sqlite_world: World, name: str, kept: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (4, 3)).save(out, "PNG")
    assert _sent(sqlite_world, name, out.getvalue()) == (302, f"attachment; filename={kept}")


def test_the_command_keeps_its_files_to_itself(tmp_path: Path) -> None:
    environment = {"MEETINGTRACKER_HOME": str(tmp_path / "home"), "PATH": ""}
    command = [sys.executable, "-m", "meetingtracker", "db", "upgrade"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    made_files = [path for path in tmp_path.rglob("*") if path.name != "home"]
    assert {path.name for path in made_files} >= {"meetingtracker.db", "secret"}
    assert not [path for path in tmp_path.rglob("*") if path.stat().st_mode & 0o077]
