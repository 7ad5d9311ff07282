"""Who may use what, route by route: the product's table "Who may do what", spelled out in people.

Of the scene in tests/scene.py: max belongs to Sales, which raised the issues, and wrote the agenda
items in the pool; pia of Tech is point person and owner; tom leads Tech and asked for the actions;
noor leads another department; olga is a member of a third; maya runs the weekly meetings and owns
their series; lea is the executive; ada the administrator.

`visitors` may; `+maya` only in the state in which she runs the meeting. Whoever else sees the thing
gets 403, whoever does not gets 404 (`SEEN_BY`).
"""

from typing import Any

EVERYONE = frozenset({"max", "olga", "pia", "tom", "noor", "maya", "lea", "ada"})
INSIDERS = frozenset({"pia", "tom", "lea"})

# parameter → state → who sees the thing at all
SEEN_BY = {
    parameter: {"open": EVERYONE, "secret": INSIDERS, "discussed": INSIDERS | {"maya"}}
    for parameter in ("issue_id", "action_id", "attachment_id")
} | {
    "item_id": {"open": EVERYONE, "secret": INSIDERS, "discussed": INSIDERS | {"maya"}},
    "meeting_id": {
        "issued": EVERYONE, "live": EVERYONE, "planned": EVERYONE, "hidden": frozenset({"lea"}),
    },
    "series_id": {"open": EVERYONE, "hidden": frozenset({"lea"})},
    "person_id": {"here": EVERYONE, "left": EVERYONE},
    "department_id": {"here": EVERYONE},
    "run_id": {"here": frozenset({"ada", "lea"})},
    "webhook_id": {"here": frozenset({"ada"})},
    "alert_id": {"open": EVERYONE, "secret": INSIDERS, "discussed": INSIDERS | {"maya"}},
    "notification_id": {"of max": frozenset({"max"})},
    "decision_id": {"open": EVERYONE, "secret": INSIDERS},
    "session_id": {"of max": frozenset({"max"})},
    "token_id": {"of max": frozenset({"max", "ada", "lea"})},
}  # fmt: skip

ALL = "max olga pia tom noor maya lea ada"
ADMIN = "ada"
OVERSEERS = "ada lea"
LEADERS = "tom lea +maya"  # who triages, hands over and drops
OWNERS = "pia tom +maya"  # who says how it stands
# Who runs the weekly meeting, and after the bar who runs the hidden one.
RUNNERS = "maya | lea"
MANAGERS = "maya ada | lea"

