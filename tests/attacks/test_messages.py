"""Scripts in what goes out beside the pages: mails, webhooks, the API's answers.

Every script: tests/prove/test_messages.py.
"""

import pytest

from tests.attacks.letters import LetterLook, check_digests, check_letters
from tests.attacks.outputs import Shapes, shapes_of_templates
from tests.attacks.programs import check_api, check_webhook
from tests.attacks.scripts import SCRIPTS
from tests.attacks.sign_on import check_sign_on
from tests.conftest import Stage, World
from tests.pages.sso.conftest import Door, running_provider, sqlite_door
from tests.worker.test_webhooks import Receiver, receiver

__all__ = ["receiver", "running_provider", "sqlite_door"]


@pytest.fixture(scope="session")
def own_shapes(sqlite_stage: Stage) -> Shapes:
    return shapes_of_templates(sqlite_stage)


def test_no_script_in_a_mail_is_more_than_text(sqlite_world: World) -> None:
    assert len(check_letters(sqlite_world, SCRIPTS[::30])) > 50


def test_no_script_in_a_digest_is_more_than_text(sqlite_world: World) -> None:
    assert len(check_digests(sqlite_world, SCRIPTS[::12])) > 2


def test_the_look_at_mails_bites() -> None:
    for html in ("<p style='x'>", "<a href='https://e.example'>", "<img src=q onerror=x>"):
        assert LetterLook(html, {"y"}).faults


def test_programs_are_answered_in_json_alone(sqlite_world: World) -> None:
    assert check_api(sqlite_world, SCRIPTS[::20]) > 80


def test_webhooks_tell_words_as_they_are(world: World, receiver: Receiver) -> None:
    assert check_webhook(world, receiver, SCRIPTS[::20]) == 10


def test_no_word_of_a_provider_is_more_than_text(sqlite_door: Door, own_shapes: Shapes) -> None:
    assert check_sign_on(sqlite_door, own_shapes, SCRIPTS[::20]) == 120
