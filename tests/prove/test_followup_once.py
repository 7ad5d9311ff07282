"""Runners at once, ended, killed, and with a mail server that misbehaves: all are told, once."""

import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest

from tests.prove.office import (
    BUSY,
    DONE,
    FOLLOW_UP,
    PATIENCE,
    WORK,
    Office,
    Open,
    sample,
)
from tests.worker.smtp import Mode, Server

pytestmark = pytest.mark.prove
ROUNDS, KILLS = 25, 50  # two processes in each round
Say = Callable[[str], None]

# Each control breaks one thing that keeps mails from being lost or doubled.
NO_CLAIM = """
from meetingtracker.models.queue import Queued
Queued._free = classmethod(lambda cls, at: (*cls.unsent(), cls.due_at <= at))
"""
MARKED_FIRST = """
from meetingtracker.worker import queue
careful = queue._try
def careless(noun, row_id, attempt):
    with queue.writing() as session:
        session.get(noun, row_id).sent_at = queue.clock.now()
    return careful(noun, row_id, attempt)
queue._try = careless
"""
NEW_ID = """
import secrets
from meetingtracker.worker import transport
write = transport.written
def written(*args, **more):
    new = b"Message-ID: <" + secrets.token_hex(4).encode()
    return write(*args, **more).replace(b"Message-ID: <", new)
transport.written = written
"""
DEAF = """
import signal
signal.signal = lambda *_: None
"""


def at_once(office: Office, runners: int, program: str = FOLLOW_UP) -> list[int | None]:
    """Let so many look at the same moment; their exit codes."""
    with office.started(*[program] * runners, held=True) as processes:
        for process in processes:
            process.join(PATIENCE)
        return [process.exitcode for process in processes]


@pytest.mark.parametrize("runners", [1, 2, 8])
def test_runners_at_once_tell_everybody_once(
    office: Open, database: str, url: str, runners: int, server: Server, say: Say
) -> None:
    with office(url, people=40, promises=60, asked=10) as here:
        codes = at_once(here, runners)
        assert {*codes} <= {DONE, BUSY}, here.log.read_text()[-2000:]
        if BUSY in codes:  # it says "try again", so that is what a scheduler does
            here.skip_lease()
            assert here.run() == DONE
        here.told_once()
        assert Counter(server.keys()) == here.due_mails
        say(
            f"{database}, {runners} at once: {here.due_alerts.total()} alerts, "
            f"{here.due_notices.total()} notices, {len(server.sent)} mails to "
            f"{len({to[0] for to, _ in server.sent})} people, each once; "
            f"{codes.count(BUSY)} were told to come again"
        )


def test_signals_to_end_lose_nothing_and_double_nothing(
    office: Open, server: Server, say: Say
) -> None:
    """A runner and a worker at once get SIGTERM: in half of the rounds as mails go out, else at any
    moment. What they leave behind is free for the next at once: no lease has to run out."""
    rng, codes = sample(), Counter[int | None]()
    with office(people=160, promises=160, asked=20) as here:
        for n in range(ROUNDS):
            server.mode = Mode.slow
            with here.started(FOLLOW_UP, WORK) as processes:
                if n % 2:
                    here.until_more(rng.randint(1, 3), *processes)
                    time.sleep(rng.random() * 0.25)
                else:
                    time.sleep(rng.random() * 3)
                for process in processes:
                    process.terminate()
                for process in processes:
                    process.join(PATIENCE)
                    codes[process.exitcode] += 1
            assert here.claimed() == 0, f"round {n} left a mail claimed"
        before, left = len(server.sent), here.waiting()
        server.mode = Mode.accept
        assert here.run() == DONE
        say(
            f"{codes.total()} signals to end: 0 lost, {here.doubled()} doubled, exit codes "
            f"{dict(codes)}; {before} mails came meanwhile, {len(server.sent) - before} after"
        )
        assert left > 0, "the last signal met work"
        assert before > ROUNDS / 2, "signals met mails"
        assert {*codes} <= {DONE, BUSY, -signal.SIGTERM}  # the last: it had not begun yet
        assert codes[DONE] + codes[BUSY] > ROUNDS
        assert Counter(server.keys()) == here.due_mails
        here.told_once()


