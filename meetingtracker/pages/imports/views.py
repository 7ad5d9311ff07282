"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("imports", __name__)


@area.get("/imports")
@allow(Permission.signed_in)
def index() -> str:
    return "imports"
