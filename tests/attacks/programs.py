"""What programs are told of odd texts, by the API and by webhooks: JSON and nothing else."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import quote

from meetingtracker.worker.letter import one_line
from tests.api.program import Answer, Program, program
from tests.conftest import World
from tests.worker.test_webhooks import Receiver, hooked, raised, run

SENT = {
    "Host", "Accept-Encoding", "Content-Length", "Content-Type", "User-Agent", "webhook-id",
    "webhook-timestamp", "webhook-signature",
}  # fmt: skip


def check_api(world: World, texts: tuple[str, ...]) -> int:
    """How many answers were JSON that no browser takes for a page; texts come back as sent."""
    answers, titles = [], set()
    for text in texts:
        noor = program(world, "noor")  # each token has so many requests a minute
        title = one_line(text, 255)  # a title that is no single line is refused
        body = {"title": title, "description": text, "raising_department": "Support"}
        made = noor.post("/issues", body)
        assert (made.status, made.json.get("title")) == (201, title), (text, made.json)
        titles.add(title)
        assert made.json["description"] == text
        path = f"/issues/{made.json['id']}"
        assert noor.get(path).json == made.json
        answers += [made, *_asked(noor, path, text)]
    lea = program(world, "lea")
    told = _all(lea, "/events", answers)
    assert titles <= {event["changes"].get("title", [None, ""])[1] for event in told}
    assert titles <= {issue["title"] for issue in _all(lea, "/issues", answers)}
    for answer in answers:
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    return len(answers)


def _asked(one: Program, path: str, text: str) -> list[Answer]:
    """The text as a comment, as what is looked for, as a value, a name and an address."""
    commented = one.post(f"{path}/comments", {"text": text})
    assert (commented.status, commented.json["text"]) == (201, text)
    refused = [
        one.get("/issues", cursor=text), one.post("/issues", {text: text, "title": text}),
        one.get(f"/issues/{quote(text, safe='')}"), one.patch(path, {"version": text}),
        one.get("/issues", **{f"x{text}": "1"}),
    ]  # fmt: skip
    assert {400, 404, 422} >= {answer.status for answer in refused}, (text, refused)
    return [commented, one.get("/issues", q=text), *refused]


def _all(one: Program, path: str, answers: list[Answer]) -> list[dict[str, Any]]:
    """Every object of a list, page after page."""
    found: list[dict[str, Any]] = []
    rest: dict[str, object] = {}
    while True:
        answers.append(one.get(path, limit=200, **rest))
        found += answers[-1].json["items"]
        if not answers[-1].json["next"]:
            return found
        rest = {"cursor": answers[-1].json["next"]}


def check_webhook(world: World, receiver: Receiver, texts: tuple[str, ...]) -> int:
    """How many deliveries came whole, signed, and with no header but those that were meant."""
    secret = hooked(world, receiver.url, "issue.*", owner="lea")
    for text in texts:
        raised(world, text[:255])
    assert (run(world), len(receiver.got)) == (len(texts), len(texts))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    titles = []
    for path, headers, body in receiver.got:
        assert (path, headers.keys()) == ("/told", SENT)
        assert headers["Content-Type"] == "application/json"
        told = json.loads(body)
        assert told.keys() == {"type", "timestamp", "data"}
        titles.append(told["data"]["changes"]["title"][1])
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{signature}"
    assert sorted(titles) == sorted(text[:255].strip() for text in texts)
    return len(titles)
