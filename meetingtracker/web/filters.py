"""What templates may call: dates in words, safe stored HTML, static addresses."""

import hashlib
from datetime import date, datetime, time
from gettext import NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, request, send_from_directory
from flask_babel import Babel, format_date, get_domain, get_locale, gettext, ngettext
from jinja2 import StrictUndefined
from markupsafe import Markup

from meetingtracker import clock, markup
from meetingtracker.config import ROOT
from meetingtracker.models.organisation import (
    Organisation,
    the_organisation,
    working_calendar,
)
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.followup import Windows, windows
from meetingtracker.web.access import public, visitor
from meetingtracker.web.early_warning import band_text, reason_texts
from meetingtracker.web.flags import flag_text, moved_text
from meetingtracker.web.forms import markup as declared_safe

STATIC = ROOT / "static"
LANGUAGES = {"en": "English"}


def organisation() -> Organisation | None:
    """The organisation's settings, read once a request."""
    if "organisation" not in g:
        g.organisation = the_organisation()
    return g.organisation


def zone() -> str:
    known = organisation()
    return known.zone if known else "UTC"


def today() -> date:
    """The organisation's day."""
    return clock.today(zone())


def calendar() -> WorkingCalendar:
    """The organisation's working days and holidays, read once a request."""
    if "calendar" not in g:
        known = organisation()
        g.calendar = working_calendar(known) if known else WorkingCalendar(frozenset(range(1, 6)))
    return g.calendar


def edges() -> Windows:
    """The days between which today's flags change."""
    return windows(today(), calendar())


def day(value: date | None) -> str:
    """ "Tue 24 Nov", with the year when it is not this one."""
    if value is None:
        return ""
    pattern = "EEE d MMM" if value.year == today().year else "EEE d MMM y"
    return format_date(value, pattern)


def long_day(value: date) -> str:
    return format_date(value, "EEEE, d MMMM y")


def moment(value: datetime | None) -> str:
    """ "24 Nov, 10:07" in the organisation's zone."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone()))
    pattern = "d MMM" if local.year == today().year else "d MMM y"
    return f"{format_date(local.date(), pattern)}, {local:%H:%M}"


def hour(value: time | datetime) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone())).time()
    return f"{value:%H:%M}"


def due(value: date | None) -> str:
    """A due date as people say it: "due today", "due Thu" within the week, "due 24 Dec"."""
    if value is None:
        return gettext("no date yet")
    distance = (value - today()).days
    if distance == 0:
        return gettext("due today")
    if distance == 1:
        return gettext("due tomorrow")
    if 0 < distance < 7:
        return gettext("due %(day)s", day=format_date(value, "EEE"))
    return gettext("due %(day)s", day=day(value))


def ago(value: date | datetime | None) -> str:
    """How long ago, in days: "today", "3 days ago"."""
    if value is None:
        return ""
    passed = days_since(value)
    if passed <= 0:
        return gettext("today")
    return ngettext("%(num)d day ago", "%(num)d days ago", passed)


def days_since(value: date | datetime) -> int:
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone())).date()
    return (today() - value).days


def stored(html: str) -> Markup:
    """Stored, sanitised HTML with its own links resolved to this site."""
    return declared_safe(markup.resolve(html, request.script_root))


def init_filters(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    Babel(app, locale_selector=_language)
    # Flask-Babel looks its domain up again for every word of a page; once a request is enough.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _catalogue().gettext(text),
        lambda one, many, n: _catalogue().ngettext(one, many, n),
        newstyle=True,
    )
    for function in (day, long_day, moment, hour, due, ago, days_since, stored):
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals.update(
        get_locale=get_locale, flag_text=flag_text, moved_text=moved_text,
        reason_texts=reason_texts, band_text=band_text,
    )  # fmt: skip
    _serve_static(app)


def _catalogue() -> NullTranslations:
    if "catalogue" not in g:
        g.catalogue = get_domain().get_translations()
    return g.catalogue


def _language() -> str:
    who = visitor()
    known = organisation()
    wanted = (who and who.language) or (known and known.language) or "en"
    return wanted if wanted in LANGUAGES else "en"


def language() -> str:
    return str(get_locale() or "en")


def _serve_static(app: Flask) -> None:
    """/static/<digest>/… is immutable: the digest is of all files, so links between them hold."""
    digest = _digest(STATIC)

    def static(path: str) -> str:
        return f"{request.script_root}/static/{digest}/{path}"

    app.jinja_env.globals["static"] = static

    @app.get("/static/<version>/<path:path>", endpoint="static")
    @public("style sheets, scripts, fonts and icons hold nothing private")
    def _static(version: str, path: str) -> Response:
        answer = send_from_directory(STATIC, path, max_age=31536000)
        if version == digest:
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            answer.headers["Cache-Control"] = "no-cache"
        return answer


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(path.relative_to(folder).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()[:16]
