"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("meetings", __name__)


@area.get("/meetings")
@allow(Permission.signed_in)
def index() -> str:
    return "meetings"
