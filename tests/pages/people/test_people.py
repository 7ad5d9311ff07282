"""The directory, and what an administrator adds to it."""

from meetingtracker.db import db
from meetingtracker.models.department import Department
from tests.conftest import World
from tests.pages.factors.phone import with_app


def test_everybody_sees_who_leads_what(world: World) -> None:
    page = world.sign_in("max").get("/people")
    assert page.total == 10  # gone has left
    assert "deputy: Dina Frey" in page.text
    assert "Add a person" not in page.text


def test_a_persons_page_shows_what_they_promised(world: World) -> None:
    sam = world.sign_in("sam")
    given = {"title": "Call the carrier", "owner": world.cast.person["max"], "due_on": "2026-12-01"}
    assert sam.post("/actions/new", given).status == 302
    page = world.sign_in("pia").get(f"/people/{world.cast.person['max']}")
    assert "Call the carrier" in page.text
    assert f'href="/actions?owner={world.cast.person["max"]}" data-count="1"' in page.text
    assert page.has_form("/people/1/invitation") is False


def test_an_administrator_adds_people_and_departments(world: World) -> None:
    ada = world.sign_in("ada")
    fields = {"name": "Finn Ode", "email": "Finn@example.com", "role": "member"}
    added = ada.post("/people/new", fields, page="/people/new")
    assert added.status == 302
    assert ada.post("/people/new", fields).status == 422
    link = ada.post(f"{added.location}/invitation")
    assert "/welcome/" in link.text
    assert ada.post("/departments/new", {"name": "Finance"}).status == 302
    assert ada.post("/departments/new", {"name": "finance"}).status == 422


def test_leader_and_deputy_are_appointed_on_a_fresh_form_only(world: World) -> None:
    ada = world.sign_in("ada")
    department = world.cast.department["Sales"]
    path = f"/departments/{department}/leaders"
    version = ada.get(path).form(path)["version"]
    fields = {"version": version, "leader": world.cast.person["max"], "deputy": ""}
    assert ada.post(path, fields).status == 302
    assert ada.post(path, fields).status == 409
    with world.read():
        row = db.session.get(Department, department)
        assert row is not None
        assert row.leader_id == world.cast.person["max"]


def test_a_department_keeps_somebody_who_leads_it(world: World) -> None:
    ada = world.sign_in("ada")
    path = f"/departments/{world.cast.department['Sales']}/leaders"
    version = ada.get(path).form(path)["version"]
    refused = ada.post(path, {"version": version, "leader": "", "deputy": ""})
    assert refused.status == 422
    assert "has no other leader" in refused.text
    sam = world.cast.person["sam"]
    assert ada.post(path, {"version": version, "leader": sam, "deputy": sam}).status == 422
    assert ada.post(path, {"version": version, "leader": "", "deputy": sam}).status == 302


def test_a_stale_appointment_shows_what_stands(world: World) -> None:
    ada = world.sign_in("ada")
    path = f"/departments/{world.cast.department['Sales']}/leaders"
    version = ada.get(path).form(path)["version"]
    fields = {"version": version, "leader": world.cast.person["max"], "deputy": ""}
    assert ada.post(path, fields).status == 302
    answer = ada.post(path, {**fields, "leader": world.cast.person["sam"]})
    assert answer.status == 409
    assert "What stands now" in answer.text
    assert "<dd>Max Stern</dd>" in answer.text


def test_a_new_link_ends_the_one_before_and_its_use_every_session(world: World) -> None:
    ada = world.sign_in("ada")
    path = f"/people/{world.cast.person['max']}/invitation"
    links = ["/reset/" + ada.post(path).text.split("/reset/")[1].split('"')[0] for _ in range(2)]
    max_ = world.sign_in("max")
    assert world.stranger().get(links[0]).status == 404
    again = world.stranger()
    assert again.post(links[1], {"password": "a lamp on the hill"}, page=links[1]).location == "/"
    assert again.get("/people").status == 200
    assert max_.get("/people").status == 302


def test_missing_person(world: World) -> None:
    assert world.sign_in("sam").get("/people/424242").status == 404


def test_an_administrator_finds_what_is_done_to_an_account(world: World) -> None:
    with_app(world, "sam")
    sam, max_ = (f"/people/{world.cast.person[name]}" for name in ("sam", "max"))
    for name, finds in (("ada", True), ("lea", False), ("sam", False)):
        page = world.sign_in(name).get(sam)
        assert page.has_form(f"{sam}/invitation") is finds, name
        assert page.has_form(f"{sam}/factors/removal") is finds, name
        assert (f"{sam}/leaving" in page.links) is finds, name
    page = world.sign_in("ada").get(max_)
    assert page.has_form(f"{max_}/invitation")
    assert not page.has_form(f"{max_}/factors/removal"), "there is nothing to take away"


def test_it_says_to_each_whose_promises_stay(world: World) -> None:
    path = f"/people/{world.cast.person['max']}/absence"
    assert "Promises stay yours" in world.sign_in("max").get(path).text
    assert "may answer for Max Stern" in world.sign_in("sam").get(path).text
