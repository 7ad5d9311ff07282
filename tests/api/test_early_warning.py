"""The marks of the early warning in the API: the same as on the pages."""

from datetime import timedelta

import pytest

from meetingtracker.models.early_warning import EarlyWarning
from meetingtracker.rules.followup import ACTION_FLAGS, ISSUE_FLAGS, Flag
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.warning import Mark
from tests.api.program import program
from tests.busy import Busy
from tests.cast import NOW, TODAY
from tests.conftest import World

DAY = timedelta(days=1)


def test_marks_are_flags_like_any_other(world: World) -> None:
    with world.write() as cast:
        issue = Busy(cast).issue("Prices differ", "Sales", "Tech", by="sam", person="pia")
        action = Busy(cast).action("Write the list", "pia", 9, issue=issue)
        EarlyWarning.create(
            "early_warning.raised", by=SYSTEM, at=NOW - DAY, subject_type="action",
            subject_id=action.id, due_on=action.due_on, mark=Mark.likely_late, reasons=[],
            raised_on=TODAY - DAY, raised_at=NOW - DAY, likely_at=NOW - DAY,
        )  # fmt: skip
    sam = program(world, "sam")
    for path in ("/actions", "/issues"):
        found = sam.get(f"{path}?flags=likely_late").json
        assert (found["total"], found["items"][0]["flags"]) == (1, ["likely_late"]), path
        assert sam.get(f"{path}?flags=watch").json["total"] == 0


@pytest.mark.parametrize(("path", "flags"), [("/actions", ACTION_FLAGS), ("/issues", ISSUE_FLAGS)])
def test_every_flag_can_be_asked_for(
    sqlite_world: World, path: str, flags: tuple[Flag, ...]
) -> None:
    sam = program(sqlite_world, "sam")
    for flag in flags:
        assert sam.get(f"{path}?flags={flag}").status == 200, flag
    assert sam.get(f"{path}?flags=never").status == 422
