"""Names stand in Swedish order in every list: å, ä and ö after z, on both databases."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_BY_SIGN = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")
_AGREEMENT = sa.table("agreement", sa.column("id"), sa.column("name"), sa.column("name_ordered"))
_ORDERED = {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y"}
_PLAIN = {"œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th"}
_NOT_WORD = re.compile(r"[\W_]+")


def upgrade() -> None:
    name = sa.Column("name_ordered", _BY_SIGN, nullable=False, server_default="")
    op.add_column("agreement", name)
    connection = op.get_bind()
    names = connection.execute(sa.select(_AGREEMENT.c.id, _AGREEMENT.c.name)).all()
    if names:
        connection.execute(
            sa.update(_AGREEMENT)
            .where(_AGREEMENT.c.id == sa.bindparam("row"))
            .values(name_ordered=sa.bindparam("ordered")),
            [{"row": row.id, "ordered": _in_order(row.name)} for row in names],
        )
    op.create_index("ix_agreement_name_ordered", "agreement", ["name_ordered"])


def _in_order(name: str) -> str:
    """Order names as this version does; what later versions do is theirs to correct."""
    whole = unicodedata.normalize("NFC", name).casefold()
    words = _NOT_WORD.sub(" ", whole).strip() or whole.strip()
    known = _ORDERED | _PLAIN
    return "".join(known.get(sign) or _unmarked(sign) for sign in words)[:400]


def _unmarked(sign: str) -> str:
    apart = unicodedata.normalize("NFKD", sign)
    return "".join(each for each in apart if not unicodedata.combining(each))
