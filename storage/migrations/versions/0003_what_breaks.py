"""What goes wrong is known: whom a message stands in for, backups put back, leaps of the clock."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("last_moment", "restored_at"):
        op.add_column("installation", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("installation", sa.Column("hindrance", sa.String(20), nullable=True))
    op.add_column("outbox", sa.Column("detail", sa.String(200), nullable=True))
    # In words of its own: Alembic would add the reference apart, which SQLite cannot.
    op.execute(
        "ALTER TABLE outbox ADD COLUMN subject_id INTEGER "
        "CONSTRAINT fk_outbox_subject_id REFERENCES outbox (id)"
    )
    for name, column, condition in (
        ("ix_outbox_held", "id", "state = 'held'"),
        ("ix_outbox_bundled_in", "bundled_in", "bundled_in IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, "outbox", [column], sqlite_where=where, postgresql_where=where)
    op.create_index("ix_outbox_recipient_sent_at", "outbox", ["recipient", "sent_at"])
