"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("decisions", __name__)


@area.get("/decisions")
@allow(Permission.signed_in)
def index() -> str:
    return "decisions"
