"""Questions about money: every row behind a figure. A status sums in its own question."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from storage.questions import Question
from storage.rows import Rows
from storage.tables import grant, payment


def grants(connection: Connection, agreement_id: int) -> Rows:
    """Give what is granted, the whole term first, then year by year."""
    return _GRANTS.ask(connection, agreement=agreement_id)


_GRANTS = Question(
    select(grant.c.id, grant.c.year, grant.c.amount_ore, grant.c.decision, grant.c.note)
    .where(grant.c.agreement_id == bindparam("agreement"))
    .order_by(grant.c.year.is_not(None), grant.c.year, grant.c.decision, grant.c.id)
)


def payments(connection: Connection, agreement_id: int) -> Rows:
    """Give every payment, planned and made, in the order of their days."""
    return _PAYMENTS.ask(connection, agreement=agreement_id)


_PAYMENTS = Question(
    select(
        payment.c.id,
        payment.c.year,
        payment.c.planned_on,
        payment.c.amount_ore,
        payment.c.paid_on,
        payment.c.condition,
        payment.c.reference,
        payment.c.correction,
    )
    .where(payment.c.agreement_id == bindparam("agreement"))
    .order_by(payment.c.year, payment.c.planned_on, payment.c.paid_on, payment.c.id)
)
