"""The tables as SQLAlchemy Core sees them: hot reads select columns, never whole entities."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table
from sqlmodel import SQLModel

import storage.models

assert storage.models.__all__  # imported so that the metadata knows every table

_tables = SQLModel.metadata.tables

agreement: Final[Table] = _tables["agreement"]
audit_entry: Final[Table] = _tables["audit_entry"]
board_meeting: Final[Table] = _tables["board_meeting"]
closed_period: Final[Table] = _tables["closed_period"]
commitment: Final[Table] = _tables["commitment"]
contact: Final[Table] = _tables["contact"]
erasure: Final[Table] = _tables["erasure"]
evaluation: Final[Table] = _tables["evaluation"]
grant: Final[Table] = _tables["grant_row"]
installation: Final[Table] = _tables["installation"]
key_figure: Final[Table] = _tables["key_figure"]
member: Final[Table] = _tables["member"]
outbox: Final[Table] = _tables["outbox"]
partner_token: Final[Table] = _tables["partner_token"]
party: Final[Table] = _tables["party"]
payment: Final[Table] = _tables["payment"]
term_change: Final[Table] = _tables["term_change"]
