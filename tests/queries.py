"""Watch what is asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from meetingtracker.db import db


@contextmanager
def queries(engine: Engine | None = None) -> Iterator[list[str]]:
    """The statements run inside; needs an app context unless it is given the engine."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith(("SELECT", "WITH")):  # not what begins a transaction
            seen.append(statement)

    engine = engine or db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
