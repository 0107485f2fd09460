"""The tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("number_folded", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_folded", sa.String(400), nullable=False),
        sa.Column("registry_number", sa.String(200), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "preparing",
                "in_force",
                "ended",
                name="agreementstatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("decided_on", sa.String(10), nullable=True),
        sa.Column("decided_by", sa.String(200), nullable=True),
        sa.Column("responsible_board", sa.String(200), nullable=True),
        sa.Column("signed_on", sa.String(10), nullable=True),
        sa.Column("starts_on", sa.String(10), nullable=True),
        sa.Column("ends_on", sa.String(10), nullable=True),
        sa.Column("open_ended", sa.Boolean(), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=True),
        sa.Column("notice_months", sa.Integer(), nullable=True),
        sa.Column("evaluations_per_year", sa.Integer(), nullable=True),
        sa.Column("evaluation_months", sa.String(40), nullable=True),
        sa.Column("purpose", sa.String(2000), nullable=True),
        sa.Column("coordinator", sa.String(40), nullable=True),
        sa.Column("deputy", sa.String(40), nullable=True),
        sa.Column("channel_id", sa.String(40), nullable=True),
        sa.Column("sheltered", sa.Boolean(), nullable=False),
        sa.Column("funding_visible", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.String(100), nullable=True),
        sa.Column("link", sa.String(2000), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("runs_from", sa.Date(), nullable=True),
        sa.Column("runs_until", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT (open_ended AND ends_on IS NOT NULL)", name=op.f("ck_agreement_one_end")
        ),
        sa.CheckConstraint(
            "evaluations_per_year IS NULL OR evaluations_per_year BETWEEN 0 AND 12",
            name=op.f("ck_agreement_evaluations_per_year"),
        ),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_agreement_name_length")),
        sa.CheckConstraint("length(number) <= 40", name=op.f("ck_agreement_number_length")),
        sa.CheckConstraint("length(purpose) <= 2000", name=op.f("ck_agreement_purpose_length")),
        sa.CheckConstraint(
            "notice_months IS NULL OR notice_months BETWEEN 0 AND 120",
            name=op.f("ck_agreement_notice_months"),
        ),
        sa.CheckConstraint(
            "term_months IS NULL OR term_months BETWEEN 1 AND 1200",
            name=op.f("ck_agreement_term_months"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("number", name=op.f("uq_agreement_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_agreement_uid")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_channel_id"), ["channel_id"], unique=False)
        batch_op.create_index("ix_agreement_coordinator", ["coordinator"], unique=False)
        batch_op.create_index("ix_agreement_deputy", ["deputy"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_name_folded"), ["name_folded"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_agreement_number_folded"), ["number_folded"], unique=False
        )

    op.create_table(
        "board_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board", sa.String(200), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.Column("papers_due_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_meeting")),
        sa.UniqueConstraint("board", "meets_on", name=op.f("uq_board_meeting_board_meets_on")),
    )
    op.create_table(
        "closed_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.CheckConstraint(
            "to_on IS NULL OR to_on >= from_on", name=op.f("ck_closed_period_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_period")),
        sa.UniqueConstraint("from_on", "to_on", name=op.f("uq_closed_period_from_on_to_on")),
    )
    op.create_table(
        "handled_request",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_handled_request")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("home_team", sa.String(40), nullable=True),
        sa.Column("register_revision", sa.Integer(), nullable=False),
        sa.Column("last_round", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_send", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restored_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("system_identifier", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slack_id", sa.String(40), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "coordinator",
                "reader",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("board", sa.String(200), nullable=False),
        sa.Column("granted_by", sa.String(80), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint(
            "slack_id", "role", "board", name=op.f("uq_member_slack_id_role_board")
        ),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_slack_id"), ["slack_id"], unique=False)

    op.create_table(
        "method_pause",
        sa.Column("method", sa.String(60), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("method", name=op.f("pk_method_pause")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_audit_entry_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_entry_agreement_id"), ["agreement_id"], unique=False
        )

    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(20), nullable=True),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("typed", sa.Boolean(), nullable=False),
        sa.Column("before_register", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_on", sa.String(10), nullable=True),
        sa.Column("held_on", sa.String(10), nullable=True),
        sa.Column("outcome", sa.String(2000), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(outcome) <= 2000", name=op.f("ck_evaluation_outcome_length")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_evaluation_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint(
            "agreement_id", "number", name=op.f("uq_evaluation_agreement_id_number")
        ),
    )
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_agreement_id"), ["agreement_id"], unique=False
        )
        batch_op.create_index("ix_evaluation_due", ["due_on"], unique=False)

    op.create_table(
        "grant_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("amount_ore", sa.BigInteger(), nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                "decided",
                "preliminary",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(2000), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "amount_ore IS NULL OR typeof(amount_ore) = 'integer'",
            name=op.f("ck_grant_row_amount_ore_whole"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "amount_ore IS NULL OR amount_ore >= 0", name=op.f("ck_grant_row_not_negative")
        ),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_grant_row_note_length")),
        sa.CheckConstraint(
            "year IS NULL OR year BETWEEN 1990 AND 2100", name=op.f("ck_grant_row_year")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_grant_row_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_row")),
    )
    with op.batch_alter_table("grant_row", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_grant_row_agreement_id"), ["agreement_id"], unique=False
        )

    op.create_table(
        "key_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("unit", sa.String(200), nullable=True),
        sa.Column("from_on", sa.String(10), nullable=False),
        sa.Column("to_on", sa.String(10), nullable=False),
        sa.Column("value", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_key_figure_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_figure")),
    )
    with op.batch_alter_table("key_figure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_key_figure_agreement_id"), ["agreement_id"], unique=False
        )

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("natural_key", sa.String(200), nullable=False),
        sa.Column("wire_key", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(20), nullable=True),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(40), nullable=False),
        sa.Column("channel_id", sa.String(40), nullable=True),
        sa.Column("due_local", sa.String(16), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "sending",
                "unknown",
                "sent",
                "bundled",
                "held",
                "cancelled",
                name="outboxstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bundled_in", sa.Integer(), nullable=True),
        sa.Column("slack_ts", sa.String(40), nullable=True),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("hold_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("edit_wanted", sa.Boolean(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_outbox_agreement_id")
        ),
        sa.ForeignKeyConstraint(["bundled_in"], ["outbox.id"], name=op.f("fk_outbox_bundled_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("natural_key", name=op.f("uq_outbox_natural_key")),
        sa.UniqueConstraint("wire_key", name=op.f("uq_outbox_wire_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_due",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("state = 'planned'"),
            postgresql_where=sa.text("state = 'planned'"),
        )
        batch_op.create_index(
            "ix_outbox_edits",
            ["id"],
            unique=False,
            sqlite_where=sa.text("edit_wanted"),
            postgresql_where=sa.text("edit_wanted"),
        )
        batch_op.create_index(
            "ix_outbox_under_way",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state IN ('sending', 'unknown')"),
            postgresql_where=sa.text("state IN ('sending', 'unknown')"),
        )

    op.create_table(
        "party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("organisation_folded", sa.String(400), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "public",
                "civil",
                "other",
                name="partyrole",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "municipality",
                "region",
                "authority",
                "association",
                "foundation",
                "faith_community",
                "umbrella",
                "other",
                name="partykind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("organisation_number", sa.String(11), nullable=True),
        sa.Column("coordinating", sa.Boolean(), nullable=False),
        sa.Column("joined_on", sa.String(10), nullable=True),
        sa.Column("left_on", sa.String(10), nullable=True),
        sa.Column("umbrella_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "length(organisation) <= 200", name=op.f("ck_party_organisation_length")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_party_agreement_id")
        ),
        sa.ForeignKeyConstraint(["umbrella_id"], ["party.id"], name=op.f("fk_party_umbrella_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_party_organisation_folded"), ["organisation_folded"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_party_umbrella_id"), ["umbrella_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("planned_on", sa.String(10), nullable=True),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.String(10), nullable=True),
        sa.Column("condition", sa.String(2000), nullable=True),
        sa.Column("reference", sa.String(200), nullable=True),
        sa.Column("correction", sa.String(2000), nullable=True),
        sa.CheckConstraint(
            "amount_ore IS NULL OR typeof(amount_ore) = 'integer'",
            name=op.f("ck_payment_amount_ore_whole"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "amount_ore >= 0 OR correction IS NOT NULL", name=op.f("ck_payment_negative_has_reason")
        ),
        sa.CheckConstraint(
            "year IS NULL OR year BETWEEN 1990 AND 2100", name=op.f("ck_payment_year")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_payment_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_agreement_id"), ["agreement_id"], unique=False)

    op.create_table(
        "term_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.Column("decided_on", sa.String(10), nullable=True),
        sa.Column("decided_by", sa.String(200), nullable=True),
        sa.Column("signed_on", sa.String(10), nullable=True),
        sa.Column("starts_on", sa.String(10), nullable=True),
        sa.Column("ends_on", sa.String(10), nullable=True),
        sa.Column("open_ended", sa.Boolean(), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_term_change_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_change")),
    )
    with op.batch_alter_table("term_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_term_change_agreement_id"), ["agreement_id"], unique=False
        )

    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("promise", sa.String(2000), nullable=False),
        sa.Column("due_on", sa.String(10), nullable=True),
        sa.Column(
            "recurs",
            sa.Enum(
                "yearly",
                "half_yearly",
                name="recurrence",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("done_on", sa.String(10), nullable=True),
        sa.CheckConstraint("length(promise) <= 2000", name=op.f("ck_commitment_promise_length")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_commitment_agreement_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_commitment_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commitment_agreement_id"), ["agreement_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_commitment_party_id"), ["party_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("title", sa.String(200), nullable=True),
        sa.Column("email", sa.String(200), nullable=True),
        sa.Column("phone", sa.String(200), nullable=True),
        sa.Column("slack_id", sa.String(40), nullable=True),
        sa.Column("confirmed_on", sa.String(10), nullable=True),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_contact_name_length")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_contact_agreement_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_contact_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_slack_id"), ["slack_id"], unique=False)
