"""Minutes"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_agenda_item_decision_id", "agenda_item", "decision_id"),
    ("ix_decision_replaced_by_id", "decision", "replaced_by_id"),
    ("ix_minutes_version_sha256", "minutes_version", "sha256"),
    ("ix_minutes_version_annex_sha256", "minutes_version", "annex_sha256"),
)


def upgrade() -> None:
    op.create_table(
        "erratum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["person.id"], name=op.f("fk_erratum_agreed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_erratum_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_erratum_written_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erratum")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_erratum_meeting_id_number")),
    )
    with op.batch_alter_table("erratum", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erratum_agreed_by_id"), ["agreed_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_erratum_written_by_id"), ["written_by_id"], unique=False
        )

    op.create_table(
        "minutes_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=24), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_answer_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_minutes_answer_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_answer")),
        sa.UniqueConstraint(
            "meeting_id",
            "number",
            "person_id",
            name=op.f("uq_minutes_answer_meeting_id_number_person_id"),
        ),
    )
    with op.batch_alter_table("minutes_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_minutes_answer_person_id"), ["person_id"], unique=False
        )

    # Plain statements: a table that is written anew would lose its guards.
    key = "INTEGER CONSTRAINT {} REFERENCES decision (id)"
    json = "JSON" if op.get_bind().dialect.name == "sqlite" else "JSONB"
    instant = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    for table, column, what in (
        ("agenda_item", "decision_id", key.format("fk_agenda_item_decision_id_decision")),
        ("decision", "replaced_by_id", key.format("fk_decision_replaced_by_id_decision")),
        ("decision", "reviewed_at", instant),
        ("meeting", "reopen_reason", "VARCHAR(500)"),
        ("meeting", "approved_at", instant),
        ("meeting", "approved_as", "VARCHAR(24)"),
        ("meeting", "copies_to", "TEXT NOT NULL DEFAULT ''"),
        ("minutes_version", "secret_issues", json),
        ("series", "place", "VARCHAR(120) NOT NULL DEFAULT ''"),
        ("series", "approves", "BOOLEAN NOT NULL DEFAULT false"),
        ("series", "copies_to", "TEXT NOT NULL DEFAULT ''"),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {what}")
    for name, table, column in INDEXES:
        op.create_index(name, table, [column])


def downgrade() -> None:
    for name, table, _column in INDEXES:
        op.drop_index(name, table)
    for table, column in (
        ("series", "copies_to"), ("series", "approves"), ("series", "place"),
        ("minutes_version", "secret_issues"), ("meeting", "copies_to"), ("meeting", "approved_as"),
        ("meeting", "approved_at"), ("meeting", "reopen_reason"), ("decision", "reviewed_at"),
        ("decision", "replaced_by_id"), ("agenda_item", "decision_id"),
    ):  # fmt: skip
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    with op.batch_alter_table("minutes_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minutes_answer_person_id"))

    op.drop_table("minutes_answer")
    with op.batch_alter_table("erratum", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_erratum_written_by_id"))
        batch_op.drop_index(batch_op.f("ix_erratum_agreed_by_id"))

    op.drop_table("erratum")
