"""The next and the last evaluation of an agreement are found without sorting."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index(
        "ix_evaluation_of", "evaluation", ["agreement_id", "held_on", "before_register", "due_on"]
    )
    op.drop_index("ix_evaluation_agreement_id", "evaluation")
