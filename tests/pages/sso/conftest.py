"""Companies with single sign-on, and somebody who walks through it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from meetingtracker.config import SingleSignOn
from tests.conftest import Visit, World
from tests.page import Page
from tests.pages.sso.provider import CLIENT, SECRET, FakeProvider, running


@dataclass
class Door:
    """The way through the provider, step by step or at once."""

    world: World
    provider: FakeProvider

    def configure(self, **settings: object) -> None:
        kept = self.world.app.extensions["meetingtracker"]
        sso = replace(kept.sso, **settings)  # type: ignore[arg-type]
        self.world.app.extensions["meetingtracker"] = replace(kept, sso=sso)

    def leave(self, visit: Visit, path: str = "/sso") -> dict[str, str]:
        """To the provider: what it is asked."""
        answer = visit.get(path)
        assert answer.status == 302, answer.text
        assert answer.location.startswith(f"{self.provider.url}/authorize?")
        return dict(parse_qsl(urlsplit(answer.location).query))

    def come_back(self, visit: Visit, **said: str) -> Page:
        return visit.get(f"/sso/callback?{urlencode(said)}")

    def walk(self, visit: Visit, path: str = "/sso") -> Page:
        asked = self.leave(visit, path)
        code = self.provider.authorize(asked)
        return self.come_back(visit, code=code, state=asked["state"])


@pytest.fixture(scope="session")
def running_provider() -> Iterator[FakeProvider]:
    with running() as provider:
        yield provider


@pytest.fixture
def door(world: World, running_provider: FakeProvider) -> Iterator[Door]:
    yield from _door(world, running_provider)


@pytest.fixture
def sqlite_door(sqlite_world: World, running_provider: FakeProvider) -> Iterator[Door]:
    """For what does not depend on the database."""
    yield from _door(sqlite_world, running_provider)


def _door(world: World, provider: FakeProvider) -> Iterator[Door]:
    provider.__init__(url=provider.url)  # type: ignore[misc]  # honest again
    kept = world.app.extensions["meetingtracker"]
    sso = SingleSignOn(provider.url, CLIENT, SECRET, name="Northwind")
    world.app.extensions["meetingtracker"] = replace(kept, base_url="http://localhost", sso=sso)
    world.app.extensions.pop("meetingtracker.sso", None)
    yield Door(world, provider)
    world.app.extensions["meetingtracker"] = kept
