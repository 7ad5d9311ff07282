"""/sso and /sso/callback: in by the provider's word, and back by this browser's way alone."""

from datetime import timedelta

import pytest
import time_machine

from meetingtracker.config import Unsafe, load
from meetingtracker.db import db
from meetingtracker.pages.sso import provider as client
from tests.cast import NOW
from tests.conftest import Visit
from tests.models.test_rebuild import rebuilt_wrongly
from tests.pages.account.doors import is_in
from tests.pages.sso.asked import identities
from tests.pages.sso.conftest import Door


def test_somebody_known_comes_in_and_on_to_where_they_wanted(door: Door) -> None:
    visit = door.world.stranger()
    assert "Sign in with Northwind" in visit.get("/login?next=/board").text
    assert door.walk(visit, "/sso?next=/board").location == "/board"
    assert is_in(visit)
    assert identities(door) == [(door.world.cast.person["sam"], "sam-1")]
    with door.world.read():
        assert rebuilt_wrongly(db.session) == []


def test_after_the_first_time_the_providers_own_id_counts(door: Door) -> None:
    assert door.walk(door.world.stranger()).status == 302
    door.provider.claims = {"email": "another@example.com", "email_verified": False}
    visit = door.world.stranger()
    assert door.walk(visit).status == 302
    assert is_in(visit)
    assert len(identities(door)) == 1


def test_what_is_asked_of_the_provider(sqlite_door: Door) -> None:
    visit = sqlite_door.world.stranger()
    asked = sqlite_door.leave(visit)
    assert asked["redirect_uri"] == "http://localhost/sso/callback"
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert "verifier" not in str(asked)
    code = sqlite_door.provider.authorize(asked)
    assert sqlite_door.come_back(visit, code=code, state=asked["state"]).status == 302
    verifier = sqlite_door.provider.exchanges[-1]["code_verifier"]
    assert client.challenge(verifier) == asked["code_challenge"]
    again = sqlite_door.leave(sqlite_door.world.stranger())
    assert len({again[x] for x in ("state", "nonce", "code_challenge")} & set(asked.values())) == 0


def test_the_way_back_never_comes_from_the_host_that_was_asked(sqlite_door: Door) -> None:
    answer = sqlite_door.world.stranger().get("/sso", base_url="http://127.0.0.1:9999")
    assert "redirect_uri=http%3A%2F%2Flocalhost%2Fsso%2Fcallback" in answer.location


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_it_goes_on_to_nowhere_else(sqlite_door: Door, wanted: str) -> None:
    assert sqlite_door.walk(sqlite_door.world.stranger(), f"/sso?next={wanted}").location == "/"


def test_the_state_must_be_that_of_this_browser(sqlite_door: Door) -> None:
    door = sqlite_door
    mine, theirs = door.world.stranger(), door.world.stranger()
    asked, other = door.leave(mine), door.leave(theirs)
    code = door.provider.authorize(other)
    for said in ({"state": other["state"]}, {"state": ""}, {}, {"state": "ü"}):
        visit = door.world.stranger() if said else mine
        if said.get("state") == other["state"]:
            door.leave(visit)
        assert door.come_back(visit, code=code, **said).status == 400
        assert not is_in(visit)
    assert door.come_back(mine, code=code, state=asked["state"]).status == 400, "used up"


def test_a_state_and_a_code_work_once(door: Door) -> None:
    visit = door.world.stranger()
    asked = door.leave(visit)
    cookie = visit.client.get_cookie("meetingtracker")
    assert cookie is not None
    code = door.provider.authorize(asked)
    said = {"code": code, "state": asked["state"]}
    assert door.come_back(visit, **said).status == 302
    assert door.come_back(visit, **said).status == 400
    thief = door.world.stranger()
    thief.client.set_cookie("meetingtracker", cookie.value)
    assert door.come_back(thief, **said).status == 502, "the provider knows the code no more"
    thief.client.set_cookie("meetingtracker", cookie.value)
    said["code"] = door.provider.authorize(asked)
    assert door.come_back(thief, **said).status == 400, "nor do we know the state"
    assert not is_in(thief)


