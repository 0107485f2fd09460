"""Finding an agreement by what people type: number, name, part of a name, without å/ä/ö, a typo.

In this order, and the first that hits decides: the number itself; a whole name, the agreement's or
a party's; a part of one; nearly one. Several equally good hits are handed back to be chosen from,
never guessed among. Names are kept folded in memory (some 10 ms to read at 10 000 agreements,
again when the register's revision has changed) and looked through there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.access import Actor
from bot.errors import NotFound
from bot.folding import fold
from storage import agreements as storage
from storage.rows import AnyRow
from storage.visibility import Scope

LONGEST = 200
"""Characters of a search that are looked at."""
_SURE = 86  # of 100: a slip of a finger or two in a word
_NEAR = 60  # worth offering, not worth assuming
_OFFERED = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """An agreement that was found."""

    id: int
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: the one, or several to choose from; ``nearest`` when none really hit."""

    hits: tuple[Hit, ...]
    nearest: bool = False

    @property
    def only(self) -> Hit | None:
        """The one hit, when there is exactly one and it is no mere offer."""
        return self.hits[0] if len(self.hits) == 1 and not self.nearest else None


@dataclass(frozen=True, slots=True)
class _Names:
    revision: int
    folded: tuple[str, ...]
    owners: tuple[int, ...]  # the agreement of the name at the same place
    agreements: dict[int, AnyRow]


class NameIndex:
    """The kept list of names of one process."""

    def __init__(self) -> None:
        self._names: _Names | None = None
        self._lock = threading.Lock()

    def names(self, connection: Connection, revision: int) -> _Names:
        """Give the names as of this revision of the register."""
        names = self._names
        if names is None or names.revision != revision:
            with self._lock:
                names = self._names = _read(connection, revision)
        return names

    def of_board(self, connection: Connection, revision: int, wanted: str) -> list[int]:
        """Give the agreements whose responsible nämnd has this in its name, folded."""
        rows = self.names(connection, revision).agreements.values()
        return [row.id for row in rows if wanted in fold(row.responsible_board or "")]


def _read(connection: Connection, revision: int) -> _Names:
    agreements, parties = storage.names(connection)
    by_id = {row.id: row for row in agreements}
    pairs = [(row.name_folded, row.id) for row in agreements]
    pairs += [(row.number_folded, row.id) for row in agreements]
    pairs += [  # a party may have come between the two questions, before its agreement is known
        (row.organisation_folded, row.agreement_id) for row in parties if row.agreement_id in by_id
    ]
    return _Names(
        revision,
        tuple(name for name, _ in pairs),
        tuple(owner for _, owner in pairs),
        by_id,
    )


def find(connection: Connection, index: NameIndex, actor: Actor, text: str) -> Found:
    """Find what the actor may read by what they typed.

    Raises :class:`NotFound` when not even something near was found.
    """
    found = find_named(connection, index, actor, text)
    if found is not None:
        return found
    names = index.names(connection, actor.register_revision)
    nearest = _nearly(names, fold(text[:LONGEST]), actor.scope())
    if nearest is None:
        raise NotFound("search.nothing", text=text[:60])
    return nearest


def find_named(connection: Connection, index: NameIndex, actor: Actor, text: str) -> Found | None:
    """Find what the text really names, in whole or in part; None if it names nothing."""
    wanted = fold(text[:LONGEST])
    scope = actor.scope()
    exact = [row for row in storage.named(connection, wanted) if _may_see(scope, row)]
    by_number = [row for row in exact if row.by_number]
    if by_number:
        return Found(_hits(by_number))
    names = index.names(connection, actor.register_revision)
    for candidates in (_whole(names, wanted), _part(names, wanted)):
        rows = [row for row in _rows(names, candidates) if _may_see(scope, row)]
        if rows:
            return Found(_hits(rows))
    return None


def matching(connection: Connection, index: NameIndex, actor: Actor, text: str) -> list[int]:
    """Give the ids of every agreement with this as part of a name, number or party."""
    names = index.names(connection, actor.register_revision)
    scope = actor.scope()
    owners = _part(names, fold(text[:LONGEST]))
    return [row.id for row in _rows(names, owners) if _may_see(scope, row)]


def _whole(names: _Names, wanted: str) -> Iterable[int]:
    return (owner for name, owner in zip(names.folded, names.owners, strict=True) if name == wanted)


def _part(names: _Names, wanted: str) -> Iterable[int]:
    return (owner for name, owner in zip(names.folded, names.owners, strict=True) if wanted in name)


def _nearly(names: _Names, wanted: str, scope: Scope) -> Found | None:
    from rapidfuzz import fuzz, process  # noqa: PLC0415  # 14 ms that most questions never need

    if len(wanted) < 2:
        return None
    scored = process.extract(
        wanted, names.folded, scorer=fuzz.partial_ratio, score_cutoff=_NEAR, limit=60
    )
    best: dict[int, float] = {}
    for name, score, place in scored:
        owner = names.owners[place]
        # A short name inside a long question is a perfect part; being as long counts too.
        weighed = score if len(name) >= len(wanted) - 2 else score * len(name) / len(wanted)
        if _may_see(scope, names.agreements[owner]):
            best[owner] = max(best.get(owner, 0), weighed)
    return _chosen(names, best)


def _chosen(names: _Names, best: dict[int, float]) -> Found | None:
    order = sorted(best, key=lambda owner: -best[owner])
    if not order or best[order[0]] < _NEAR:
        return None
    top = best[order[0]]
    if top >= _SURE:
        return Found(_hits(_rows(names, (o for o in order if best[o] > top - 3))))
    return Found(_hits(_rows(names, order[:_OFFERED])), nearest=True)


def _rows(names: _Names, owners: Iterable[int]) -> list[AnyRow]:
    return [names.agreements[owner] for owner in dict.fromkeys(owners) if owner in names.agreements]


def _may_see(scope: Scope, row: AnyRow) -> bool:
    return scope.covers(row.responsible_board, row.coordinator, row.deputy)


def _hits(rows: Sequence[AnyRow]) -> tuple[Hit, ...]:
    return tuple(Hit(row.id, row.number, row.name) for row in rows)
