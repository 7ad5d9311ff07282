"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("agenda", __name__)


@area.get("/agenda")
@allow(Permission.signed_in)
def index() -> str:
    return "agenda"
