"""The controls of `new_page`: each kind of trouble is heard, and a sound page has none."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Trouble

HOME = "http://127.0.0.1:9/"
PAGE = "<title>A page</title><link rel=icon href=data:,><h1>A page</h1>"


@pytest.mark.parametrize(
    ("body", "policy", "heard"),
    [
        (PAGE, "script-src 'none'", []),
        ("<script>console.error('spilt')</script>", "", ["console: spilt"]),
        ("<script>throw Error('broken')</script>", "", ["error in a script: broken"]),
        ("<script>1</script>", "script-src 'none'", ["Content Security Policy"]),
        ("<img src=/missing>", "", ["404 for GET http://127.0.0.1:9/missing"]),
        ("<img src=/cut>", "", ["request failed: http://127.0.0.1:9/cut net::ERR_FAILED"]),
        ("<img src=http://elsewhere.test/>", "", ["request to another host"]),
    ],
)
def test_trouble_is_heard(browser: Browser, body, policy, heard):
    page = browser.new_page()
    page.route("**/missing", lambda route: route.fulfill(status=404))
    page.route("**/cut", lambda route: route.abort())
    page.route("http://elsewhere.test/", lambda route: route.fulfill(body=""))
    headers = {"Content-Security-Policy": policy} if policy else {}
    page.route(
        HOME,
        lambda route: route.fulfill(body=PAGE + body, content_type="text/html", headers=headers),
    )
    trouble = Trouble(page, allow=())
    page.goto(HOME, wait_until="networkidle")
    page.close()
    assert len(trouble.found) == len(heard), trouble.found
    for found, words in zip(trouble.found, heard, strict=True):
        assert words in found


def test_a_provoked_status_is_no_trouble(browser: Browser):
    page = browser.new_page()
    page.route(HOME, lambda route: route.fulfill(status=409, body=PAGE, content_type="text/html"))
    trouble = Trouble(page, allow=(409,))
    page.goto(HOME)
    page.close()
    assert trouble.found == []
