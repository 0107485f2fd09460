"""What a status sums and picks out is found in an index, without sorting or looking at the rows."""

from alembic import op

revision = "0006"
down_revision = "0005"

_ASKED = {
    "evaluation": ["held_on", "due_on", "id", "before_register"],
    "grant_row": ["decision", "year", "amount_ore"],
    "payment": ["paid_on", "amount_ore"],
    "commitment": ["done_on", "due_on"],
}


def upgrade() -> None:
    for table, columns in _ASKED.items():
        op.create_index(f"ix_{table}_of", table, ["agreement_id", *columns])
        op.drop_index(f"ix_{table}_agreement_id", table)
