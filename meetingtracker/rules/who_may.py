"""The table of who may do what, as data: each deed, and the standings of whom it is for.

Source: the table "Who may do what" of the product description. One's own department is, for an
issue, the raising or the owning one; for an action the action's. A deputy leads like the leader.
The predicates that find out somebody's standing are in `permissions`.
"""

from enum import StrEnum


class Standing(StrEnum):
    """What somebody is to the thing in question; one may be several at once."""

    anyone = "anyone signed in"
    oneself = "whom it is about"
    admin = "administrator"
    executive = "executive"
    leader = "leader of its department"
    any_leader = "leader of any department"
    colleague = "member of its department"
    point_person = "point person"
    owner = "owner of the action, or standing in for them"
    requester = "who asked for the action"
    creator = "who wrote it down"
    raiser = "who raised it"
    presenter = "presenter of the item"
    named = "named to read it"
    runner = "facilitator or scribe of the meeting"
    series_owner = "owner of the series"
    attendee = "invited to the series"
    asked = "whom the ladder asks"
    attending_leader = "leader or executive who attends"
    attended = "who was there"


class Deed(StrEnum):
    see_confidential = "see a confidential issue"
    triage = "triage, severity, owning department"
    name_readers = "name who reads a confidential issue"
    edit_issue = "change the words of an issue"
    name_point_person = "set the point person"
    lend_person = "accept a point person from one's department"
    set_stage = "set an issue's stage"
    confirm = "confirm that an issue is solved, or re-open it"
    bind = "give an action that binds at once"
    update_action = "action status, block, done"
    edit_action = "change the words of an action"
    move_first = "move a due date the first time"
    move_second = "move a due date the second time"
    move_later = "move a due date again"
    ask_to_move = "ask for another date"
    change_owner = "change the owner of an action, drop it"
    ask_to_change = "ask to hand an action over or drop it"
    answer_proposal = "accept or decline a proposed action"
    verify = "verify that an action is done"
    answer_as_leader = "answer for a promise that got no answer"
    decide_escalation = "answer level 4 of the ladder"
    nudge = "ask the owner of an action to look at it"
    see_company_series = "see the meetings of a series open to the company"
    see_leaders_series = "see the meetings of a series of leaders"
    see_attendees_series = "see the meetings of a series of its attendees"
    manage_series = "plan and cancel meetings, change a series"
    run_meeting = "order, freeze, run, outcomes, issue, re-open"
    take_over = "take the chair of a meeting"
    prepare = "say that a department is prepared for a meeting"
    give_points = "give priority points to agenda items"
    pull_item = "put an agenda item on top"
    answer_minutes = "approve minutes, or object to them"
    correct_minutes = "write a correction to issued minutes, agree to one"
    review_decision = "keep, change or reverse a decision"
    change_item = "change or withdraw an agenda item"
    plan_absence = "say when somebody is away, and who stands in"
    administer = "policy, people, tokens, import, export"
    oversee = "read policy, people, imports; export"


S = Standing
WHO_MAY: dict[Deed, frozenset[Standing]] = {
    Deed.see_confidential: frozenset(
        {S.executive, S.leader, S.point_person, S.named, S.runner}
    ),
    Deed.triage: frozenset({S.executive, S.leader, S.runner}),
    Deed.name_readers: frozenset({S.executive, S.leader, S.runner, S.raiser}),
    Deed.edit_issue: frozenset({S.executive, S.leader, S.runner, S.raiser, S.point_person}),
    Deed.name_point_person: frozenset({S.executive, S.leader, S.runner}),
    Deed.lend_person: frozenset({S.executive, S.leader}),
    Deed.set_stage: frozenset({S.leader, S.point_person, S.runner}),
    Deed.confirm: frozenset({S.raiser, S.leader, S.colleague}),
    Deed.bind: frozenset({S.executive, S.leader, S.owner, S.runner}),
    Deed.update_action: frozenset({S.leader, S.owner, S.runner}),
    Deed.edit_action: frozenset({S.leader, S.owner, S.runner, S.creator, S.requester}),
    Deed.move_first: frozenset({S.executive, S.leader, S.owner, S.runner}),
    Deed.move_second: frozenset({S.executive, S.leader, S.requester, S.runner}),
    Deed.move_later: frozenset({S.executive}),
    Deed.ask_to_move: frozenset({S.leader, S.owner, S.requester}),
    Deed.change_owner: frozenset({S.executive, S.leader, S.runner}),
    Deed.ask_to_change: frozenset({S.owner}),
    Deed.answer_proposal: frozenset({S.leader, S.owner}),
    Deed.verify: frozenset({S.executive, S.requester, S.runner}),
    Deed.answer_as_leader: frozenset({S.executive, S.leader, S.requester, S.asked}),
    Deed.decide_escalation: frozenset({S.executive}),
    Deed.nudge: frozenset({S.anyone}),
    Deed.see_company_series: frozenset({S.anyone}),
    Deed.see_leaders_series: frozenset({S.executive, S.any_leader, S.series_owner, S.attendee}),
    Deed.see_attendees_series: frozenset({S.executive, S.series_owner, S.attendee}),
    Deed.manage_series: frozenset({S.admin, S.series_owner}),
    Deed.run_meeting: frozenset({S.runner}),
    Deed.take_over: frozenset({S.series_owner, S.attending_leader}),
    Deed.prepare: frozenset({S.leader}),
    Deed.give_points: frozenset({S.executive, S.any_leader, S.runner}),
    Deed.pull_item: frozenset({S.executive}),
    Deed.answer_minutes: frozenset({S.attended}),
    Deed.correct_minutes: frozenset({S.runner, S.attended}),
    Deed.review_decision: frozenset({S.executive, S.leader, S.owner, S.runner}),
    Deed.change_item: frozenset({S.creator, S.presenter, S.leader}),
    Deed.plan_absence: frozenset({S.oneself, S.leader, S.admin}),
    Deed.administer: frozenset({S.admin}),
    Deed.oversee: frozenset({S.admin, S.executive}),
}  # fmt: skip


def may(deed: Deed, standings: frozenset[Standing]) -> bool:
    return not WHO_MAY[deed].isdisjoint(standings)