TABLE = {
    # Issues
    "GET issues.show": ALL,
    "GET issues.new": ALL,
    "POST issues.create": ALL,
    "POST issues.comment": ALL,
    "POST issues.put_on_agenda": ALL,
    "GET issues.edit": "pia tom lea +maya",
    "POST issues.edit": "pia tom lea +maya",
    "POST issues.triage": LEADERS,
    "POST issues.confidentiality": LEADERS,
    "POST issues.readers": LEADERS,
    "POST issues.stop_reader": LEADERS,
    "POST issues.point_person": LEADERS,
    "GET issues.decline": LEADERS,
    "POST issues.decline": LEADERS,
    "POST issues.stage": OWNERS,
    "POST issues.resolve": OWNERS,
    "POST issues.accept": "lea",  # nobody was asked for, so no leader lends anybody
    "GET issues.refuse": "lea",
    "POST issues.refuse": "lea",
    "POST issues.confirm": "max",
    "GET issues.reopen": "max",
    "POST issues.reopen": "max",
    "GET issues.attachment": ALL,
    # Actions
    "GET actions.index": ALL,
    "GET actions.show": ALL,
    "GET actions.new": ALL,
    "POST actions.create": ALL,
    "POST actions.comment": ALL,
    "POST actions.complete": OWNERS,
    "POST actions.take_back": OWNERS,
    "POST actions.on_track": OWNERS,
    "POST actions.block": OWNERS,
    "POST actions.answer_early_warning": OWNERS,
    "POST actions.unblock": OWNERS,
    "GET actions.edit": OWNERS,
    "POST actions.edit": OWNERS,
    "POST actions.accept": "pia tom",
    "POST actions.decline": "pia tom",
    "POST actions.counter_propose": "pia tom",
    "POST actions.move": "pia tom lea +maya",
    "POST actions.answer_request": "pia tom lea +maya",
    "POST actions.change_owner": LEADERS,
    "POST actions.cancel": LEADERS,
    "POST actions.ask_over": "pia",
    "POST actions.ask_drop": "pia",
    "POST actions.answer_wish": LEADERS,
    "POST actions.withdraw": "pia",
    "POST actions.verify": "tom lea",
    "POST actions.refuse": "tom lea",
    "POST actions.undo": "tom",
    **{f"GET actions.{step}": ALL for step in ("block", "decline", "move", "refuse")},
    "POST escalations.nudge": "max olga tom noor maya lea ada",
    # What the ladder asks, and what one is told
    "GET escalations.index": ALL,
    "POST escalations.answer": "tom lea",
    "POST escalations.decision": "lea",
    "GET inbox.index": ALL,
    "POST inbox.read": "max",
    "POST inbox.read_all": ALL,
    "GET inbox.preferences": ALL,
    "POST inbox.save_preferences": ALL,
    # Agenda, decisions
    "GET agenda.index": ALL,
    "GET agenda.show": ALL,
    "GET agenda.new": ALL,
    "POST agenda.new": ALL,
    "GET agenda.edit": "max",
    "POST agenda.edit": "max",
    "POST agenda.withdraw": "max",
    "GET decisions.index": ALL,
    "GET decisions.show": ALL,
    "POST decisions.review": "lea",  # nobody owns them
    # Meetings
    "GET meetings.index": ALL,
    "GET meetings.show": ALL,
    "GET meetings.room": ALL,
    "GET minutes.show": ALL,
    "GET minutes.version": ALL,
    "GET minutes.file": ALL,
    "GET minutes.frozen": ALL,
    "GET minutes.pdf": ALL,
    "POST minutes.reopen": RUNNERS,
    "POST minutes.answer": "maya | nobody",  # who was there
    "POST minutes.correct": "maya | lea",
    "POST minutes.agree": "maya | nobody",
    "POST minutes.withdraw": "max maya | nobody",
    "GET meetings.close": RUNNERS,
    "POST meetings.issue": RUNNERS,
    "POST meetings.mark": RUNNERS,
    "POST meetings.undo": RUNNERS,
    "POST meetings.go_to": RUNNERS,
    "GET meetings.prepare": ALL,
    "POST meetings.say_fine": "tom noor maya | nobody",
    "POST meetings.give": "tom noor maya lea | lea",
    "POST meetings.pull": "lea | lea",
    "POST meetings.freeze": RUNNERS,
    "POST meetings.reorder": RUNNERS,
    "POST meetings.pull_in": RUNNERS,
    "POST meetings.write_fields": RUNNERS,
    "POST meetings.write_line": RUNNERS,
    "POST meetings.set_minutes": RUNNERS,
    "POST meetings.set_outcome": RUNNERS,
    "POST meetings.give_verdict": RUNNERS,
    "POST meetings.review_decided": RUNNERS,
    "POST meetings.move": RUNNERS,
    "POST meetings.name_scribe": RUNNERS,
    "POST meetings.start": RUNNERS,
    "POST meetings.leave_rest": RUNNERS,
    "POST meetings.wrap_up": RUNNERS,
    "POST meetings.take_over": "tom noor maya lea | lea",
    "POST meetings.cancel": MANAGERS,
    "GET meetings.edit_series": MANAGERS,
    "POST meetings.edit_series": MANAGERS,
    "GET meetings.plan": MANAGERS,
    "POST meetings.plan": MANAGERS,
    "GET meetings.new_series": ADMIN,
    "POST meetings.new_series": ADMIN,
    # Everything at a glance
    "GET home.my_week": ALL,
    "GET home.more": ALL,
    "GET home.keyboard": ALL,
    "GET board.index": ALL,
    "GET search.index": ALL,
    # One's own account
    "GET account.show": ALL,
    "POST account.show": ALL,
    "GET account.address": ALL,
    "POST account.address": ALL,
    "GET account.confirm": ALL,
    "POST account.confirm": ALL,
    "GET account.password": ALL,
    "POST account.password": ALL,
    "POST account.end_session": "max",
    "POST account.end_other_sessions": ALL,
    "GET tokens.index": ALL,
    "POST tokens.create": ADMIN,
    "POST tokens.revoke": "max ada",
    # Second factors
    "GET factors.index": ALL,
    "GET factors.add_app": ALL,
    "POST factors.add_app": ALL,
    "POST factors.renew_codes": ALL,
    "POST factors.remove": ALL,
    "POST factors.offer_new": ALL,
    "POST factors.add": ALL,
    "POST factors.remove_all": ADMIN,
    # People, settings, files
    "GET people.index": ALL,
    "GET people.show": ALL,
    "GET people.new": ADMIN,
    "POST people.new": ADMIN,
    "POST people.invitation": "ada | nobody",
    "GET people.edit": ADMIN,
    "POST people.edit": "ada | nobody",
    "GET people.leave": "ada | nobody",
    "POST people.leave": "ada | nobody",
    "POST people.come_back": ADMIN,
    "GET people.absence": "olga maya ada | nobody",
    "POST people.absence": "olga maya ada | nobody",
    "POST people.cancel_absence_of": "olga maya ada | nobody",
    "GET departments.show": ALL,
    **{f"GET reports.{page}": ALL for page in ("index", "early_warning", "warned")},
    "GET people.edit_department": ADMIN,
    "POST people.edit_department": ADMIN,
    "POST people.close": ADMIN,
    "GET audit.index": ALL,
    "GET audit.export": ALL,
    "GET people.new_department": ADMIN,
    "POST people.new_department": ADMIN,
    "GET people.leaders": ADMIN,
    "POST people.leaders": ADMIN,
    "GET settings.edit": OVERSEERS,
    "POST settings.save": ADMIN,
    "GET settings.public_holidays": ADMIN,
    "POST settings.add_public_holidays": ADMIN,
    "GET followup.index": OVERSEERS,
    "POST followup.save": ADMIN,
    "POST followup.preview": ADMIN,
    "GET mail.index": OVERSEERS,
    "POST mail.send_test": ADMIN,
    "POST mail.try_again": ADMIN,
    "POST mail.drop": ADMIN,
    "GET imports.index": OVERSEERS,
    "POST imports.create": ADMIN,
    "GET imports.show": OVERSEERS,
    "GET imports.progress": OVERSEERS,
    "GET imports.problems": OVERSEERS,
    "GET imports.export": OVERSEERS,
}

