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


def downgrade() -> None:
    with op.batch_alter_table("preparation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_preparation_person_id"))
        batch_op.drop_index(batch_op.f("ix_preparation_department_id"))

    op.drop_table("preparation")
