"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("actions", __name__)


@area.get("/actions")
@allow(Permission.signed_in)
def index() -> str:
    return "actions"
