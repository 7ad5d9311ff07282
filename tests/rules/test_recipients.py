"""Who is told: roles that are missing fall back, and nobody is told in a circle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetingtracker.rules.blocking import chain
from meetingtracker.rules.permissions import Role
from meetingtracker.rules.recipients import Company, Someone

SALES, TECH = 1, 2
SAM, TOM, DINA, PIA, LEA, LEO, ADA = range(10, 17)


def company(**changed: Someone) -> Company:
    people = {
        SAM: Someone(SAM, Role.leader, SALES), TOM: Someone(TOM, Role.leader, TECH),
        DINA: Someone(DINA, Role.member, TECH), PIA: Someone(PIA, Role.member, TECH, SAM),
        LEA: Someone(LEA, Role.executive), LEO: Someone(LEO, Role.executive),
        ADA: Someone(ADA),
    }  # fmt: skip
    people |= {one.id: one for one in changed.values()}
    return Company(people, {SALES: (SAM,), TECH: (TOM, DINA)})


AWAY_TOM = Someone(TOM, Role.leader, TECH, away=True)
GONE_TOM = Someone(TOM, Role.leader, TECH, active=False)
AWAY_DINA = Someone(DINA, Role.member, TECH, away=True)


@pytest.mark.parametrize(
    ("person", "changed", "leader"),
    [
        (PIA, {}, TOM), (TOM, {}, DINA), (SAM, {}, LEA), (ADA, {}, LEA), (LEA, {}, LEO),
        (PIA, {"tom": AWAY_TOM}, DINA), (PIA, {"tom": GONE_TOM, "dina": AWAY_DINA}, SAM),
        (DINA, {"tom": AWAY_TOM}, LEA),
    ],
)  # fmt: skip
def test_leaders_fall_back(person: int, changed: dict[str, Someone], leader: int) -> None:
    assert company(**changed).leader_of(person) == leader


def test_whoever_is_away_is_asked_if_there_is_nobody_else() -> None:
    alone = Company({TOM: AWAY_TOM, PIA: Someone(PIA, Role.member, TECH)}, {TECH: (TOM,)})
    assert alone.leader_of(PIA) == TOM
    assert alone.executives() == ()


def test_executives_do_not_answer_for_themselves_unless_alone() -> None:
    assert company().executives(but=LEA) == (LEO,)
    assert Company({LEA: Someone(LEA, Role.executive)}).executives(but=LEA) == (LEA,)


@pytest.mark.parametrize(
    ("pia", "stand_in", "answers"),
    [
        (Someone(PIA, Role.member, TECH), PIA, PIA),
        (Someone(PIA, Role.member, TECH, away=True), None, TOM),
        (Someone(PIA, Role.member, TECH, delegate_id=SAM, away=True), SAM, SAM),
        (Someone(PIA, Role.member, TECH, delegate_id=SAM), PIA, PIA),
        (Someone(PIA, Role.member, TECH, delegate_id=SAM, active=False), SAM, SAM),
        (Someone(PIA, Role.member, TECH, delegate_id=TOM, away=True), DINA, DINA),
    ],
)  # fmt: skip
def test_stand_ins(pia: Someone, stand_in: int | None, answers: int) -> None:
    tom = Someone(TOM, Role.leader, TECH, delegate_id=DINA, away=True)
    known = company(pia=pia, tom=tom) if pia.delegate_id == TOM else company(pia=pia)
    assert (known.stand_in(PIA), known.answers_for(PIA)) == (stand_in, answers)


def test_delegates_in_a_circle_end_at_the_leader() -> None:
    pia = Someone(PIA, Role.member, TECH, delegate_id=SAM, away=True)
    sam = Someone(SAM, Role.leader, SALES, delegate_id=PIA, away=True)
    known = company(pia=pia, sam=sam)
    assert known.stand_in(PIA) is None
    assert known.answers_for(PIA) == TOM


@given(st.dictionaries(st.integers(1, 8), st.integers(1, 8)), st.integers(1, 8))
def test_every_chain_ends_or_names_its_circle(waits_for: dict[int, int], start: int) -> None:
    found = chain(start, waits_for)
    assert found.links[0] == start
    assert len({*found.links}) == len(found.links)
    for a, b in zip(found.links, found.links[1:], strict=False):
        assert waits_for[a] == b
    if found.circle:
        for a, b in zip(found.circle, (*found.circle[1:], found.circle[0]), strict=True):
            assert waits_for[a] == b
    else:
        assert found.end not in waits_for
