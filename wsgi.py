"""For any WSGI server: `wsgi:app`."""

from meetingtracker.app import create_app

app = create_app()
