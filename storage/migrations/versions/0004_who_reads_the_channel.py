"""Who could read a linked channel when a coordinator agreed to it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("agreement", sa.Column("channel_audience", sa.String(4000), nullable=True))
