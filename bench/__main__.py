"""`python -m bench`: build the large company once, start the server, print the table.

Every path is measured in turn with its floor, three times; medians are printed. Times in ms. The
machine is shared and noisy: read the ratios, not the milliseconds.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median

from bench.client import Client, cpu_ms, free_port, percentile, wait_until_up
from bench.server import FLOOR

ROOT = Path(__file__).parents[1]
ROUNDS = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--size", default="large", help="issues, or large (100,000)")
    parser.add_argument("--open", type=int, default=2000, help="how many of them are open")
    parser.add_argument(
        "--requests", type=int, default=200, help="per path, client count and round"
    )
    parser.add_argument("--home", default="", help="where the data is kept between runs")
    arguments = parser.parse_args()
    home = Path(arguments.home or ROOT / ".cache" / f"bench-{arguments.size}-{arguments.open}")
    environ = {
        **os.environ,
        "MEETINGTRACKER_HOME": str(home),
        "MEETINGTRACKER_TESTING": "1",
        "PYTHONPATH": str(ROOT),
    }
    build(home, environ, arguments.size, arguments.open)
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.server", "--port", str(port)],
        env=environ,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_up(port)
        print(f"start: {time.perf_counter() - began:.2f} s to the first answer")
        report(port, process.pid, arguments.requests)
    finally:
        process.terminate()
        process.wait(10)
    return 0


def build(home: Path, environ: dict[str, str], size: str, open_issues: int) -> None:
    """Make the data once, and take over the account that the demo names."""
    built = home / "built.json"
    if not built.exists():
        home.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        run = [sys.executable, "-m", "meetingtracker"]
        subprocess.run([*run, "db", "upgrade"], env=environ, check=True)
        demo = [*run, "demo", "--size", size, "--open", str(open_issues), "--json"]
        made = subprocess.run(demo, env=environ, check=True, stdout=subprocess.PIPE, text=True)
        built.write_text(made.stdout, encoding="utf-8")
        print(f"data: {time.perf_counter() - began:.0f} s")
    facts = json.loads(built.read_text(encoding="utf-8"))
    Client.account = facts["email"], facts["password"]
    print(f"{facts['issues']} issues ({open_issues} open), {facts['actions']} actions")


def report(port: int, pid: int, requests: int) -> None:
    version = platform.python_version()
    print(f"machine: {os.cpu_count()} cores, Python {version}, {platform.machine()}")
    client = Client(port)
    client.sign_in()
    paths = {
        "board": "/board",
        "issue": client.first_issue(),
        "my week": "/",
        "actions": "/actions",
        "search": "/search?q=label",
    }
    print(f"{'path':10} {'kB':>6} {'queries':>7} {'cpu ms':>7} | "
          f"{'p50':>7} {'p95':>7} {'p99':>7} {'F p50':>7} {'p50/F':>6} | "
          f"{'16: p50':>8} {'p99':>8} {'req/s':>7} {'F req/s':>8}")  # fmt: skip
    for name, path in paths.items():
        print(f"{name:10} {measure(port, pid, path, requests)}")
    print(f"{'update':10} {update(port, requests)}")
    print(f"memory: {memory_mb(pid):.0f} MB")


def measure(port: int, pid: int, path: str, requests: int) -> str:
    one, floor, many, many_floor, cpu = [], [], [], [], []
    client = Client(port)
    client.sign_in()
    body, queries = client.get(path)
    for _ in range(ROUNDS):
        before = cpu_ms(pid)
        one.append(client.times(path, requests))
        cpu.append((cpu_ms(pid) - before) / requests)
        floor.append(client.times(f"{FLOOR}?of={path}", requests))
        many.append(together(port, path, requests))
        many_floor.append(together(port, f"{FLOOR}?of={path}", requests))
    p50, p95, p99 = (median(percentile(times, q) for times in one) for q in (50, 95, 99))
    f50 = median(percentile(times, 50) for times in floor)
    m50, m99 = (median(percentile(times, q) for times, _ in many) for q in (50, 99))
    rate, floor_rate = median(r for _, r in many), median(r for _, r in many_floor)
    return (
        f"{len(body) / 1000:6.1f} {queries:7d} {median(cpu):7.2f} | "
        f"{p50:7.2f} {p95:7.2f} {p99:7.2f} {f50:7.2f} {p50 / f50:6.1f} | "
        f"{m50:8.2f} {m99:8.2f} {rate:7.0f} {floor_rate:8.0f}"
    )


def together(port: int, path: str, requests: int, clients: int = 16) -> tuple[list[float], float]:
    """Times of all clients at once, and requests per second."""
    times: list[float] = []
    visitors = [Client(port) for _ in range(clients)]
    for visitor in visitors:
        visitor.sign_in()
    each = max(requests // clients, 5)
    threads = [
        threading.Thread(target=lambda v=v: times.extend(v.times(path, each))) for v in visitors
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return times, len(times) / (time.perf_counter() - began)


def update(port: int, requests: int) -> str:
    """Durable status updates: on-track answers, each one a commit."""
    client = Client(port)
    client.sign_in()
    times = client.updates(requests)
    p50, p95, p99 = (percentile(times, q) for q in (50, 95, 99))
    return f"{'':6} {'':7} {'':7} | {p50:7.2f} {p95:7.2f} {p99:7.2f}"


def memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
