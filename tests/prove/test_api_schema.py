"""Ten thousand generated requests: no failure of ours, every answer as /openapi.json says."""

import time
from collections.abc import Callable

import pytest

from tests.api.fuzz import Fuzz
from tests.conftest import World

pytestmark = pytest.mark.prove


def test_ten_thousand_generated_requests(
    world: World, database: str, say: Callable[[str], None]
) -> None:
    began = time.perf_counter()
    fuzz = Fuzz(world)
    sent = fuzz.run(examples=400)
    assert sent >= 10_000
    assert not [status for status in fuzz.answers if status >= 500]
    counts = ", ".join(f"{count} x {status}" for status, count in sorted(fuzz.answers.items()))
    say(f"{database}: {sent} requests in {time.perf_counter() - began:.0f} s: {counts}")
