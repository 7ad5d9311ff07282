"""Does the suite bite? Each fault below is planted in a copy of the project, and the tests named
beside it must fail there; on the copy as it is they pass."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from meetingtracker.config import ROOT

COPIED = ("meetingtracker", "templates", "static", "tests", "pyproject.toml", "wsgi.py")


@dataclass(frozen=True)
class Fault:
    """In `file` the text `old` becomes `new`; `caught_by` are the tests that must notice."""

    name: str
    file: str
    old: str
    new: str
    caught_by: str


P = "meetingtracker/"
FAULTS = (
    Fault("a route without a permission", P + "pages/board/views.py",
          "@allow(Permission.signed_in)\n", "",
          "tests/test_access.py::test_every_route_declares_its_permission"),
    Fault("administration for everybody", P + "pages/people/leaving.py",
          "@allow(Permission.administer)", "@allow(Permission.signed_in)",
          "tests/pages/people/test_leaving.py::test_only_administrators"),
    Fault("a predicate that lets everybody triage", P + "rules/permissions.py",
          "return may(Deed.triage, _to_issue(actor, issue, in_meeting))", "return True",
          "tests/rules/test_permissions.py"),
    Fault("a row of the table too generous", P + "rules/who_may.py",
          "Deed.move_later: frozenset({S.executive})",
          "Deed.move_later: frozenset({S.executive, S.owner})",
          "tests/rules/test_permissions.py"),
    Fault("a change that nobody asked about", P + "web/access.py",
          "    if not allowed:\n        abort(403)", "    pass",
          "tests/pages/actions/test_actions.py::test_who_may_not"),
    Fault("confidential issues in lists", P + "models/issue.py",
          "        Issue.confidential.is_(False),\n", "        sa.true(),\n",
          "tests/models/test_visibility.py"),
    Fault("confidential issues found by words", P + "models/reads/search.py",
          "_holds(words, Issue.title, Issue.description), visible_issues(actor)",
          "_holds(words, Issue.title, Issue.description)",
          "tests/pages/search/test_index.py"),
    Fault("a stale form overwrites", P + "web/change.py",
          "if form.is_stale(row):", "if False:",
          "tests/pages/settings/test_settings.py tests/pages/people/test_people.py"),
    Fault("a stale PATCH overwrites", P + "api/writes.py",
          "if not _is_stale(patch, row.version):", "if True:",
          "tests/api/test_repeat.py::test_two_writers_of_one_version_one_is_told"),
    Fault("HTML declared safe in a template", "templates/issues/show.html",
          "{% block content %}", "{% block content %}{{ issue.title|safe }}",
          "tests/test_house.py::test_html_is_declared_safe_in_one_place"),
    Fault("Markdown that is not sanitised", P + "markup/__init__.py",
          "    return nh3.clean(", "    return html if html else nh3.clean(",
          "tests/test_markup.py"),
    Fault("forms without their token", P + "web/access.py",
          "            csrf.protect()\n        except", "            pass\n        except",
          "tests/pages/test_odd_bodies.py::test_no_change_without_the_token_of_the_session"),
    Fault("a GET that changes something", P + "pages/meetings/room.py",
          '@area.post("/meetings/<int:meeting_id>/wrap-up")',
          '@area.route("/meetings/<int:meeting_id>/wrap-up", methods=["GET", "POST"])',
          "tests/test_matrix.py::test_every_route_stands_in_the_table"),
    Fault("sessions outlive a new password", P + "models/acts/change_password.py",
          "    end_all(person.id, at=at, but=but)\n", "",
          "tests/pages/account/test_sessions.py tests/pages/account/test_account.py"),
    Fault("sessions outlive a new role", P + "models/acts/change_role.py",
          "        end_all(person.id, at=at)\n", "        pass\n",
          "tests/pages/account/test_sessions.py"),
    Fault("somebody who left is still let in", P + "models/reads/visitor.py",
          "SignIn.token_hash == hashed(token), Person.deactivated_at.is_(None)",
          "SignIn.token_hash == hashed(token)",
          "tests/test_access.py::test_an_ended_session_or_person_is_a_stranger"),
    Fault("doors that never close", P + "rules/accounts.py",
          "PER_ACCOUNT, PER_ADDRESS = 5, 20", "PER_ACCOUNT, PER_ADDRESS = 5000, 20_000",
          "tests/pages/account/test_throttle.py"),
    Fault("links that work twice", P + "models/sign_in.py",
          "    def use(self, *, at: datetime) -> None:\n        self.used_at = at",
          "    def use(self, *, at: datetime) -> None:\n        self.used_at = None",
          "tests/pages/account/test_links.py"),
    Fault("secrets kept as they are", P + "models/sign_in.py",
          "return hashlib.sha256(token.encode()).hexdigest()", "return token[:64]",
          "tests/pages/account/test_links.py::test_links_are_kept_as_hashes"),
    Fault("sign-in that leads elsewhere", P + "web/forms.py",
          'path[1:2] in ("/", "\\\\")', 'path[1:2] in ("\\\\",)',
          "tests/test_security.py::test_no_sign_in_leads_elsewhere"),
    Fault("a policy that lets scripts in", P + "web/security.py",
          '"style-src \'self\'"', "\"style-src 'self' 'unsafe-inline'\"",
          "tests/test_security.py::test_every_answer_carries_the_headers"),
    Fault("answers for every host", P + "web/security.py",
          'if name in (expected, "localhost")', "if True or name in (expected,)",
          "tests/test_security.py::test_it_answers_for_its_own_name_alone"),
    Fault("a token to read that writes", P + "web/access.py",
          "if declared.scope(request.method) is Scope.write and known.scope is not Scope.write:",
          "if False:",
          "tests/api/test_doors.py::test_a_token_for_reading_writes_nothing"),
    Fault("fields that nobody named", P + "api/body.py",
          "for name in given.keys() - known.keys():", "for name in ():",
          "tests/api/test_bodies.py"),
    Fault("formulas in spreadsheets", P + "rules/csv_rows.py",
          "if _RISKY.match(text) and not _NUMBER.fullmatch(text):", "if False:",
          "tests/rules tests/cli"),
    Fault("a history that can be edited", P + "models/guards.py",
          '    "event": (None, None),\n', "",
          "tests/test_house.py::test_the_ledger_is_guarded_by_the_database_itself"),
    Fault("a page with an inline script", "templates/board/index.html",
          "{% block content %}", "{% block content %}<script>1</script>",
          "tests/pages/board"),
    Fault("hidden and absent told apart", P + "web/access.py",
          "    if row is None:\n        abort(404)", "    if row is None:\n        abort(403)",
          "tests/pages/issues/test_issues.py::test_a_confidential_issue_does_not_exist_for_others"),
)  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def passes(folder: Path, tests: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
               "-m", "not postgres and not prove", *tests.split()]  # fmt: skip
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False,
        timeout=600,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout[-2000:] + done.stderr[-2000:]
    return done.returncode == 0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
@pytest.mark.prove
def test_the_suite_catches(copy: Path, fault: Fault) -> None:
    path = copy / fault.file
    whole = path.read_text(encoding="utf-8")
    assert whole.count(fault.old) >= 1, f"the place for this fault is gone: {fault.file}"
    path.write_text(whole.replace(fault.old, fault.new), encoding="utf-8")
    try:
        assert not passes(copy, fault.caught_by)
    finally:
        path.write_text(whole, encoding="utf-8")


@pytest.mark.prove
def test_without_a_fault_the_same_tests_pass(copy: Path) -> None:
    named = {test for fault in FAULTS for test in fault.caught_by.split()}
    assert passes(copy, " ".join(sorted(named)))
