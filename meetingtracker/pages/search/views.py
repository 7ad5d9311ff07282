"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("search", __name__)


@area.get("/search")
@allow(Permission.signed_in)
def index() -> str:
    return "search"
