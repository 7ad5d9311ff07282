"""Sixteen editors change one issue twenty-five times each, through the form: nothing is lost."""

import time
from collections.abc import Callable

import pytest

from tests.conftest import World
from tests.models.test_lost_updates import EDITORS, edited_by_all

pytestmark = pytest.mark.prove
EDITS = 25


def test_four_hundred_edits_of_one_issue_lose_nothing(
    world: World, database: str, say: Callable[[str], None]
) -> None:
    """The control is beside the short one: without the version lines are lost."""
    began = time.perf_counter()
    again = edited_by_all(world, EDITS)
    seconds = time.perf_counter() - began
    say(f"{database}: {EDITORS} x {EDITS} edits, 0 lost, {again} sent again, {seconds:.0f} s")
