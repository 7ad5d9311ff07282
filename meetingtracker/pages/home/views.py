"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("home", __name__)


@area.get("/")
@allow(Permission.signed_in)
def my_week() -> str:
    return "home"
