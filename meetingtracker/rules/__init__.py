"""Rules: plain Python on dates, enums and frozen dataclasses."""
