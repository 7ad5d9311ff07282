"""Sending what the outbox holds: claim, look again, write, send, mark."""

import secrets
import time

from flask import current_app
from sqlalchemy.exc import OperationalError

from meetingtracker import clock
from meetingtracker.db import Busy, db, writing
from meetingtracker.models.outbox import TRIES, Outbox
from meetingtracker.worker.compose import NotWanted, compose
from meetingtracker.worker.transport import Later, Refused, Transport

BREATH = 1.0  # seconds between two tries to note an outcome


def send_next(transport: Transport) -> bool:
    """See the message that has been due longest through; False if none is due.

    Each message goes out at least once: a worker that is killed, or a server that vanishes,
    between the last dot and our mark sends it again, with the same Message-ID. Whatever a message
    does to us, the next one is not kept waiting by it. Raises Busy or OperationalError when the
    database is not to be had; the claim then runs out by itself.
    """
    if not Outbox.is_any_due(at=clock.now()):
        return False
    holder = secrets.token_hex(16)
    with writing():
        row = Outbox.claim(holder, at=clock.now())
        row_id, gives_up = (row.id, row.attempts > TRIES) if row else (0, False)
    if not row_id:
        return False
    if gives_up:
        _note(row_id, holder, set_aside="Each try to send it ended the program that sends.")
        return True
    _note(row_id, holder, **_try(row_id, transport))
    return True


def _try(row_id: int, transport: Transport) -> dict[str, str]:
    """Write and send it, outside of any transaction; what `_note` is to keep."""
    try:
        letter = compose(db.session.get_one(Outbox, row_id), base_url=transport.base_url)
        db.session.rollback()
        transport.send(letter, at=clock.now())
    except NotWanted as reason:
        return {"set_aside": str(reason)}
    except Refused as refused:
        return {"set_aside": str(refused)}
    except Later as later:
        return {"put_off": str(later)}
    except (Busy, OperationalError):
        raise
    except Exception as error:
        current_app.logger.exception("message %d can't be written", row_id)
        return {"set_aside": f"It could not be written: {type(error).__name__}. See the log."}
    return {}


def _note(row_id: int, holder: str, *, set_aside: str = "", put_off: str = "") -> None:
    """Keep the outcome, if the claim is still ours. What was sent but not noted is sent twice, so
    a database that is busy is asked again until the claim has run out.
    """
    for last in (False,) * 20 + (True,):
        try:
            with writing():
                _decide(Outbox.held(row_id, holder), set_aside, put_off)
            break
        except (Busy, OperationalError):
            if last:
                raise
            time.sleep(BREATH)
    words = set_aside or put_off
    if words:
        current_app.logger.warning("message %d was not sent: %s", row_id, words)
    else:
        current_app.logger.info("message %d was sent", row_id)


def _decide(row: Outbox | None, set_aside: str, put_off: str) -> None:
    at = clock.now()
    if row is None:
        current_app.logger.warning("a message was claimed by another worker meanwhile")
    elif set_aside:
        row.set_aside(set_aside, at=at)
    elif put_off:
        row.put_off(put_off, at=at)
    else:
        row.mark_sent(at=at)
