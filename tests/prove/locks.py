"""`meetingtracker ARGUMENTS` with a watch on its writes: how long each held the database.

The last line of its errors is JSON: the number of writes, and the longest and the 99th of a hundred
in milliseconds, from before BEGIN until the connection is given back after COMMIT.
"""

import json
import sys
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import Pool

from meetingtracker.__main__ import main

BEGAN = "write_began"


def watch() -> list[float]:
    """Milliseconds of each write from now on, as it ends."""
    taken: list[float] = []

    def begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writing"):
            connection.info[BEGAN] = time.perf_counter()

    def given_back(_: Any, record: Any) -> None:
        began = record.info.pop(BEGAN, None)
        if began is not None:
            taken.append((time.perf_counter() - began) * 1000)

    sa.event.listen(sa.Engine, "begin", begin)
    sa.event.listen(Pool, "checkin", given_back)
    return taken


if __name__ == "__main__":
    taken = watch()
    code = main()
    taken.sort()
    longest, most = taken[-1], taken[len(taken) * 99 // 100]
    said = {"writes": len(taken), "longest": round(longest, 1), "most": round(most, 1)}
    print(json.dumps(said), file=sys.stderr)
    sys.exit(code)
