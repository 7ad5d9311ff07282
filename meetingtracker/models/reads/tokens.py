"""The tokens that somebody may see: their own, and for who oversees the system all of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from meetingtracker.db import db, for_change
from meetingtracker.models.api_token import ApiToken
from meetingtracker.models.person import Person
from meetingtracker.rules.permissions import Actor, may_oversee


def visible_tokens(actor: Actor) -> sa.ColumnElement[bool]:
    if may_oversee(actor):
        return sa.true()
    return ApiToken.person_id == actor.id


def token_list(actor: Actor) -> Sequence[ApiToken]:
    """Those that still open something, the newest first."""
    return (
        db.session()
        .scalars(
            sa.select(ApiToken)
            .join(ApiToken.person)
            .where(
                visible_tokens(actor),
                ApiToken.revoked_at.is_(None),
                Person.deactivated_at.is_(None),
            )
            .options(contains_eager(ApiToken.person))
            .order_by(ApiToken.id.desc())
        )
        .all()
    )


def visible_token(actor: Actor, token_id: int) -> ApiToken | None:
    """The token, if the actor may see it. Locked inside a write."""
    token = sa.select(ApiToken).where(ApiToken.id == token_id, visible_tokens(actor))
    return db.session().scalar(for_change(token, ApiToken))
