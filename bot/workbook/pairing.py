"""Knowing rows again: which row of a workbook is which row of the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

Incoming = TypeVar("Incoming")
Existing = TypeVar("Existing")


class Pairs(Generic[Incoming, Existing]):
    """Which incoming row goes with which existing one; each is taken once."""

    def __init__(self, incoming: Sequence[Incoming], existing: Sequence[Existing]) -> None:
        self._incoming = incoming
        self._free_incoming = list(range(len(incoming)))
        self._free_existing = list(existing)
        self._found: dict[int, Existing] = {}

    def take(
        self,
        incoming_key: Callable[[Incoming], Hashable],
        existing_key: Callable[[Existing], Hashable],
    ) -> None:
        """Pair those left whose keys are equal, in their order: the second with the second.

        A key of ``None`` is no key. Call it with the strictest key first.
        """
        waiting: dict[Hashable, list[Existing]] = defaultdict(list)
        for row in reversed(self._free_existing):
            waiting[existing_key(row)].append(row)
        left: list[int] = []
        for at in self._free_incoming:
            key = incoming_key(self._incoming[at])
            rows = waiting.get(key) if key is not None else None
            if rows:
                self._found[at] = rows.pop()
            else:
                left.append(at)
        taken = {id(row) for row in self._found.values()}
        self._free_incoming = left
        self._free_existing = [row for row in self._free_existing if id(row) not in taken]

    def all(self) -> Iterable[tuple[Incoming, Existing | None]]:
        """Give every incoming row in order, with its existing one if it has any."""
        return ((row, self._found.get(at)) for at, row in enumerate(self._incoming))


def same(name: str | None) -> str | None:
    """Fold a text as far as two people writing the same thing differ: case and blanks."""
    return None if name is None else " ".join(name.casefold().split())
