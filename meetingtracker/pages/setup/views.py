"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("setup", __name__)


@area.get("/setup")
@allow(Permission.signed_in)
def start() -> str:
    return "setup"