def test_the_control_that_is_deaf_to_signals_leaves_mails_claimed(
    office: Open, server: Server, say: Say
) -> None:
    server.mode = Mode.slow
    with office(people=20, promises=20, asked=0) as here:
        left = 0
        for _ in range(4):
            with here.started(DEAF + FOLLOW_UP) as (runner,):
                here.until_more(1, runner)
                runner.terminate()
                runner.join(PATIENCE)
            left = max(left, here.claimed())
        here.skip_lease()
        server.mode = Mode.accept
        here.run()
        say(f"control, deaf to signals: {left} mails left claimed, {here.doubled()} doubled")
        assert left > 0
        assert here.doubled() > 0


def killed(here: Office, server: Server, enough: int, patch: str = "") -> int:
    """Kill so many runners, two that work at once: the first third as they look, the others as
    mails go out. The next two begin when their leases have run out. How many were killed."""
    rng, kills = sample(), 0
    server.mode = Mode.slow
    for _ in range(enough):  # one that had to come again had ended before it was killed
        if kills >= enough:
            break
        looking = kills < enough // 3
        with here.started(*[patch + FOLLOW_UP] * 2, held=True) as processes:
            for process in processes:
                if not looking:
                    here.until_more(rng.randint(1, 2), *processes)
                time.sleep(rng.random() * 0.25)
                process.kill()
            for process in processes:
                process.join(PATIENCE)
                assert process.exitcode in (-signal.SIGKILL, DONE, BUSY)
                kills += process.exitcode == -signal.SIGKILL
        here.skip_lease()
    server.mode = Mode.accept
    return kills


def test_fifty_kills_lose_nothing_and_double_at_most_one_each(
    office: Open, server: Server, say: Say
) -> None:
    with office(people=160, promises=320, asked=20) as here:
        kills = killed(here, server, KILLS)
        left = here.waiting()
        assert here.run() == DONE
        say(
            f"{kills} kills: {here.lost()} of {len(here.due_mails)} mails lost, {here.doubled()} "
            f"doubled, {here.ids_of_doubles_differ()} of them under another Message-ID; "
            f"{here.due_alerts.total()} alerts and {here.due_notices.total()} notices, each once"
        )
        assert kills >= KILLS
        assert left > 0, "the last kill met work"
        assert {*server.keys()} == {*here.due_mails}
        assert here.doubled() <= kills
        assert here.ids_of_doubles_differ() == 0
        assert here.waiting() == 0
        here.told_once()


def test_the_control_that_marks_before_it_sends_loses(
    office: Open, server: Server, say: Say
) -> None:
    with office(people=40, promises=40, asked=0) as here:
        kills = killed(here, server, 8, MARKED_FIRST)
        here.run()
        say(f"control, marked before it is sent, {kills} kills: {here.lost()} lost")
        assert here.lost() > 0


def test_the_control_without_a_claim_doubles(office: Open, server: Server, say: Say) -> None:
    server.mode = Mode.slow
    with office(people=4, promises=4, asked=0) as here:
        at_once(here, 2, NO_CLAIM + FOLLOW_UP)
        say(f"control, two at once without a claim: {here.doubled()} doubled")
        assert here.doubled() > 0


def test_the_control_with_a_new_message_id_is_seen(office: Open, server: Server, say: Say) -> None:
    server.modes = [Mode.drop] * 3
    with office(people=5, promises=5, asked=0) as here:
        for _ in range(2):
            here.run(NEW_ID + FOLLOW_UP)
            here.skip_lease()
        say(f"control, another Message-ID: {here.ids_of_doubles_differ()} doubles not to be told")
        assert here.ids_of_doubles_differ() > 0
