"""People can be erased, and no door is left by which what was done could be replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_KEPT = {
    "audit_entry": "the log is never changed",
    "term_change": "history is never changed",
    "payment": "a payment is reversed, never replaced",
}


def upgrade() -> None:
    op.create_table(
        "partner_token",
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("slack_id", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_partner_token")),
        sa.UniqueConstraint("slack_id", name=op.f("uq_partner_token_slack_id")),
    )
    op.create_table(
        "erasure",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erasure")),
    )
    if op.get_bind().dialect.name == "sqlite":
        # INSERT OR REPLACE takes the old row away without a word to the triggers of DELETE.
        for table, words in _KEPT.items():
            op.execute(
                f"CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} "  # noqa: S608  # names above
                f"WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
                f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
