"""What has been done is not rewritten: the log of who did what, and payments that were made."""

from alembic import op

revision = "0002"
down_revision = "0001"

_GUARDS = {
    # name: (table, event, condition on SQLite, condition on PostgreSQL, what is said)
    "audit_entry_keeps": ("audit_entry", "UPDATE", "1", "TRUE", "the log is never changed"),
    "audit_entry_stays": ("audit_entry", "DELETE", "1", "TRUE", "the log is never deleted from"),
    "term_change_keeps": ("term_change", "UPDATE", "1", "TRUE", "history is never changed"),
    "term_change_stays": ("term_change", "DELETE", "1", "TRUE", "history is never deleted"),
    "payment_keeps": (
        "payment",
        "UPDATE",
        "OLD.paid_on IS NOT NULL",
        "OLD.paid_on IS NOT NULL",
        "a payment that was made is reversed, never changed",
    ),
    "payment_stays": ("payment", "DELETE", "1", "TRUE", "a payment is reversed, never deleted"),
}


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (table, event, sqlite_when, postgresql_when, words) in _GUARDS.items():
        if on_sqlite:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {sqlite_when} "
                f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
                f"WHEN ({postgresql_when}) EXECUTE FUNCTION {name}()"
            )
    if not on_sqlite:
        for table in ("audit_entry", "term_change", "payment"):
            op.execute(
                f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_stays()"
            )
