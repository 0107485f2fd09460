"""What Alembic runs: always on a connection handed in, one transaction a migration."""

from alembic import context
from sqlmodel import SQLModel

import storage.models

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=True,
    compare_type=True,
)
assert storage.models.__all__  # imported so that the metadata knows every table
with context.begin_transaction():
    context.run_migrations()