# The refusal comes from the route, before anything is looked up: 403 whatever the id.
BY_ROLE = {ADMIN, OVERSEERS, "ada | nobody"}

# What a form needs so that the answer is about the right and not about an empty form.
FIELDS: dict[str, dict[str, Any]] = {
    "meetings.move": {"direction": "up"},
    "api.patch_issue": {"severity": 2},
    "api.patch_action": {"title": "Another title"},
    "api.patch_agenda_item": {"title": "Another title"},
    "api.comment_on_issue": {"text": "I saw it too"},
    "api.comment_on_action": {"text": "I saw it too"},
    "api.plan": {"series": "Leader meeting", "held_on": "2026-12-03"},
}

# Lead back to the page where the form stands, whatever the id; the page then answers.
ELSEWHERE = {f"GET actions.{step}" for step in ("block", "decline", "move", "refuse")}

# A page that has nothing to show any more leads on to the one that has.
LEADS_ON = {
    ("GET meetings.close", "issued"), ("GET meetings.prepare", "issued"),
    ("GET meetings.prepare", "live"),
}  # fmt: skip

# Not in the table: doors and what everybody gets (tests/pages/account, setup, system, test_static).
LEFT_OUT = {"static", "system.healthz", "account.logout"}

# The API: what somebody may do with a token to write.
API = {
    "GET api.get_me": ALL,
    "GET api.list_events": ALL,
    "GET api.list_issues": ALL,
    "POST api.create_issue": ALL,
    "GET api.get_issue": ALL,
    "PATCH api.patch_issue": LEADERS,
    "GET api.list_issue_comments": ALL,
    "POST api.comment_on_issue": ALL,
    "GET api.list_actions": ALL,
    "POST api.create_action": ALL,
    "GET api.get_action": ALL,
    "PATCH api.patch_action": OWNERS,
    "GET api.list_action_comments": ALL,
    "POST api.comment_on_action": ALL,
    "GET api.list_agenda_items": ALL,
    "POST api.propose_agenda_item": ALL,
    "GET api.get_agenda_item": ALL,
    "PATCH api.patch_agenda_item": "max",
    "GET api.list_meetings": ALL,
    "POST api.plan": "maya ada",
    "GET api.get_meeting": ALL,
    "PATCH api.patch_meeting": MANAGERS,
    "GET api.list_decisions": ALL,
    "GET api.get_decision": ALL,
    "GET api.list_departments": ALL,
    "POST api.create_department": ADMIN,
    "GET api.get_department": ALL,
    "PATCH api.patch_department": ADMIN,
    "GET api.list_people": ALL,
    "POST api.create_person": ADMIN,
    "GET api.get_person": ALL,
    "PATCH api.patch_person": ADMIN,
    "GET api.list_webhooks": ADMIN,
    "POST api.create_webhook": ADMIN,
    "GET api.get_webhook": ADMIN,
    "PATCH api.patch_webhook": ADMIN,
}

# There are no minutes before they are issued, and nothing was captured, so nothing to take back.
MAY_BE_MISSING = {
    "POST factors.remove",
    "GET minutes.show", "GET minutes.version", "GET minutes.file", "GET minutes.frozen",
    "GET minutes.pdf", "POST minutes.reopen", "POST minutes.answer", "POST minutes.correct",
    "POST meetings.undo",
    "POST meetings.go_to", "POST meetings.pull_in", "POST mail.try_again", "POST mail.drop",
}  # fmt: skip
