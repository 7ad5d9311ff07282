"""Every route declares who may use it, and a stranger is refused everywhere that is not public."""

import pytest
from flask import Flask

from meetingtracker.app import create_app
from meetingtracker.config import Config
from meetingtracker.db import db
from meetingtracker.models.person import Person
from meetingtracker.rules.permissions import SYSTEM, Permission
from meetingtracker.web.access import Bearer, Public, permission_of
from tests.cast import NOW
from tests.conftest import World

PUBLIC = {
    "account.ask_link",
    "answers.answer",
    "answers.show",
    "answers.unsubscribe",
    "account.ask_reset",
    "account.confirm_address",
    "account.enter",
    "account.login",
    "api.openapi",
    "api.show",
    "account.reset",
    "account.sign_in",
    "account.use_sign_in",
    "factors.offer_sign_in",
    "factors.offer_step",
    "factors.set_up",
    "factors.sign_in",
    "factors.step",
    "minutes.check",
    "setup.finish",
    "setup.start",
    "setup.welcome",
    "setup.where",
    "sso.callback",
    "sso.start",
    "static",
    "system.healthz",
}
ADMINISTRATORS = {
    "factors.remove_all",
    "followup.preview",
    "followup.save",
    "people.invitation",
    "people.leaders",
    "people.new",
    "people.new_department",
    "settings.save",
}


def _address(rule: object) -> str:
    arguments = {name: "1" for name in rule.arguments}  # type: ignore[attr-defined]
    built = rule.build(arguments, append_unknown=False)  # type: ignore[attr-defined]
    assert built is not None
    return str(built[1])


def test_every_route_declares_its_permission(sqlite_world: World) -> None:
    app = sqlite_world.app
    for rule in app.url_map.iter_rules():
        declared = permission_of(app.view_functions[rule.endpoint])
        assert declared is not None, f"{rule} declares no permission"


def test_the_public_routes_are_these(sqlite_world: World) -> None:
    app = sqlite_world.app
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if isinstance(permission_of(app.view_functions[rule.endpoint]), Public)
    }
    assert found == PUBLIC


def test_a_stranger_is_sent_to_the_door_everywhere_else(sqlite_world: World) -> None:
    app = sqlite_world.app
    client = app.test_client()
    asked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(_address(rule), method=method)
            if isinstance(permission_of(app.view_functions[rule.endpoint]), Bearer):
                assert answer.status_code == 401, rule
                assert answer.json["error"]["code"] == "unauthorized", rule
                assert answer.headers["WWW-Authenticate"] == "Bearer", rule
            elif method == "GET":
                assert answer.status_code == 302, rule
                assert answer.location.startswith("/login"), rule
            else:
                assert answer.status_code == 401, rule
            asked += 1
    assert asked > 40


@pytest.mark.parametrize("name", ["sam", "max", "lea"])
def test_administration_is_for_administrators(sqlite_world: World, name: str) -> None:
    app = sqlite_world.app
    visit = sqlite_world.sign_in(name)
    for rule in app.url_map.iter_rules():
        declared = permission_of(app.view_functions[rule.endpoint])
        if declared is Permission.administer:
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                path = _address(rule)
                answer = visit.get(path) if method == "GET" else visit.post(path)
                assert answer.status == 403, (name, method, path)


def test_the_administration_routes_include_these(sqlite_world: World) -> None:
    app = sqlite_world.app
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if permission_of(app.view_functions[rule.endpoint]) is Permission.administer
    }
    assert found >= ADMINISTRATORS


def test_an_undeclared_route_answers_500(tmp_path: object) -> None:
    app: Flask = create_app(
        Config(home=tmp_path, database_url=f"sqlite:///{tmp_path}/x.db", secret_key="x" * 40)  # type: ignore[arg-type]
    )
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert app.test_client().get("/forgotten").status_code == 500


@pytest.mark.parametrize("name", ["sam", "gone"])
def test_an_ended_session_or_person_is_a_stranger(world: World, name: str) -> None:
    if name == "gone":
        answer = world.stranger().post(
            "/login",
            {"email": "gone@example.com", "password": "a long enough password"},
            page="/login",
        )
        assert answer.status == 422
        return
    visit = world.sign_in("sam")
    with world.write() as cast:
        person = db.session.get(Person, cast.person["sam"])
        assert person is not None
        person.deactivate(by=SYSTEM, at=NOW)
    assert visit.get("/people").location.startswith("/login")
