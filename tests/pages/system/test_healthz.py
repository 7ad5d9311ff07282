"""/healthz."""

from tests.conftest import World


def test_it_says_that_the_database_answers(world: World) -> None:
    answer = world.stranger().client.get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json()["database"] == "ok"
