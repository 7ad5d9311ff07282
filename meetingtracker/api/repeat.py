"""Idempotency-Key: a POST that is sent again is answered again, not done again.

The claim on the key is a short write of its own; the answer is stored in the same transaction as
the change. So a change that was made has its answer, whatever dies in between. A request that was
refused changed nothing and gives its key back.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, g, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from meetingtracker import clock
from meetingtracker.api.refused import Refused
from meetingtracker.db import Busy, writing
from meetingtracker.models.api_token import claim_answer, keep_answer, release_claim
from meetingtracker.web.access import holder, require

LONGEST = 255


@dataclass(frozen=True, slots=True)
class Claim:
    answer_id: int
    at: datetime


def answered_once(act: Callable[[], Response]) -> Response:
    """Run a POST, or give the answer that it had under the same key."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not 1 <= len(key) <= LONGEST or not key.isprintable():
        raise Refused(422, fields={"Idempotency-Key": _("Give 1 to 255 printable characters.")})
    claim = _claim(key)
    if isinstance(claim, Response):
        return claim
    g.claim = claim
    try:
        answer = act()
    except BaseException:
        _release(claim)
        raise
    return answer


def keep(answer: Response) -> None:
    """Store the answer beside the change; called within the write."""
    claim = g.get("claim")
    if claim is None:
        return
    kept = keep_answer(
        claim.answer_id, claimed_at=claim.at, status=answer.status_code,
        body=answer.get_data(as_text=True),
    )  # fmt: skip
    if not kept:
        raise _still_running()


def _claim(key: str) -> Claim | Response:
    body_hash = hashlib.sha256(request.get_data()).hexdigest()
    at = clock.now()
    try:
        with writing():
            row, is_mine = claim_answer(
                token_id=holder().token_id, path=request.path, key=key, body_hash=body_hash, at=at
            )
            if is_mine:
                return Claim(row.id, at)
            first = (row.body_hash, row.status, row.body)
    except IntegrityError:  # somebody claimed it in the same moment
        raise _still_running() from None
    if first[0] != body_hash:
        raise Refused(
            422, fields={"Idempotency-Key": _("This key was used with another body.")}
        )  # fmt: skip
    if first[1] is None:
        raise _still_running()
    require(True)  # it was asked when this was answered first; nothing changes now
    return Response(first[2], first[1], mimetype="application/json")


def _still_running() -> Refused:
    return Refused(409, _("The first request with this key is still running."), retry_after=1)


def _release(claim: Claim) -> None:
    try:
        with writing():
            release_claim(claim.answer_id, claimed_at=claim.at)
    except Busy:
        current_app.logger.info("a key was not given back: it is free again in a minute")
