"""The only reader of the clock. Everything else is handed a time or a day."""

import os
import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def _offset() -> float:
    """Seconds that MEETINGTRACKER_NOW lies from real time; honoured only with TESTING=1."""
    instant = os.environ.get("MEETINGTRACKER_NOW")
    if not instant or os.environ.get("MEETINGTRACKER_TESTING") != "1":
        return 0.0
    parsed = datetime.fromisoformat(instant)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return parsed.timestamp() - _started


_started = time.time()
_shift = _offset()


def now() -> datetime:
    """The present instant, UTC, to the microsecond. `NOW` ticks on from its instant."""
    return datetime.fromtimestamp(time.time() + _shift, tz=UTC)


def today(zone: str) -> date:
    """The civil date now in an IANA zone (days are the organisation's)."""
    return now().astimezone(ZoneInfo(zone)).date()
