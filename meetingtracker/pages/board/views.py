"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("board", __name__)


@area.get("/board")
@allow(Permission.signed_in)
def index() -> str:
    return "board"
