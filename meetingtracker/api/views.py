"""All resources of the API, its description for programs and its page for people."""

from flask import Response, render_template, request

from meetingtracker.api import (
    actions,
    agenda_items,
    comments,
    decisions,
    departments,
    events,
    issues,
    me,
    meetings,
    people,
    webhooks,
)
from meetingtracker.api.declare import area
from meetingtracker.api.openapi import description, reference
from meetingtracker.web.access import public

__all__ = [
    "actions",
    "agenda_items",
    "area",
    "comments",
    "decisions",
    "departments",
    "events",
    "issues",
    "me",
    "meetings",
    "people",
    "webhooks",
]


@area.get("/openapi.json")
@public("what the API can be asked holds nothing private")
def openapi() -> Response:
    return Response(description(request.script_root), mimetype="application/json")


@area.get("/api")
@public("what the API can be asked holds nothing private")
def show() -> str:
    return render_template("api/show.html", resources=reference())
