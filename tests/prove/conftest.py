"""Long proofs, run by `make prove`; each says its figure on the terminal."""

import sys
from collections.abc import Callable

import pytest


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print past pytest and its workers: of those only stderr reaches the terminal."""

    def aloud(figure: str) -> None:
        with capfd.disabled():
            print(f"\n  {figure}", file=sys.stderr, flush=True)

    return aloud
