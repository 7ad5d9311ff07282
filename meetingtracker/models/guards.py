"""Database triggers: what is append-only or written once holds against every path, SQL included."""

# table → (column that is guarded or None for the whole row, when to refuse)
_GUARDED = {
    "action": ("original_due_on", "OLD.original_due_on IS NOT NULL AND {differs}"),
    "due_change": (None, None),
    "event": (None, None),
    "minutes_version": (None, None),
}


def guards(dialect: str) -> list[str]:
    """The CREATE TRIGGER statements for "sqlite" or "postgresql"."""
    return [_guard(dialect, table, *what) for table, what in _GUARDED.items()]


def _guard(dialect: str, table: str, column: str | None, when: str | None) -> str:
    of = f" OF {column}" if column else ""
    sentence = f"{table}{'.' + column if column else ''} is written once"
    if dialect == "sqlite":
        condition = ""
        if when:
            differs = f"NEW.{column} IS NOT OLD.{column}"
            condition = f" WHEN {when.format(differs=differs)}"
        return (
            f"CREATE TRIGGER guard_{table} BEFORE UPDATE{of} ON {table}{condition} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )
    condition = ""
    if when:
        differs = f"NEW.{column} IS DISTINCT FROM OLD.{column}"
        condition = f" WHEN ({when.format(differs=differs)})"
    return (
        f"CREATE FUNCTION guard_{table}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{sentence}'; END $$; "
        f"CREATE TRIGGER guard_{table} BEFORE UPDATE{of} ON {table} "
        f"FOR EACH ROW{condition} EXECUTE FUNCTION guard_{table}()"
    )


def unguards(dialect: str) -> list[str]:
    """The statements that take the triggers away again."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER guard_{table}" for table in _GUARDED]
    return [
        f"DROP TRIGGER guard_{table} ON {table}; DROP FUNCTION guard_{table}()"
        for table in _GUARDED
    ]
