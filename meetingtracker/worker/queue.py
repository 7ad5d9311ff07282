"""Seeing rows of work through: claim, try outside of any transaction, note what came of it."""

import secrets
import time
from collections.abc import Callable

from flask import current_app
from sqlalchemy.exc import OperationalError

from meetingtracker import clock
from meetingtracker.db import Busy, db, writing
from meetingtracker.models.queue import TRIES, Queued

BREATH = 1.0  # seconds between two tries to note an outcome


class Later(Exception):
    """It may work later; the message is the other side's words or the network's."""


class Refused(Exception):
    """It will never work; the message is the other side's own words."""


class NotWanted(Exception):
    """It has lost its point since it was queued; the sentence says why."""


class Moot(Exception):
    """Nothing is left to be said: it goes away quietly."""


SENT = "sent"


def see_next_through(noun: type[Queued], attempt: Callable[[int], None]) -> str:
    """See the row that has been due longest through: SENT, "put_off", "set_aside" or "drop"; empty
    if none is due.

    `attempt` does the work of the row with that id. Each is done at least once: a worker that is
    killed between the work and our mark does it again. Whatever a row does to us, the next one is
    not kept waiting by it. Raises Busy or OperationalError when the database is not to be had; the
    claim then runs out by itself.
    """
    if not noun.is_any_due(at=clock.now()):
        return ""
    holder = secrets.token_hex(16)
    with writing():
        row = noun.claim(holder, at=clock.now())
        row_id, gives_up = (row.id, row.attempts > TRIES) if row else (0, False)
    if not row_id:
        return ""
    if gives_up:
        aside = "Each try to send it ended the program that sends."
        _note(noun, row_id, holder, set_aside=aside)
        return "set_aside"
    outcome = _try(noun, row_id, attempt)
    _note(noun, row_id, holder, **outcome)
    return next(iter(outcome), SENT)


def _try(noun: type[Queued], row_id: int, attempt: Callable[[int], None]) -> dict[str, str]:
    """What `_note` is to keep."""
    try:
        attempt(row_id)
    except (NotWanted, Refused) as reason:
        return {"set_aside": str(reason)}
    except Later as later:
        return {"put_off": str(later)}
    except Moot as moot:
        return {"drop": str(moot)}
    except (Busy, OperationalError):
        raise
    except Exception as error:
        current_app.logger.exception("%s %d can't be written", noun.__name__, row_id)
        return {"set_aside": f"It could not be written: {type(error).__name__}. See the log."}
    finally:
        db.session.rollback()
    return {}


def _note(
    noun: type[Queued],
    row_id: int,
    holder: str,
    *,
    set_aside: str = "",
    put_off: str = "",
    drop: str = "",
) -> None:
    """Keep the outcome, if the claim is still ours. What was sent but not noted is sent twice, so
    a database that is busy is asked again until the claim has run out.
    """
    for last in (False,) * 20 + (True,):
        try:
            with writing():
                _decide(noun.held(row_id, holder), set_aside, put_off, drop)
            break
        except (Busy, OperationalError):
            if last:
                raise
            time.sleep(BREATH)
    words, name = set_aside or put_off or drop, noun.__name__
    if words:
        current_app.logger.warning("%s %d was not sent: %s", name, row_id, words)
    else:
        current_app.logger.info("%s %d was sent", name, row_id)


def _decide(row: Queued | None, set_aside: str, put_off: str, drop: str) -> None:
    at = clock.now()
    if row is None:
        current_app.logger.warning("a row was claimed by another worker meanwhile")
    elif set_aside:
        row.set_aside(set_aside, at=at)
    elif put_off:
        row.put_off(put_off, at=at)
    elif drop:
        row.set_aside(drop, at=at)
        row.drop()
    else:
        row.mark_sent(at=at)
