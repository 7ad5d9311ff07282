"""The agenda between meetings: what stands on the next one, what waits, and each item's life."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock, markup
from meetingtracker.db import writing
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.acts.withdraw_item import withdraw_item
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads import agenda as read
from meetingtracker.models.reads.issue_page import visible_issue
from meetingtracker.models.reads.meetings import visible_series_row
from meetingtracker.models.reads.people import mention_lookup
from meetingtracker.models.reads.verdicts import is_verdict, promised, verdicts_waiting
from meetingtracker.pages.agenda.forms import ItemForm, ProposeForm
from meetingtracker.rules.agenda import VERDICT_FROM, Ask
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission, may_change_item
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import Answer, change
from meetingtracker.web.filters import today
from meetingtracker.web.forms import ReasonForm

area = Blueprint("agenda", __name__)
MINUTES = 10
"""What an item asks for unless somebody says otherwise."""


SHOWN = ("", "pool", "verdicts")


@area.get("/agenda")
@allow(Permission.signed_in)
def index() -> str:
    """Of every series one may see; `series` picks one, `show` the pool or the verdicts alone."""
    series_id = request.args.get("series", type=int)
    show = request.args.get("show", "")
    if series_id is not None:
        found(visible_series_row(actor(), series_id))
    if show not in SHOWN:
        abort(400)
    agendas = read.agendas(actor(), series_id=series_id)
    waiting = verdicts_waiting(actor(), [a.series.id for a in agendas]) if show else []
    groups = [group for one in agendas for group in _groups(one, show, waiting)]
    promises = promised([item.action_id for group in groups for item in group.entries])
    return render_template(
        "agenda/index.html", groups=groups, show=show, chosen=series_id, promises=promises,
        today=today(), total=sum(len(group.entries) for group in groups),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one head; `meeting` is the one on whose agenda they stand."""

    kind: str
    series: str
    entries: list[AgendaItem]
    meeting: Meeting | None = None
    minutes_planned: int = 0


def _groups(agenda: read.SeriesAgenda, show: str, waiting: list[AgendaItem]) -> list[Group]:
    """The verdicts, the agenda and the pool of a series: those that are asked for and not empty."""
    name = agenda.series.name
    if show == "verdicts":
        found = [Group("verdicts", name, [i for i in waiting if i.series_id == agenda.series.id])]
    else:
        topics = [i for i in agenda.placed if not is_verdict(i)]
        pool = Group("pool", name, agenda.pool)
        found = [
            Group("verdicts", name, [i for i in agenda.placed if is_verdict(i)], agenda.meeting),
            Group("agenda", name, topics, agenda.meeting, agenda.minutes_planned),
            pool,
        ]
        found = [pool] if show else found
    return [group for group in found if group.entries]


@area.route("/agenda/new", methods=["GET", "POST"])
@allow(Permission.signed_in)
def new() -> Answer:
    require(True)  # anybody may propose an item for a series they may see
    form = _propose_form()
    if request.method == "GET":
        return _new_page(form)
    if not form.validate():
        return _new_page(form), 422
    text = form.description.data or ""
    html = markup.render(text, people=mention_lookup(text)).html
    try:
        with writing():
            item_id = _propose(form, html).id
    except RuleBroken as broken:
        form.add_rule_error(broken)
        return _new_page(form), 422
    flash(_("It is on the agenda."))
    return redirect(url_for("agenda.show", item_id=item_id))


def _propose_form() -> ProposeForm:
    """Prefilled from the address: ?issue= and ?series=, as far as the actor may see them."""
    series = read.open_series(actor())
    wanted = request.args.get("series", type=int)
    issue_id = request.form.get("issue", type=int) or request.args.get("issue", type=int)
    issue = found(visible_issue(actor(), issue_id)) if issue_id else None
    form = ProposeForm(
        version=0, ask=Ask.DISCUSS, minutes=MINUTES, department=actor().department_id,
        presenter=actor().id, issue=issue_id, title=issue.title if issue else "",
        series=wanted if wanted in {s.id for s in series} else None,
    )  # fmt: skip
    form.offer()
    form.series.offer((s.id, s.name) for s in series)
    if form.series.data is None and series:
        form.series.data = series[0].id
    about = [(issue.id, f"#{issue.id} {issue.title}")] if issue else []
    form.issue.offer([("", _("None")), *about])
    return form


