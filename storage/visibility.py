"""Which agreements a question may look at: all, or those of some nämnder and one's own."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, true

from storage.tables import agreement


class Scope(NamedTuple):
    """What one person may read: everything, or the agreements of ``boards`` and the own ones.

    ``person`` is the Slack user id; who coordinates an agreement may always read it.
    """

    person: str
    everything: bool = False
    boards: tuple[str, ...] = ()

    def clause(self) -> ColumnElement[bool]:
        """Give the condition for SQL."""
        if self.everything:
            return true()
        return or_(
            agreement.c.responsible_board.in_(self.boards),
            agreement.c.coordinator == self.person,
            agreement.c.deputy == self.person,
        )

    def covers(self, board: str | None, coordinator: str | None, deputy: str | None) -> bool:
        """Say the same of one agreement."""
        return (
            self.everything
            or (board is not None and board in self.boards)
            or self.person in {coordinator, deputy}
        )
