"""Prepare"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preparation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_preparation_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_preparation_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_preparation_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preparation")),
        sa.UniqueConstraint(
            "meeting_id", "department_id", name=op.f("uq_preparation_meeting_id_department_id")
        ),
    )
    with op.batch_alter_table("preparation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_preparation_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_preparation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "priority_point",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("points BETWEEN 0 AND 3", name=op.f("ck_priority_point_points")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_priority_point_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_priority_point_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_priority_point_person_id_person")
        ),
        sa.PrimaryKeyConstraint(
            "meeting_id", "item_id", "person_id", name=op.f("pk_priority_point")
        ),
    )
    # Plain statements: a table that is written anew would lose its guards.
    key = "INTEGER CONSTRAINT fk_placement_pulled_by_id_person REFERENCES person (id)"
    for table, column, what in (
        ("placement", "pulled_by_id", key),
        ("series", "gives_points", "BOOLEAN NOT NULL DEFAULT false"),
        ("series", "allows_pulls", "BOOLEAN NOT NULL DEFAULT false"),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {what}")
    op.create_index("ix_placement_pulled_by_id", "placement", ["pulled_by_id"])
    op.create_index("uq_placement_pull", "placement", ["meeting_id", "pulled_by_id"], unique=True)


def downgrade() -> None:
    for index in ("uq_placement_pull", "ix_placement_pulled_by_id"):
        op.drop_index(index, "placement")
    for table, column in (
        ("series", "allows_pulls"), ("series", "gives_points"), ("placement", "pulled_by_id"),
    ):  # fmt: skip
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.drop_table("priority_point")
    with op.batch_alter_table("preparation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_preparation_person_id"))
        batch_op.drop_index(batch_op.f("ix_preparation_department_id"))

    op.drop_table("preparation")
