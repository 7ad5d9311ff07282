"""Who keeps whom waiting: chains of blocked actions, followed to their end."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chain:
    """From an action along what it waits for. `links`: the ids, the action itself first.

    The last link is not blocked by another action: it waits for a person, a department or outside,
    or can go on. In a circle nobody is first: `circle` are the ids that wait for each other, in
    order, and whoever is asked, somebody has to decide.
    """

    links: tuple[int, ...]
    circle: tuple[int, ...] = ()

    @property
    def end(self) -> int:
        return self.links[-1]


def chain(start: int, waits_for: Mapping[int, int]) -> Chain:
    """`waits_for`: for each action that is blocked by another one, the id of that one."""
    links = [start]
    while (following := waits_for.get(links[-1])) is not None:
        if following in links:
            return Chain(tuple(links), tuple(links[links.index(following) :]))
        links.append(following)
    return Chain(tuple(links))
