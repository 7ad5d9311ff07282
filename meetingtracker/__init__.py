"""Meetingtracker: the weekly leader meeting and the promises made in it."""