def _new_page(form: ProposeForm) -> str:
    if not form.series.choices:
        form.form_errors.append(_("There is no meeting yet: an administrator founds the first."))
    return render_template("agenda/new.html", form=form)


def _propose(form: ProposeForm, html: str) -> AgendaItem:
    series = found(visible_series_row(actor(), form.series.data or 0))
    if form.issue.data:
        found(visible_issue(actor(), form.issue.data))
    return propose_item(
        series=series, title=form.title.data or "", ask=form.ask.data,
        minutes=form.minutes.data or MINUTES, department_id=form.department.data or 0,
        presenter_id=form.presenter.data, description=form.description.data or "",
        description_html=html, issue_id=form.issue.data, by=actor(), at=clock.now(), on=today(),
    )  # fmt: skip


@area.get("/agenda/<int:item_id>")
@allow(Permission.signed_in)
def show(item_id: int) -> str:
    return _show(item_id)


def _show(item_id: int, reason: ReasonForm | None = None) -> str:
    item = found(read.visible_item(actor(), item_id))
    life = read.life_of(item_id)
    return render_template(
        "agenda/show.html",
        item=item,
        life=life,
        stands_on=next((e for e in reversed(life) if not e.state.has_minutes), None),
        may_change=may_change_item(actor(), item) and not item.is_over,
        verdict_from=VERDICT_FROM,
        form=reason or ReasonForm(formdata=None, obj=item),
    )


@area.route("/agenda/<int:item_id>/edit", methods=["GET", "POST"])
@allow(Permission.signed_in)
def edit(item_id: int) -> Answer:
    item = found(read.visible_item(actor(), item_id))
    require(may_change_item(actor(), item))
    # Not obj=item: its department and presenter are rows, of which a list of choices knows nothing.
    form = ItemForm(
        version=item.version, title=item.title, ask=item.ask, minutes=item.minutes,
        department=item.department_id, presenter=item.presenter_id, description=item.description,
    )  # fmt: skip
    form.offer()
    if request.method == "GET":
        return _edit_page(form, item)
    text = form.description.data or ""
    html = (
        markup.render(text, people=mention_lookup(text)).html if len(text) <= markup.LONGEST else ""
    )

    def act(row: AgendaItem) -> None:
        row.edit(
            title=form.title.data, ask=form.ask.data, minutes=form.minutes.data,
            department_id=form.department.data, presenter_id=form.presenter.data,
            description=text, description_html=html, by=actor(), at=clock.now(),
        )  # fmt: skip

    return change(
        form,
        load=lambda: read.visible_item(actor(), item_id),
        allowed=lambda row: may_change_item(actor(), row),
        act=act,
        again=lambda refused: _edit_page(form, found(read.visible_item(actor(), item_id))),
        done=url_for("agenda.show", item_id=item_id),
    )


def _edit_page(form: ItemForm, item: AgendaItem) -> str:
    posted = form.version.raw_data
    stale = bool(posted and posted[0] != str(item.version))
    return render_template("agenda/edit.html", form=form, item=item, stale=stale)


@area.post("/agenda/<int:item_id>/withdrawal")
@allow(Permission.signed_in)
def withdraw(item_id: int) -> Answer:
    form = ReasonForm()

    def act(row: AgendaItem) -> None:
        if withdraw_item(row, reason=form.reason.data or "", by=actor(), at=clock.now()):
            flash(_("It is withdrawn."))

    return change(
        form,
        load=lambda: read.visible_item(actor(), item_id),
        allowed=lambda row: may_change_item(actor(), row),
        act=act,
        again=lambda refused: _show(item_id, form),
        done=url_for("agenda.show", item_id=item_id),
    )
