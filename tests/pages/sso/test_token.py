"""What a token must say and how it must be signed; a provider that lies, or has new keys."""

import time

import pytest

from tests.pages.account.doors import is_in
from tests.pages.sso.asked import is_refused
from tests.pages.sso.conftest import Door
from tests.pages.sso.provider import EC, RSA

now = time.time  # of the test's own clock
WRONG = {
    "nonce": lambda: {"nonce": "another"},
    "no nonce": lambda: {"nonce": None},
    "audience": lambda: {"aud": "somebody else"},
    "no audience": lambda: {"aud": None},
    "two audiences without a party": lambda: {"aud": ["meetingtracker", "other"]},
    "party": lambda: {"aud": ["meetingtracker", "other"], "azp": "other"},
    "party alone": lambda: {"azp": "other"},
    "issuer": lambda: {"iss": "https://evil.example"},
    "expired": lambda: {"exp": int(now()) - 61},
    "no expiry": lambda: {"exp": None},
    "expiry in words": lambda: {"exp": "soon"},
    "old": lambda: {"iat": int(now()) - 601},
    "not yet": lambda: {"iat": int(now()) + 90},
    "no time": lambda: {"iat": None},
    "not before": lambda: {"nbf": int(now()) + 90},
    "no subject": lambda: {"sub": None},
    "empty subject": lambda: {"sub": ""},
    "long subject": lambda: {"sub": "x" * 256},
    "odd subject": lambda: {"sub": {"a": 1}},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_token_that_says_something_wrong_opens_nothing(
    sqlite_door: Door, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    sqlite_door.provider.claims = WRONG[what]()
    is_refused(sqlite_door, "can't be used")
    assert "can't be accepted" in caplog.text


@pytest.mark.parametrize("lie", ["unsigned", "shared secret", "changed"])
def test_a_token_that_is_not_signed_by_the_provider_opens_nothing(
    sqlite_door: Door, lie: str, caplog: pytest.LogCaptureFixture
) -> None:
    sqlite_door.provider.lie = lie
    is_refused(sqlite_door, "can't be used")
    assert "not signed as it must be" in caplog.text


def test_a_token_of_another_key_under_a_known_name_opens_nothing(
    sqlite_door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = type(RSA[1]).import_key(RSA[1].as_dict(private=True) | {"kid": "one"})
    sqlite_door.provider.key = stranger
    is_refused(sqlite_door, "can't be used")
    assert "bad_signature" in caplog.text


@pytest.mark.parametrize("lie", ["redirects", "talks on", "[1]", "not json", "[" * 100_000])
def test_odd_answers_are_a_page_and_no_failure(sqlite_door: Door, lie: str) -> None:
    sqlite_door.provider.lie = lie
    is_refused(sqlite_door, "can't be used")


def test_new_keys_are_fetched_when_they_are_needed(sqlite_door: Door) -> None:
    door = sqlite_door
    assert door.walk(door.world.stranger()).status == 302
    door.provider.key, door.provider.published = RSA[1], [RSA[0], RSA[1]]
    assert door.walk(door.world.stranger()).status == 302
    door.provider.key, door.provider.published = EC, [EC]
    door.provider.algorithm = "ES256"
    assert door.walk(door.world.stranger()).status == 302
    door.provider.key = RSA[0]
    door.provider.algorithm = "RS256"
    visit = door.world.stranger()
    assert door.walk(visit).status == 502, "a key that was taken back"
    assert not is_in(visit)


def test_the_client_proves_itself_as_the_provider_wants(sqlite_door: Door) -> None:
    methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    sqlite_door.provider.metadata = methods
    assert sqlite_door.walk(sqlite_door.world.stranger()).status == 302


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_says_odd_things_of_itself_is_not_used(
    sqlite_door: Door, said: dict[str, str]
) -> None:
    sqlite_door.provider.metadata = said
    answer = sqlite_door.world.stranger().get("/sso")
    assert answer.status == 502
    assert "reached at the moment" in answer.text


def test_a_provider_that_is_down_is_a_page(sqlite_door: Door) -> None:
    sqlite_door.configure(issuer="http://127.0.0.1:9")
    answer = sqlite_door.world.stranger().get("/sso")
    assert answer.status == 502
    assert "Back to signing in" in answer.text
