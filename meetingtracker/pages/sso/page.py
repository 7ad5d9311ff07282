"""What somebody reads whom single sign-on did not let in; the reason itself is for the log."""

from enum import Enum

from flask import Response, current_app, make_response, render_template, request
from flask_babel import gettext as _

from meetingtracker.rules.errors import N_


class Failed(Enum):
    """Why, as a sentence that leads on, and the answer's code."""

    unreachable = N_("The sign-in of your company can't be reached at the moment."), 502
    state = N_("That took too long, or was begun in another browser. Begin again."), 400
    denied = N_("The sign-in of your company did not let you through."), 403
    answer = N_("What the sign-in of your company answered can't be used. Tell an administrator."), 502  # fmt: skip  # noqa: E501
    unknown = N_("There is no account here for you. Ask an administrator to add you."), 403


def failed_page(why: Failed, reason: str) -> Response:
    sentence, code = why.value
    current_app.logger.warning(
        "single sign-on refused from %s: %s: %s", request.remote_addr, why.name, reason
    )
    return make_response(render_template("sso/failed.html", text=_(sentence)), code)


def missing_page() -> Response:
    current_app.logger.error("single sign-on is set up, but the extra “sso” is not installed")
    text = _("What it takes is not installed on the server: whoever runs it has to add the extra “sso”.")  # fmt: skip  # noqa: E501
    return make_response(render_template("sso/failed.html", text=text), 503)
