"""Placeholder."""

from flask import Blueprint

from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

area = Blueprint("system", __name__)


@area.get("/healthz")
@allow(Permission.signed_in)
def healthz() -> str:
    return "system"
