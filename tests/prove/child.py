"""A command of ours in a process of its own, and what it took."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Child:
    code: int
    out: str
    wall: float  # seconds
    cpu: float  # seconds
    peak: float  # MB of memory, at most


def run(
    home: Path,
    *arguments: str,
    meanwhile: Callable[[], object] = lambda: None,
    module: str = "meetingtracker",
) -> Child:
    """`meetingtracker ARGUMENTS` with its data in `home`; `meanwhile` is called until it ends.
    `module`: what is run instead, with the same arguments."""
    environ = {**os.environ, "MEETINGTRACKER_HOME": str(home), "MEETINGTRACKER_TESTING": "1"}
    environ.pop("MEETINGTRACKER_DATABASE_URL", None)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=environ, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
        ended, status, used = 0, 0, None
        while not ended:
            meanwhile()
            time.sleep(0.02)
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        out.seek(0)
        cpu = used.ru_utime + used.ru_stime
        return Child(process.returncode, out.read(), wall, cpu, used.ru_maxrss / 1024)
