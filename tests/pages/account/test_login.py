"""/login and /logout."""

from tests.conftest import World


def test_a_person_signs_in_and_out(world: World) -> None:
    visit = world.sign_in("sam")
    assert visit.get("/").status == 200
    assert visit.post("/logout").location == "/login"
    assert visit.get("/").location == "/login"


def test_a_wrong_password_and_an_unknown_person_get_the_same_page(world: World) -> None:
    texts = []
    for email in ("sam@example.com", "nobody@example.com", "gone@example.com"):
        visit = world.stranger()
        answer = visit.post("/login", {"email": email, "password": "x" * 12}, page="/login")
        assert answer.status == 422
        texts.append(answer.text.replace(email, "").replace(answer.token, ""))
    assert texts[0] == texts[1] == texts[2]


def test_sign_in_goes_on_to_where_one_wanted_to_go_but_never_elsewhere(world: World) -> None:
    for wanted, got in (("/board", "/board"), ("//evil.example", "/"), ("/\\evil", "/"), ("https://e", "/")):
        visit = world.stranger()
        fields = {"email": "sam@example.com", "password": "a long enough password", "next": wanted}
        assert visit.post("/login", fields, page="/login").location == got


def test_what_was_typed_comes_back_after_a_lost_session(world: World) -> None:
    visit = world.stranger()
    lost = visit.post("/issues/new", {"title": "Labels print <wrong>", "version": "3"}, page="/login")
    assert lost.status == 401
    held = lost.form("/login")["carried"]
    fields = {"email": "sam@example.com", "password": "a long enough password", "carried": held}
    back = visit.post("/login", fields)
    assert back.status == 200
    assert "Labels print &lt;wrong&gt;" in back.text
    assert back.form("/issues/new")["version"] == "3"
