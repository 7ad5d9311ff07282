"""A refusal of the API, raised wherever it is noticed."""

from collections.abc import Mapping

from flask import Response

from meetingtracker.db import db
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.web.errors import error_json
from meetingtracker.web.forms import say


class Refused(Exception):
    """Answers with this status. `current`: the whole object that stands now, for a conflict."""

    def __init__(
        self,
        status: int,
        message: str | None = None,
        *,
        fields: Mapping[str, str] | None = None,
        current: object = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(status)
        self.status = status
        self.message = message
        self.fields = fields
        self.current = current
        self.retry_after = retry_after

    def answer(self) -> Response:
        db.session.rollback()
        answer = error_json(
            self.status, self.message, fields=self.fields, current=self.current
        )  # fmt: skip
        if self.retry_after is not None:
            answer.headers["Retry-After"] = str(self.retry_after)
        return answer


_NAMES = {
    "blocker": "blocked_by",
    "blocker_person": "blocked_by",
    "blocker_action": "blocked_by",
    "resolution": "reason",
}
"""Fields as rules call them, where the API calls them otherwise."""


def refused_by(broken: RuleBroken, *, current: object = None) -> Refused:
    """A broken rule: 422 beside the field it is about, or 409 where the state of the thing forbids
    it, whatever were sent."""
    if broken.field is None:
        return Refused(409, say(broken), current=current)
    sentence = say(broken)
    return Refused(422, sentence, fields={_NAMES.get(broken.field, broken.field): sentence})
