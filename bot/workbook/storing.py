"""Writing what has been decided, matter by matter, many rows a statement."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection

from bot.evaluations.planning import label_when_moved
from bot.folding import fold, in_order
from bot.workbook.calendar_rows import CommonRows
from bot.workbook.drafts import Draft, Entry, PartyEntry
from bot.workbook.sheets import AGREEMENTS, CLOSED, MEETINGS, PARTIES, SHEETS
from storage import register
from storage.models.columns import NAME_LENGTH

_AGREEMENT: Final = (*(column.field for column in AGREEMENTS.columns), "open_ended")
_PARTY: Final = tuple(column.field for column in PARTIES.columns if column.field != "umbrella")
_TERM: Final = ("starts_on", "ends_on", "open_ended", "term_months", "signed_on", "decided_on")
_HISTORY: Final = (*_TERM, "decided_by")
_EVALUATION: Final = (
    "number",
    "due",
    "due_on",
    "typed",
    "booked_on",
    "held_on",
    "outcome",
)
_PARTS: Final = {
    sheet.matter: tuple(
        column.field for column in sheet.columns if column.field not in {"number", "organisation"}
    )
    for sheet in SHEETS
    if sheet.matter in {"contact", "grant", "payment", "commitment", "key_figure"}
}
_REVISED: Final = {"grant", "evaluation"}
_PIECE: Final = 2_000  # rows a statement: small enough to tell how far it has come


class Store:
    """Writes drafts through one connection, in the transaction that is open."""

    def __init__(
        self, connection: Connection, now: datetime, actor: str, advance: Callable[[int], None]
    ) -> None:
        self._connection = connection
        self._now = now
        self._actor = actor
        self._advance = advance

    def common(self, rows: CommonRows) -> None:
        """Write meetings and closed days."""
        for sheet, entries in ((MEETINGS, rows.meetings), (CLOSED, rows.closed)):
            fields = [column.field for column in sheet.columns]
            self._write(sheet.matter, entries, partial(_some, fields=fields))

    def agreements(self, drafts: Sequence[Draft]) -> None:
        """Write the agreements with the history of their terms; new ones get their ids."""
        self._write("agreement", [draft for draft in drafts if draft.is_changed], self._agreement)
        new = {draft.number: draft for draft in drafts if draft.is_new}
        for row in register.agreements_numbered(self._connection, new) if new else ():
            new[row.number].id = row.id
        terms = [self._term(draft) for draft in drafts if _has_new_term(draft)]
        self._add("term_change", terms)

    def parties(self, drafts: Sequence[Draft]) -> None:
        """Write parties before members, so that a member knows its umbrella's id."""
        for members in (False, True):
            chosen = [
                (draft, entry)
                for draft in drafts
                for entry in draft.parties
                if entry.is_touched and (entry.umbrella is not None) is members
            ]
            of_draft = {id(entry): draft for draft, entry in chosen}
            entries = [entry for _, entry in chosen]
            self._write("party", entries, partial(self._party, of_draft=of_draft))
            self._number_parties([pair for pair in chosen if pair[1].is_new])

    def parts(self, drafts: Sequence[Draft]) -> None:
        """Write everything else of the agreements."""
        for matter, fields in _PARTS.items():
            of_draft = {
                id(entry): draft for draft in drafts for entry in draft.parts.get(matter, ())
            }
            entries = [entry for draft in drafts for entry in draft.parts.get(matter, ())]
            row = partial(self._part, of_draft=of_draft, fields=fields, matter=matter)
            self._write(matter, entries, row)

    def evaluations(self, drafts: Sequence[Draft]) -> None:
        """Write the evaluations that people have spoken of."""
        of_draft = {
            id(entry): draft for draft in drafts for entry in draft.parts.get("evaluation", ())
        }
        entries = [entry for draft in drafts for entry in draft.parts.get("evaluation", ())]
        self._write("evaluation", entries, partial(self._evaluation, of_draft=of_draft))

    def _agreement(self, entry: Entry) -> dict[str, Any]:
        values = _some(entry, _AGREEMENT)
        values["number_folded"] = fold(values["number"])[:80]
        values["name_folded"] = fold(values["name"])[: 2 * NAME_LENGTH]
        values["name_ordered"] = in_order(values["name"])[: 2 * NAME_LENGTH]
        values["channel_audience"] = self._audience(entry)
        if entry.existing is None:
            fresh = {"uid": secrets.token_hex(8), "registered_at": self._now, "revision": 1}
            return {**values, **fresh}
        return {**values, "revision": entry.existing.revision + 1}

    @staticmethod
    def _audience(entry: Entry) -> str | None:
        """Forget who reads the channel where it is another one: nobody has agreed to those yet."""
        if entry.existing is None or "channel_id" in entry.changes:
            return None
        audience: str | None = entry.existing.channel_audience
        return audience

    def _term(self, draft: Draft) -> dict[str, Any]:
        said = {"agreement_id": draft.id, "changed_at": self._now, "changed_by": self._actor}
        return {**said, **_some(draft, _HISTORY)}

    def _party(self, entry: Entry, of_draft: dict[int, Draft]) -> dict[str, Any]:
        assert isinstance(entry, PartyEntry)
        values = _some(entry, [field for field in _PARTY if field != "number"])
        values["organisation_folded"] = fold(entry.name)[: 2 * NAME_LENGTH]
        values["umbrella_id"] = entry.umbrella.id if entry.umbrella else None
        if entry.is_new:
            values["agreement_id"] = of_draft[id(entry)].id
        return values

    def _part(
        self, entry: Entry, *, of_draft: dict[int, Draft], fields: tuple[str, ...], matter: str
    ) -> dict[str, Any]:
        values = _some(entry, fields)
        if matter in _REVISED:
            values["revision"] = entry.existing.revision + 1 if entry.existing else 1
        if entry.existing is None:
            values["agreement_id"] = of_draft[id(entry)].id
            if entry.party is not None:
                values["party_id"] = entry.party.id
        return values

    def _evaluation(self, entry: Entry, of_draft: dict[int, Draft]) -> dict[str, Any]:
        values = _some(entry, _EVALUATION)
        number = values["number"]
        values["label"] = None if number is None else str(number)  # an extra is named in upkeep
        if entry.existing is None:
            fresh = {"agreed_on": None, "before_register": False, "revision": 1}
            place = {"agreement_id": of_draft[id(entry)].id, "known_at": self._now}
            return {**values, **fresh, **place}
        moved = "due" in entry.changes
        known_as = entry.existing.label or values["label"]
        values["label"] = label_when_moved(known_as) if moved and known_as else known_as
        return {
            **values,
            "agreed_on": entry.values["agreed_on"],
            "before_register": entry.values["before_register"],
            "known_at": self._now if moved else entry.existing.known_at,
            "revision": entry.existing.revision + 1,
        }

    def _number_parties(self, new: Sequence[tuple[Draft, PartyEntry]]) -> None:
        """Find the ids that new parties were given: by agreement, name and order."""
        ids = {draft.id for draft, _ in new if draft.id is not None}
        known = {entry.id for draft, _ in new for entry in draft.parties if entry.id is not None}
        waiting: dict[tuple[int, str], list[int]] = defaultdict(list)
        for row in reversed(register.rows_of(self._connection, "party", ids) if ids else []):
            if row.id not in known:
                waiting[row.agreement_id, row.organisation].append(row.id)
        for draft, entry in new:
            assert draft.id is not None
            entry.id = waiting[draft.id, entry.name].pop()

    def _write(
        self, matter: str, entries: Iterable[Entry], row: Callable[[Any], dict[str, Any]]
    ) -> None:
        """Add what is new and change what differs."""
        touched = [entry for entry in entries if entry.is_touched or matter == "agreement"]
        self._add(matter, [row(entry) for entry in touched if entry.existing is None])
        changed = [entry for entry in touched if entry.existing is not None]
        for some in _portions(changed):
            register.change(
                self._connection, matter, [{"id": entry.id, **row(entry)} for entry in some]
            )
            self._advance(len(some))

    def _add(self, matter: str, rows: Sequence[dict[str, Any]]) -> None:
        for some in _portions(rows):
            register.add(self._connection, matter, some)
            self._advance(len(some) if matter != "term_change" else 0)


def _some(entry: Entry, fields: Sequence[str]) -> dict[str, Any]:
    return {field: entry.values[field] for field in fields}


def _has_new_term(draft: Draft) -> bool:
    """Tell whether the term is to be remembered: it is new and known, or it differs."""
    if draft.existing is not None:
        return any(field in draft.changes for field in _TERM)
    return any(draft.values[field] not in {None, False} for field in _TERM)


def _portions(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(rows), _PIECE):
        yield rows[start : start + _PIECE]
