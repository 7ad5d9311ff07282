"""Tokens for programs: administrators make them, owners see and revoke their own."""

from flask import Blueprint, flash, render_template, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import writing
from meetingtracker.models.acts.make_token import make_token
from meetingtracker.models.api_token import ApiToken
from meetingtracker.models.person import Person
from meetingtracker.models.reads.tokens import token_list, visible_token
from meetingtracker.pages.tokens.forms import TokenForm
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission, may_administer
from meetingtracker.web.access import actor, allow, require
from meetingtracker.web.change import Answer, change
from meetingtracker.web.forms import VersionedForm

area = Blueprint("tokens", __name__)


@area.get("/account/tokens")
@allow(Permission.signed_in)
def index() -> str:
    return _page(TokenForm(None, person=actor().id))


def _page(form: TokenForm, made: str = "", refusal: str = "") -> str:
    """`made`: the token itself, which is shown this once."""
    may_make = may_administer(actor())
    if may_make:
        form.offer()
    tokens = token_list(actor())
    return render_template(
        "tokens/index.html", tokens=tokens, form=form if may_make else None, made=made,
        refusal=refusal, mine=actor().id,
        revocable={t.id for t in tokens if _may_revoke(t)},
    )  # fmt: skip


def _may_revoke(token: ApiToken) -> bool:
    return may_administer(actor()) or token.person_id == actor().id


@area.post("/account/tokens")
@allow(Permission.administer)
def create() -> Answer:
    require(may_administer(actor()))
    form = TokenForm()
    form.offer()
    if not form.validate():
        return _page(form), 422
    try:
        with writing() as session:
            _id, token = make_token(
                session.get(Person, form.person.data), name=form.name.data or "",
                scope=form.scope.data, by=actor(), at=clock.now(),
            )  # fmt: skip
    except RuleBroken as broken:
        form.add_rule_error(broken)
        return _page(form), 422
    return _page(TokenForm(None, person=actor().id), made=token)


@area.post("/account/tokens/<int:token_id>/revocation")
@allow(Permission.signed_in)
def revoke(token_id: int) -> Answer:
    def act(token: ApiToken) -> None:
        token.revoke(by=actor(), at=clock.now())
        flash(_("Revoked. It opens nothing any more."))

    return change(
        VersionedForm(),
        load=lambda: visible_token(actor(), token_id),
        allowed=_may_revoke,
        act=act,
        again=lambda refused: _page(
            TokenForm(None, person=actor().id),
            refusal=" ".join(map(str, [*refused.form_errors, *refused.version.errors])),
        ),
        done=url_for("tokens.index"),
    )
