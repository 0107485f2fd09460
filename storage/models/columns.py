"""Kinds of column that several tables share. Import this before any table: it names constraints."""

from __future__ import annotations

import enum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Enum, String
from sqlmodel import Field, SQLModel

from storage.types import ExactDecimal, PartialDateColumn

# Named constraints from the first migration on, so that every later one can alter them.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

NAME_LENGTH = 200
TEXT_LENGTH = 2000


def choice(kind: type[enum.StrEnum]) -> Enum:
    """Make a column type for an enum: text with a CHECK, the same on both databases."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=20,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


def partial_date() -> Any:
    """Make an optional date known to the day, month or year."""
    return Field(default=None, sa_type=PartialDateColumn)


def ordered(length: int) -> Any:
    """Make a text that is ordered sign by sign, whatever the language of the server."""
    by_sign = String(length, collation="C")
    return Field(index=True, sa_type=String(length).with_variant(by_sign, "postgresql"))


def exact() -> Any:
    """Make a decimal number that keeps every digit."""
    return Field(sa_type=ExactDecimal)


def ore(*, optional: bool = False) -> Any:
    """Make an amount in whole öre."""
    if optional:
        return Field(default=None, sa_type=BigInteger)
    return Field(sa_type=BigInteger)


def whole(column: str) -> CheckConstraint:
    """Refuse anything but whole numbers on SQLite, which otherwise takes text and floats."""
    check = CheckConstraint(
        f"{column} IS NULL OR typeof({column}) = 'integer'", name=f"{column}_whole"
    )
    check.ddl_if(dialect="sqlite")
    return check


def at_most(column: str, length: int) -> CheckConstraint:
    """Hold a text to its length; SQLite does not do so by itself."""
    return CheckConstraint(f"length({column}) <= {length}", name=f"{column}_length")
