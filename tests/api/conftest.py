"""Tests begin at the same instant with the same ids: what one asked must not count for the next."""

import pytest

from meetingtracker.api.limits import limit


@pytest.fixture(autouse=True)
def _fresh_minute() -> None:
    limit._counts.clear()
