"""create_app(): wire config, database, web and blueprints; nothing else."""

from importlib import import_module

from flask import Flask

from meetingtracker import config as settings
from meetingtracker import models  # noqa: F401  (names every table)
from meetingtracker.api.views import area as api
from meetingtracker.config import ROOT, Config
from meetingtracker.db import init_db
from meetingtracker.web.access import init_access
from meetingtracker.web.errors import init_errors
from meetingtracker.web.filters import init_filters
from meetingtracker.web.logs import init_logs
from meetingtracker.web.nav import init_nav
from meetingtracker.web.security import init_security

AREAS = (
    "account",
    "answers",
    "factors",
    "sso",
    "home",
    "board",
    "issues",
    "actions",
    "meetings",
    "minutes",
    "agenda",
    "decisions",
    "people",
    "audit",
    "imports",
    "settings",
    "search",
    "setup",
    "system",
    "mail",
    "tokens",
    "inbox",
    "escalations",
    "followup",
    "departments",
    "reports",
)


def create_app(config: Config | None = None) -> Flask:
    """The WSGI application. Reads the environment unless it is given its settings."""
    config = config or settings.load()
    app = Flask("meetingtracker", template_folder=str(ROOT / "templates"), static_folder=None)
    app.secret_key = config.secret_key
    app.testing = config.testing
    app.config["PROPAGATE_FAILURES"] = False
    app.extensions["meetingtracker"] = config
    init_logs(app, style=config.log)
    init_security(app, config)
    init_db(app, database_url=config.database_url, threads=config.threads)
    init_access(app)
    init_filters(app)
    init_nav(app)
    init_errors(app)
    for area in AREAS:
        app.register_blueprint(import_module(f"meetingtracker.pages.{area}.views").area)
    app.register_blueprint(api)
    return app
