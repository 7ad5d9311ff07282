"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("settings", __name__)


@area.get("/settings")
@allow(Permission.signed_in)
def edit() -> str:
    return "settings"
