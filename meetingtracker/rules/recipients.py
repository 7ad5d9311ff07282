"""Who is told: leaders, executives, and whoever stands in for somebody who is away or has left.

Source: Escalation ladder, Leavers; missing roles fall back (Vocabulary, Person).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from meetingtracker.rules.permissions import Role


@dataclass(frozen=True, slots=True)
class Someone:
    """`away` today; `delegate_id` answers for them while they are, and after they have left."""

    id: int
    role: Role = Role.member
    department_id: int | None = None
    manager_id: int | None = None
    delegate_id: int | None = None
    active: bool = True
    away: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """Everybody by id, and who leads each department: its leader, then its deputy."""

    people: Mapping[int, Someone]
    heads: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def is_here(self, person_id: int | None) -> bool:
        one = self.people.get(person_id) if person_id is not None else None
        return one is not None and one.active and not one.away

    def leader_of(self, person_id: int) -> int | None:
        """Who leads somebody: leader, deputy, manager, an executive, whoever of them is still with
        us and is not the person; somebody who is away only if nobody else is to be had."""
        one = self.people[person_id]
        return self._first((*self.heads.get(one.department_id or 0, ()), one.manager_id), person_id)

    def head_of(self, department_id: int) -> int | None:
        """Who leads a department, with the same falling back."""
        return self._first(self.heads.get(department_id, ()), None)

    def _first(self, wanted: tuple[int | None, ...], but: int | None) -> int | None:
        there = [
            i for i in (*wanted, *self.executives(but=but))
            if i is not None and i != but and self._active(i)
        ]  # fmt: skip
        return next((i for i in there if self.is_here(i)), there[0] if there else None)

    def executives(self, *, but: int | None = None) -> tuple[int, ...]:
        """Everybody who answers level 4, by id; `but` the owner, unless there is no other."""
        all_of_them = [
            one.id for one in self.people.values() if one.active and one.role is Role.executive
        ]
        return tuple(sorted(i for i in all_of_them if i != but) or sorted(all_of_them))

    def stand_in(self, person_id: int) -> int | None:
        """Who is told instead of somebody: themselves while they are here, else their delegate, or
        the delegate's; None if nobody stands in."""
        seen: set[int] = set()
        now: int | None = person_id
        while now is not None and now not in seen:
            if self.is_here(now):
                return now
            seen.add(now)
            one = self.people.get(now)
            now = one.delegate_id if one else None
        return None

    def answers_for(self, person_id: int) -> int | None:
        """Like `stand_in`; where nobody stands in, their leader."""
        return self.stand_in(person_id) or self.leader_of(person_id)

    def _active(self, person_id: int) -> bool:
        one = self.people.get(person_id)
        return one is not None and one.active
