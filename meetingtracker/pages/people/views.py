"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("people", __name__)


@area.get("/people")
@allow(Permission.signed_in)
def index() -> str:
    return "people"
