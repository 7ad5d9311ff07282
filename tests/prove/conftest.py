"""Long proofs, run by `make prove`; each says its figure on the terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.prove.office import Office, Open, opened, own_postgres
from tests.worker.smtp import Server, smtp_server


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print past pytest and its workers: of those only stderr reaches the terminal."""

    def aloud(figure: str) -> None:
        with capfd.disabled():
            print(f"\n  {figure}", file=sys.stderr, flush=True)

    return aloud


@pytest.fixture
def server() -> Iterator[Server]:
    with smtp_server() as made:
        yield made


@pytest.fixture
def office(tmp_path: Path, server: Server) -> Open:
    """Opens an office on an empty database: the one at `url`, else a file of its own."""
    own = f"sqlite:///{tmp_path / 'office.db'}"

    def opening(url: str = "", **size: int) -> AbstractContextManager[Office]:
        return opened(url or own, tmp_path, server, **size)

    return opening


@pytest.fixture
def url(database: str) -> Iterator[str]:
    """Of an empty database of the test's own; empty for SQLite."""
    if database == "sqlite":
        yield ""
    else:
        with own_postgres() as made:
            yield made
