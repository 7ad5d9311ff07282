"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("issues", __name__)


@area.get("/issues/new")
@allow(Permission.signed_in)
def new() -> str:
    return "issues"
