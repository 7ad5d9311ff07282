"""How often a token may ask: counted in the memory of one process, a minute at a time."""

import threading
from datetime import datetime

PER_MINUTE = 600


class Limit:
    """Requests of each token in the minute at hand."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._minute = 0
        self._counts: dict[int, int] = {}

    def wait(self, token_id: int, *, at: datetime) -> int | None:
        """Count a request. Seconds to wait if it is one too many, else None."""
        minute, second = divmod(int(at.timestamp()), 60)
        with self._guard:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            count = self._counts.get(token_id, 0) + 1
            self._counts[token_id] = count
        return 60 - second if count > PER_MINUTE else None


limit = Limit()
