"""Early warning"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "warning_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("promises", sa.Integer(), nullable=False),
        sa.Column(
            "weights", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("auc", sa.Double(), nullable=True),
        sa.Column("auc_due_soonest", sa.Double(), nullable=True),
        sa.Column("auc_quiet_longest", sa.Double(), nullable=True),
        sa.Column("calibration_error", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_model")),
    )
    op.create_table(
        "early_warning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("mark", sa.String(length=24), nullable=False),
        sa.Column(
            "reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("chance", sa.Double(), nullable=True),
        sa.Column("model_id", sa.Integer(), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("likely_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=24), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_early_warning_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["warning_model.id"], name=op.f("fk_early_warning_model_id_warning_model")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_warning")),
    )
    with op.batch_alter_table("early_warning", schema=None) as batch_op:
        batch_op.create_index("ix_early_warning_due", ["subject_type", "due_on"], unique=False)
        batch_op.create_index(
            "ix_early_warning_subject", ["subject_type", "subject_id"], unique=False
        )
        batch_op.create_index(
            "uq_early_warning_standing",
            ["subject_type", "subject_id"],
            unique=True,
            sqlite_where=sa.text("cleared_at IS NULL"),
            postgresql_where=sa.text("cleared_at IS NULL"),
        )

    op.create_table(
        "warning_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("chance", sa.Double(), nullable=True),
        sa.Column("mark", sa.String(length=24), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("weekly", sa.Boolean(), nullable=False),
        sa.Column(
            "signals", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("model_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_warning_snapshot_action_id_action")
        ),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["warning_model.id"],
            name=op.f("fk_warning_snapshot_model_id_warning_model"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_snapshot")),
        sa.UniqueConstraint("action_id", "day", name=op.f("uq_warning_snapshot_action_id_day")),
    )
    with op.batch_alter_table("warning_snapshot", schema=None) as batch_op:
        batch_op.create_index("ix_warning_snapshot_due", ["due_on", "weekly"], unique=False)

    default = sa.false().compile(dialect=op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE organisation ADD COLUMN shadow_weeks BOOLEAN DEFAULT {default} NOT NULL"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE organisation DROP COLUMN shadow_weeks")

    with op.batch_alter_table("warning_snapshot", schema=None) as batch_op:
        batch_op.drop_index("ix_warning_snapshot_due")

    op.drop_table("warning_snapshot")
    with op.batch_alter_table("early_warning", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_early_warning_standing",
            sqlite_where=sa.text("cleared_at IS NULL"),
            postgresql_where=sa.text("cleared_at IS NULL"),
        )
        batch_op.drop_index("ix_early_warning_subject")
        batch_op.drop_index("ix_early_warning_due")

    op.drop_table("early_warning")
    op.drop_table("warning_model")
