"""The first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from meetingtracker.models.guards import guards, unguards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("colour", sa.SmallInteger(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("serves", sa.String(length=500), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["deputy_id"],
            ["person.id"],
            name=op.f("fk_department_deputy_id_person"),
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"],
            ["person.id"],
            name=op.f("fk_department_leader_id_person"),
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("name", name=op.f("uq_department_name")),
    )
    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_department_deputy_id"), ["deputy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_department_leader_id"), ["leader_id"], unique=False)

    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holiday")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("uses_mail", sa.Boolean(), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_organisation_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_person_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name=op.f("fk_person_manager_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_person_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_person_manager_id"), ["manager_id"], unique=False)

    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column(
            "result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_import_run_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("start_time", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("every_weeks", sa.SmallInteger(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("visibility", sa.String(length=24), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("every_weeks BETWEEN 1 AND 12", name=op.f("ck_series_every_weeks")),
        sa.CheckConstraint("minutes BETWEEN 5 AND 600", name=op.f("ck_series_minutes")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_series_weekday")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_series_owner_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("name", name=op.f("uq_series_name")),
    )
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_series_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("on_phone", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_session_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), nullable=False),
        sa.Column("raising_department_id", sa.Integer(), nullable=False),
        sa.Column("owning_department_id", sa.Integer(), nullable=True),
        sa.Column("point_person_id", sa.Integer(), nullable=True),
        sa.Column("nominee_id", sa.Integer(), nullable=True),
        sa.Column("raised_by_id", sa.Integer(), nullable=True),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("customer", sa.String(length=24), nullable=False),
        sa.Column("customer_goal", sa.String(length=500), nullable=False),
        sa.Column("evidence", sa.String(length=24), nullable=True),
        sa.Column("stage", sa.String(length=24), nullable=False),
        sa.Column("root_cause", sa.Text(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("blocked_need", sa.String(length=500), nullable=True),
        sa.Column("blocker_department_id", sa.Integer(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("closed_as", sa.String(length=24), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(stage = 'blocked') = (blocked_need IS NOT NULL)", name=op.f("ck_issue_blocked")
        ),
        sa.CheckConstraint(
            "(stage = 'resolved') = (resolved_on IS NOT NULL AND closed_at IS NULL) OR stage IN ('closed', 'declined')",
            name=op.f("ck_issue_resolved"),
        ),
        sa.CheckConstraint("severity BETWEEN 1 AND 4", name=op.f("ck_issue_severity")),
        sa.ForeignKeyConstraint(
            ["blocker_department_id"],
            ["department.id"],
            name=op.f("fk_issue_blocker_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["nominee_id"], ["person.id"], name=op.f("fk_issue_nominee_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["owning_department_id"],
            ["department.id"],
            name=op.f("fk_issue_owning_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["point_person_id"], ["person.id"], name=op.f("fk_issue_point_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["person.id"], name=op.f("fk_issue_raised_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["raising_department_id"],
            ["department.id"],
            name=op.f("fk_issue_raising_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_issue_series_id_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("external_id", name=op.f("uq_issue_external_id")),
    )
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.create_index(
            "ix_issue_closed_at",
            ["closed_at", "confidential"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_issue_confidential",
            [
                "id",
                "raising_department_id",
                "owning_department_id",
                "point_person_id",
                "confidential",
            ],
            unique=False,
            sqlite_where=sa.text("confidential = 1"),
            postgresql_where=sa.text("confidential"),
        )
        batch_op.create_index(batch_op.f("ix_issue_nominee_id"), ["nominee_id"], unique=False)
        batch_op.create_index(
            "ix_issue_open",
            [
                "stage",
                "severity",
                "raised_on",
                "id",
                "owning_department_id",
                "raising_department_id",
                "point_person_id",
                "confidential",
                "customer",
            ],
            unique=False,
            sqlite_where=sa.text("stage NOT IN ('closed', 'declined')"),
            postgresql_where=sa.text("stage NOT IN ('closed', 'declined')"),
        )
        batch_op.create_index(
            "ix_issue_owned_by_department", ["owning_department_id", "stage"], unique=False
        )
        batch_op.create_index("ix_issue_point_person", ["point_person_id", "stage"], unique=False)
        batch_op.create_index(
            "ix_issue_raised_by_department", ["raising_department_id", "stage"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_issue_raised_by_id"), ["raised_by_id"], unique=False)
        batch_op.create_index("ix_issue_raised_on", ["raised_on", "confidential"], unique=False)
        batch_op.create_index(batch_op.f("ix_issue_series_id"), ["series_id"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("start_time", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("facilitator_id", sa.Integer(), nullable=True),
        sa.Column("scribe_id", sa.Integer(), nullable=True),
        sa.Column("current_placement_id", sa.Integer(), nullable=True),
        sa.Column("item_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 5 AND 600", name=op.f("ck_meeting_minutes")),
        sa.ForeignKeyConstraint(
            ["current_placement_id"],
            ["placement.id"],
            name=op.f("fk_meeting_current_placement_id_placement"),
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["person.id"], name=op.f("fk_meeting_facilitator_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["scribe_id"], ["person.id"], name=op.f("fk_meeting_scribe_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_meeting_series_id_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meeting_facilitator_id"), ["facilitator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_meeting_scribe_id"), ["scribe_id"], unique=False)
        batch_op.create_index("ix_meeting_series", ["series_id", "held_on"], unique=False)
        batch_op.create_index("ix_meeting_state", ["state", "held_on"], unique=False)
        batch_op.create_index(
            "uq_meeting_series_day",
            ["series_id", "held_on"],
            unique=True,
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )

    op.create_table(
        "series_attendee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_series_attendee_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_attendee_series_id_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_attendee")),
        sa.UniqueConstraint(
            "series_id", "person_id", name=op.f("uq_series_attendee_series_id_person_id")
        ),
    )
    with op.batch_alter_table("series_attendee", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_series_attendee_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), nullable=False),
        sa.Column("ask", sa.String(length=24), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("presenter_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("action_id", sa.Integer(), nullable=True),
        sa.Column("executive_id", sa.Integer(), nullable=True),
        sa.Column("in_pool", sa.Boolean(), nullable=False),
        sa.Column("placed", sa.SmallInteger(), nullable=False),
        sa.Column("deferred", sa.SmallInteger(), nullable=False),
        sa.Column("unreached", sa.SmallInteger(), nullable=False),
        sa.Column("carried", sa.String(length=24), nullable=True),
        sa.Column("first_placed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("minutes BETWEEN 1 AND 240", name=op.f("ck_agenda_item_minutes")),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["action.id"],
            name=op.f("fk_agenda_item_action_id_action"),
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_agenda_item_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_agenda_item_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["executive_id"], ["person.id"], name=op.f("fk_agenda_item_executive_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_agenda_item_issue_id_issue")
        ),
        sa.ForeignKeyConstraint(
            ["presenter_id"], ["person.id"], name=op.f("fk_agenda_item_presenter_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_agenda_item_series_id_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint("series_id", "key", name=op.f("uq_agenda_item_series_id_key")),
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_item_action_id"), ["action_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_agenda_item_created_by_id"), ["created_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_agenda_item_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_agenda_item_executive_id"), ["executive_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_agenda_item_issue_id"), ["issue_id"], unique=False)
        batch_op.create_index(
            "ix_agenda_item_pool",
            ["series_id"],
            unique=False,
            sqlite_where=sa.text("in_pool"),
            postgresql_where=sa.text("in_pool"),
        )
        batch_op.create_index(
            batch_op.f("ix_agenda_item_presenter_id"), ["presenter_id"], unique=False
        )

    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("presence", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attendance_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "meeting_id", "person_id", name=op.f("uq_attendance_meeting_id_person_id")
        ),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_person_id"), ["person_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("subject_type", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("subject_version", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "changes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_event_actor_id_person")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_event_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint(
            "subject_type",
            "subject_id",
            "subject_version",
            name=op.f("uq_event_subject_type_subject_id_subject_version"),
        ),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_at", ["at", "id"], unique=False)
        batch_op.create_index(
            "ix_event_meeting",
            ["meeting_id"],
            unique=False,
            sqlite_where=sa.text("meeting_id IS NOT NULL"),
            postgresql_where=sa.text("meeting_id IS NOT NULL"),
        )

    op.create_table(
        "issue_reader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_issue_reader_issue_id_issue")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_issue_reader_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_reader")),
        sa.UniqueConstraint(
            "issue_id", "person_id", name=op.f("uq_issue_reader_issue_id_person_id")
        ),
    )
    with op.batch_alter_table("issue_reader", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_reader_person_id"), ["person_id"], unique=False)

    op.create_table(
        "minutes_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("annex", sa.Text(), nullable=True),
        sa.Column("annex_html", sa.Text(), nullable=True),
        sa.Column("annex_sha256", sa.String(length=64), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_minutes_version_issued_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_version_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_version")),
        sa.UniqueConstraint(
            "meeting_id", "number", name=op.f("uq_minutes_version_meeting_id_number")
        ),
    )
    op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("seconds_spent", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("outcome_reason", sa.String(length=500), nullable=True),
        sa.Column("verdict", sa.String(length=24), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("carried", sa.String(length=24), nullable=True),
        sa.CheckConstraint(
            "outcome IS NOT NULL OR verdict IS NULL", name=op.f("ck_placement_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_placement_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_placement_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("item_id", "meeting_id", name=op.f("uq_placement_item_id_meeting_id")),
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index("ix_placement_meeting", ["meeting_id", "position"], unique=False)

    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("placement_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("priority", sa.String(length=24), nullable=False),
        sa.Column("repeat", sa.String(length=24), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("original_due_on", sa.Date(), nullable=True),
        sa.Column("moves", sa.SmallInteger(), nullable=False),
        sa.Column("on_track_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_track_note", sa.String(length=255), nullable=True),
        sa.Column("blocked_need", sa.String(length=500), nullable=True),
        sa.Column("blocked_on", sa.Date(), nullable=True),
        sa.Column("next_look_on", sa.Date(), nullable=True),
        sa.Column("blocker_person_id", sa.Integer(), nullable=True),
        sa.Column("blocker_department_id", sa.Integer(), nullable=True),
        sa.Column("blocker_action_id", sa.Integer(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=500), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'blocked') = (blocked_need IS NOT NULL)", name=op.f("ck_action_blocked")
        ),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_action_cancelled")
        ),
        sa.CheckConstraint(
            "(status IN ('done', 'verified')) = (done_at IS NOT NULL)", name=op.f("ck_action_done")
        ),
        sa.CheckConstraint(
            "(due_on IS NULL) = (original_due_on IS NULL)", name=op.f("ck_action_due")
        ),
        sa.CheckConstraint("moves >= 0", name=op.f("ck_action_moves")),
        sa.ForeignKeyConstraint(
            ["blocker_action_id"], ["action.id"], name=op.f("fk_action_blocker_action_id_action")
        ),
        sa.ForeignKeyConstraint(
            ["blocker_department_id"],
            ["department.id"],
            name=op.f("fk_action_blocker_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["blocker_person_id"], ["person.id"], name=op.f("fk_action_blocker_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_action_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_action_department_id_department")
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_action_issue_id_issue")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_action_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_action_owner_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_action_placement_id_placement")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["action.id"], name=op.f("fk_action_replaces_id_action")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_action_requested_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_action_series_id_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sa.UniqueConstraint("external_id", name=op.f("uq_action_external_id")),
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(
            "ix_action_blocker_action",
            ["blocker_action_id"],
            unique=False,
            sqlite_where=sa.text("blocker_action_id IS NOT NULL"),
            postgresql_where=sa.text("blocker_action_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_action_blocker_department",
            ["blocker_department_id"],
            unique=False,
            sqlite_where=sa.text("blocker_department_id IS NOT NULL"),
            postgresql_where=sa.text("blocker_department_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_action_blocker_person",
            ["blocker_person_id"],
            unique=False,
            sqlite_where=sa.text("blocker_person_id IS NOT NULL"),
            postgresql_where=sa.text("blocker_person_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_action_cancelled",
            ["original_due_on"],
            unique=False,
            sqlite_where=sa.text("status IN ('cancelled')"),
            postgresql_where=sa.text("status IN ('cancelled')"),
        )
        batch_op.create_index("ix_action_department", ["department_id", "status"], unique=False)
        batch_op.create_index(
            "ix_action_issue",
            ["issue_id", "status", "due_on"],
            unique=False,
            sqlite_where=sa.text("issue_id IS NOT NULL"),
            postgresql_where=sa.text("issue_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_action_meeting",
            ["meeting_id"],
            unique=False,
            sqlite_where=sa.text("meeting_id IS NOT NULL"),
            postgresql_where=sa.text("meeting_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_action_original_due",
            [
                "original_due_on",
                "status",
                "done_on",
                "undone_at",
                "issue_id",
                "owner_id",
                "series_id",
                "department_id",
            ],
            unique=False,
        )
        batch_op.create_index("ix_action_owner", ["owner_id", "status"], unique=False)
        batch_op.create_index(
            "ix_action_owner_running",
            ["owner_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text("status IN ('open', 'in_progress', 'blocked')"),
            postgresql_where=sa.text("status IN ('open', 'in_progress', 'blocked')"),
        )
        batch_op.create_index(
            "ix_action_placement",
            ["placement_id"],
            unique=False,
            sqlite_where=sa.text("placement_id IS NOT NULL"),
            postgresql_where=sa.text("placement_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_action_replaces",
            ["replaces_id"],
            unique=False,
            sqlite_where=sa.text("replaces_id IS NOT NULL"),
            postgresql_where=sa.text("replaces_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_action_requested_by",
            ["requested_by_id", "status"],
            unique=False,
            sqlite_where=sa.text("requested_by_id IS NOT NULL"),
            postgresql_where=sa.text("requested_by_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_action_running",
            ["due_on", "id", "issue_id", "priority", "promised_on", "status"],
            unique=False,
            sqlite_where=sa.text("status IN ('open', 'in_progress', 'blocked')"),
            postgresql_where=sa.text("status IN ('open', 'in_progress', 'blocked')"),
        )
        batch_op.create_index(
            "ix_action_series",
            ["series_id"],
            unique=False,
            sqlite_where=sa.text("series_id IS NOT NULL"),
            postgresql_where=sa.text("series_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_action_unfinished",
            ["due_on", "id", "issue_id", "owner_id", "series_id", "status"],
            unique=False,
            sqlite_where=sa.text("status IN ('proposed', 'open', 'in_progress', 'blocked')"),
            postgresql_where=sa.text("status IN ('proposed', 'open', 'in_progress', 'blocked')"),
        )

    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("placement_id", sa.Integer(), nullable=True),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_decision_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_decision_issue_id_issue")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_decision_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_decision_owner_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_decision_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_day", ["decided_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_issue_id"), ["issue_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_decision_placement_id"), ["placement_id"], unique=False
        )

    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_note_by_id_person")),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_note_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_placement_id"), ["placement_id"], unique=False)

    op.create_table(
        "raised_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_raised_issue_issue_id_issue")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_raised_issue_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raised_issue")),
        sa.UniqueConstraint(
            "placement_id", "issue_id", name=op.f("uq_raised_issue_placement_id_issue_id")
        ),
    )
    with op.batch_alter_table("raised_issue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_raised_issue_issue_id"), ["issue_id"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("action_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(issue_id IS NULL) <> (action_id IS NULL)", name=op.f("ck_comment_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_comment_action_id_action")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_comment_by_id_person")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_comment_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_action_id"), ["action_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_issue_id"), ["issue_id"], unique=False)

    op.create_table(
        "due_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_due_change_action_id_action")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_due_change_by_id_person")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_due_change_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_change")),
    )
    with op.batch_alter_table("due_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_due_change_action_id"), ["action_id"], unique=False)

    op.create_table(
        "due_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("wish", sa.String(length=500), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_due_request_action_id_action")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_due_request_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_due_request_asked_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_request")),
    )
    with op.batch_alter_table("due_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_due_request_action_id"), ["action_id"], unique=False)
        batch_op.create_index(
            "uq_due_request_open",
            ["action_id"],
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("action_id", sa.Integer(), nullable=True),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN issue_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN action_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN comment_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_attachment_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_attachment_action_id_action")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_attachment_by_id_person")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_attachment_comment_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_attachment_issue_id_issue")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_action_id"), ["action_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_comment_id"), ["comment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_issue_id"), ["issue_id"], unique=False)

    # Tables that point at each other: SQLite took these keys with the table, PostgreSQL adds them now.
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key(
            "fk_department_deputy_id_person", "department", "person", ["deputy_id"], ["id"]
        )
        op.create_foreign_key(
            "fk_department_leader_id_person", "department", "person", ["leader_id"], ["id"]
        )
        op.create_foreign_key(
            "fk_meeting_current_placement_id_placement",
            "meeting",
            "placement",
            ["current_placement_id"],
            ["id"],
        )
        op.create_foreign_key(
            "fk_agenda_item_action_id_action", "agenda_item", "action", ["action_id"], ["id"]
        )
    for statement in guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_department_deputy_id_person", "department", type_="foreignkey")
        op.drop_constraint("fk_department_leader_id_person", "department", type_="foreignkey")
        op.drop_constraint(
            "fk_meeting_current_placement_id_placement", "meeting", type_="foreignkey"
        )
        op.drop_constraint("fk_agenda_item_action_id_action", "agenda_item", type_="foreignkey")
    for statement in unguards(op.get_bind().dialect.name):
        op.execute(statement)
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_issue_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_comment_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_action_id"))

    op.drop_table("attachment")
    with op.batch_alter_table("due_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_due_request_open",
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_due_request_action_id"))

    op.drop_table("due_request")
    with op.batch_alter_table("due_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_due_change_action_id"))

    op.drop_table("due_change")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_issue_id"))
        batch_op.drop_index(batch_op.f("ix_comment_action_id"))

    op.drop_table("comment")
    with op.batch_alter_table("raised_issue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_raised_issue_issue_id"))

    op.drop_table("raised_issue")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_placement_id"))

    op.drop_table("note")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_placement_id"))
        batch_op.drop_index(batch_op.f("ix_decision_owner_id"))
        batch_op.drop_index(batch_op.f("ix_decision_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_decision_issue_id"))
        batch_op.drop_index("ix_decision_day")

    op.drop_table("decision")
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_action_unfinished",
            sqlite_where=sa.text("status IN ('proposed', 'open', 'in_progress', 'blocked')"),
            postgresql_where=sa.text("status IN ('proposed', 'open', 'in_progress', 'blocked')"),
        )
        batch_op.drop_index(
            "ix_action_series",
            sqlite_where=sa.text("series_id IS NOT NULL"),
            postgresql_where=sa.text("series_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_action_running",
            sqlite_where=sa.text("status IN ('open', 'in_progress', 'blocked')"),
            postgresql_where=sa.text("status IN ('open', 'in_progress', 'blocked')"),
        )
        batch_op.drop_index(
            "ix_action_requested_by",
            sqlite_where=sa.text("requested_by_id IS NOT NULL"),
            postgresql_where=sa.text("requested_by_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_action_replaces",
            sqlite_where=sa.text("replaces_id IS NOT NULL"),
            postgresql_where=sa.text("replaces_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_action_placement",
            sqlite_where=sa.text("placement_id IS NOT NULL"),
            postgresql_where=sa.text("placement_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_action_owner_running",
            sqlite_where=sa.text("status IN ('open', 'in_progress', 'blocked')"),
            postgresql_where=sa.text("status IN ('open', 'in_progress', 'blocked')"),
        )
        batch_op.drop_index("ix_action_owner")
        batch_op.drop_index("ix_action_original_due")
        batch_op.drop_index(
            "ix_action_meeting",
            sqlite_where=sa.text("meeting_id IS NOT NULL"),
            postgresql_where=sa.text("meeting_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_action_issue",
            sqlite_where=sa.text("issue_id IS NOT NULL"),
            postgresql_where=sa.text("issue_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_action_department")
        batch_op.drop_index(
            "ix_action_cancelled",
            sqlite_where=sa.text("status IN ('cancelled')"),
            postgresql_where=sa.text("status IN ('cancelled')"),
        )
        batch_op.drop_index(
            "ix_action_blocker_person",
            sqlite_where=sa.text("blocker_person_id IS NOT NULL"),
            postgresql_where=sa.text("blocker_person_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_action_blocker_department",
            sqlite_where=sa.text("blocker_department_id IS NOT NULL"),
            postgresql_where=sa.text("blocker_department_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_action_blocker_action",
            sqlite_where=sa.text("blocker_action_id IS NOT NULL"),
            postgresql_where=sa.text("blocker_action_id IS NOT NULL"),
        )

    op.drop_table("action")
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_index("ix_placement_meeting")

    op.drop_table("placement")
    op.drop_table("minutes_version")
    with op.batch_alter_table("issue_reader", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issue_reader_person_id"))

    op.drop_table("issue_reader")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_event_meeting",
            sqlite_where=sa.text("meeting_id IS NOT NULL"),
            postgresql_where=sa.text("meeting_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_event_at")

    op.drop_table("event")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_person_id"))

    op.drop_table("attendance")
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_item_presenter_id"))
        batch_op.drop_index(
            "ix_agenda_item_pool",
            sqlite_where=sa.text("in_pool"),
            postgresql_where=sa.text("in_pool"),
        )
        batch_op.drop_index(batch_op.f("ix_agenda_item_issue_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_item_executive_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_item_department_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_item_created_by_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_item_action_id"))

    op.drop_table("agenda_item")
    with op.batch_alter_table("series_attendee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_series_attendee_person_id"))

    op.drop_table("series_attendee")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_meeting_series_day",
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )
        batch_op.drop_index("ix_meeting_state")
        batch_op.drop_index("ix_meeting_series")
        batch_op.drop_index(batch_op.f("ix_meeting_scribe_id"))
        batch_op.drop_index(batch_op.f("ix_meeting_facilitator_id"))

    op.drop_table("meeting")
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issue_series_id"))
        batch_op.drop_index("ix_issue_raised_on")
        batch_op.drop_index(batch_op.f("ix_issue_raised_by_id"))
        batch_op.drop_index("ix_issue_raised_by_department")
        batch_op.drop_index("ix_issue_point_person")
        batch_op.drop_index("ix_issue_owned_by_department")
        batch_op.drop_index(
            "ix_issue_open",
            sqlite_where=sa.text("stage NOT IN ('closed', 'declined')"),
            postgresql_where=sa.text("stage NOT IN ('closed', 'declined')"),
        )
        batch_op.drop_index(batch_op.f("ix_issue_nominee_id"))
        batch_op.drop_index(
            "ix_issue_confidential",
            sqlite_where=sa.text("confidential = 1"),
            postgresql_where=sa.text("confidential"),
        )
        batch_op.drop_index(
            "ix_issue_closed_at",
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )

    op.drop_table("issue")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_person_id"))

    op.drop_table("session")
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_series_owner_id"))

    op.drop_table("series")
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_link_person_id"))

    op.drop_table("one_time_link")
    op.drop_table("import_run")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_manager_id"))
        batch_op.drop_index(batch_op.f("ix_person_department_id"))

    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_table("holiday")
    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_department_leader_id"))
        batch_op.drop_index(batch_op.f("ix_department_deputy_id"))

    op.drop_table("department")