def test_after_ten_minutes_one_begins_again(sqlite_door: Door) -> None:
    visit = sqlite_door.world.stranger()
    asked = sqlite_door.leave(visit)
    code = sqlite_door.provider.authorize(asked)
    with time_machine.travel(NOW + timedelta(minutes=10, seconds=30)):
        late = sqlite_door.come_back(visit, code=code, state=asked["state"])
    assert late.status == 400
    assert "took too long" in late.text


def test_whoever_is_refused_there_reads_so_here(sqlite_door: Door) -> None:
    visit = sqlite_door.world.stranger()
    asked = sqlite_door.leave(visit)
    said = {"error": "access_denied", "error_description": "<b>no</b>", "state": asked["state"]}
    answer = sqlite_door.come_back(visit, **said)
    assert answer.status == 403
    assert "did not let you through" in answer.text
    assert "<b>no" not in answer.text


def test_the_answer_of_another_provideris_refused(sqlite_door: Door) -> None:
    for names_itself, said in ((False, {"iss": "https://evil.example"}), (True, {})):
        sqlite_door.provider.metadata = {
            "authorization_response_iss_parameter_supported": names_itself
        }
        sqlite_door.world.app.extensions.pop("meetingtracker.sso", None)
        visit = sqlite_door.world.stranger()
        asked = sqlite_door.leave(visit)
        code = sqlite_door.provider.authorize(asked)
        answer = sqlite_door.come_back(visit, code=code, state=asked["state"], **said)
        assert answer.status == 502


def test_without_a_provider_there_is_no_such_door(sqlite_world: object) -> None:
    world = sqlite_world
    visit: Visit = world.stranger()  # type: ignore[attr-defined]
    assert visit.get("/sso").status == 404
    assert visit.get("/sso/callback?state=x").status == 404
    assert 'href="/sso' not in visit.get("/login").text


def test_without_the_extra_the_page_names_it(
    sqlite_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "AVAILABLE", False)
    visit = sqlite_door.world.stranger()
    assert 'href="/sso' not in visit.get("/login").text
    for path in ("/sso", "/sso/callback"):
        assert "“sso”" in visit.get(path).text


SETTINGS = {
    "BASE_URL": "http://localhost:8000", "OIDC_ISSUER": "https://login.example.com",
    "OIDC_CLIENT_ID": "x", "OIDC_ROLE_MAP": "the board = executive, it=admin",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"OIDC_ISSUER": "http://login.example.com"}, "must look like https"),
        ({"OIDC_ISSUER": "https://login.example.com/?x=1"}, "must look like https"),
        ({"OIDC_ISSUER": "login.example.com"}, "must look like https"),
        ({"OIDC_CLIENT_ID": ""}, "CLIENT_ID"),
        ({"BASE_URL": ""}, "BASE_URL"),
        ({"OIDC_ROLE_MAP": "board=chief"}, "ROLE_MAP"),
        ({"OIDC_ROLE_MAP": "board"}, "ROLE_MAP"),
    ],
)
def test_settings_that_are_not_safe_are_refused(
    tmp_path: object, changed: dict[str, str], sentence: str
) -> None:
    env = {f"MEETINGTRACKER_{k}": v for k, v in (SETTINGS | changed).items()}
    with pytest.raises(Unsafe, match=sentence):
        load({"MEETINGTRACKER_HOME": str(tmp_path)} | env)


def test_settings_are_read(tmp_path: object) -> None:
    env = {f"MEETINGTRACKER_{k}": v for k, v in SETTINGS.items()}
    sso = load({"MEETINGTRACKER_HOME": str(tmp_path)} | env).sso
    assert sso is not None
    assert sso.role_map == {"the board": "executive", "it": "admin"}
    assert (sso.name, sso.create) == ("login.example.com", False)
    local = {"MEETINGTRACKER_OIDC_ISSUER": "http://127.0.0.1:9000"}
    assert load({"MEETINGTRACKER_HOME": str(tmp_path)} | env | local).sso is not None
