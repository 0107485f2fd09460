"""What belongs to an agreement: contacts, money, payments, commitments and key figures."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.workbook import checking
from bot.workbook.deciding import Decider
from bot.workbook.drafts import Draft, Entry, PartyEntry, differing, with_defaults
from bot.workbook.pairing import Pairs, same
from bot.workbook.reading import Row, SheetRows
from bot.workbook.sheets import COMMITMENTS, CONTACTS, GRANTS, KEY_FIGURES, PAYMENTS, Sheet
from storage.rows import AnyRow


@dataclass(slots=True)
class _Found:
    """A row of the workbook with the party it names."""

    row: Row
    party: PartyEntry | None = None

    def __getitem__(self, field: str) -> Any:
        return self.row.values.get(field)


@dataclass(frozen=True, slots=True)
class _Held:
    """A row of the register with the party it belongs to."""

    row: AnyRow
    party: PartyEntry | None

    def __getitem__(self, field: str) -> Any:
        return getattr(self.row, field)


_Either = _Found | _Held
_Key = Callable[[_Either], Hashable]


def decide_parts(decider: Decider, drafts: Mapping[str, Draft]) -> None:
    """Draft everything of the five matters that the workbook speaks of."""
    for sheet, pairing in _PAIRINGS:
        read = decider.read.get(sheet.matter)
        if read is not None:
            _decide_sheet(decider, read, drafts, pairing)
    for draft in drafts.values():
        checking.check_totals(draft, decider.findings)


def _decide_sheet(
    decider: Decider,
    read: SheetRows,
    drafts: Mapping[str, Draft],
    pairing: Callable[[Pairs[_Found, _Held], SheetRows], None],
) -> None:
    known = decider.known.by_agreement(read.sheet.matter)
    told: set[str] = set()
    for draft, rows in decider.rows_by_draft(read, drafts):
        of_id = {party.id: party for party in draft.parties if party.id is not None}
        existing = decider.known.of(known, draft)
        held = [_Held(row, of_id.get(getattr(row, "party_id", 0))) for row in existing]
        found = list(_with_parties(decider, read.sheet, draft, rows))
        pairs = Pairs(found, held)
        pairing(pairs, read)
        paired = {id(partner.row): one for one, partner in pairs.all() if partner is not None}
        entries = [_entry(read.sheet, paired.get(id(row)), row) for row in existing]
        entries += [
            _entry(read.sheet, one, None) for one, partner in pairs.all() if partner is None
        ]
        whole = [e for e in entries if checking.has_all(read, e, told, decider.findings)]
        for entry in whole:
            _check(decider, read.sheet, entry)
        draft.parts[read.sheet.matter] = whole


def _with_parties(
    decider: Decider, sheet: Sheet, draft: Draft, rows: Iterable[Row]
) -> Iterable[_Found]:
    """Find the party of each row, where its sheet names one; leave out rows without their key."""
    names_party = sheet in {CONTACTS, COMMITMENTS}
    for row in rows:
        party = decider.party_of(sheet, draft, row) if names_party else None
        keyed = all(column.field in row.values for column in sheet.columns if column.key)
        if keyed and (party is not None or not names_party):
            yield _Found(row, party)


def _entry(sheet: Sheet, found: _Found | None, existing: AnyRow | None) -> Entry:
    row = found.row if found else None
    named = {} if row is None else {**row.values}
    named.pop("number", None)
    named.pop("organisation", None)
    party = found.party if found else None
    if existing is None:
        values = with_defaults(sheet, named)
        return Entry(None, row, values, dict(values), party=party)
    values = {**existing._asdict(), **named}
    return Entry(existing, row, values, differing(existing, named), existing.id, party)


def _check(decider: Decider, sheet: Sheet, entry: Entry) -> None:
    if sheet is KEY_FIGURES:
        checking.check_span(sheet, entry, "from_on", "to_on", decider.findings)
    elif sheet is PAYMENTS:
        checking.check_not_ahead(sheet, entry, "paid_on", decider.today, decider.findings)
        checking.check_payment(entry, decider.findings)


def _by(*fields: str) -> _Key:
    return lambda one: tuple(one[field] for field in fields)


def _folded(*fields: str) -> _Key:
    """Key on texts as people may write them differently, and on the rest as it is."""

    def key(one: _Either) -> Hashable:
        held = (one[field] for field in fields)
        return tuple(same(value) if isinstance(value, str) else value for value in held)

    return key


def _of_party(key: _Key) -> _Key:
    return lambda one: (id(one.party), key(one))


def _pair_contacts(pairs: Pairs[_Found, _Held], _read: SheetRows) -> None:
    for key in (_by("name"), _folded("name")):
        pairs.take(_of_party(key), _of_party(key))


def _pair_commitments(pairs: Pairs[_Found, _Held], _read: SheetRows) -> None:
    for key in (_by("promise"), _folded("promise")):
        pairs.take(_of_party(key), _of_party(key))


def _pair_grants(pairs: Pairs[_Found, _Held], _read: SheetRows) -> None:
    pairs.take(_grant, _by("year", "decision"))


def _grant(one: _Found) -> Hashable:
    decision = one["decision"] or GRANTS.column("decision").empty
    return (one["year"], decision)


def _pair_key_figures(pairs: Pairs[_Found, _Held], _read: SheetRows) -> None:
    for key in (_by("name", "from_on", "to_on"), _folded("name", "from_on", "to_on")):
        pairs.take(key, key)


def _pair_payments(pairs: Pairs[_Found, _Held], read: SheetRows) -> None:
    """Know payments by their reference, else by year, planned day and amount.

    1. The same in every way first, so that the order of rows does not matter.
    2. By reference; without one by what it is. A correction bears the reference of what it
       corrects, so amounts above and below zero are never the same payment.
    3. A sheet without the column says nothing of references: by what it is.
    4. A reference may be added to a payment that is planned and had none.
    """
    whole = _by("reference", "year", "planned_on", "amount_ore", "paid_on", "correction")
    pairs.take(whole, whole)
    pairs.take(_payment, _payment)
    what = _by("year", "planned_on", "amount_ore")
    if "reference" not in read.fields:
        pairs.take(what, what)
    pairs.take(
        lambda one: what(one) if one["reference"] is not None else None,
        lambda one: what(one) if one["reference"] is None and one["paid_on"] is None else None,
    )


def _payment(one: _Either) -> Hashable:
    if one["reference"] is not None:
        return ("reference", one["reference"], one["amount_ore"] < 0)
    return ("row", one["year"], one["planned_on"], one["amount_ore"])


_PAIRINGS = (
    (CONTACTS, _pair_contacts),
    (GRANTS, _pair_grants),
    (PAYMENTS, _pair_payments),
    (COMMITMENTS, _pair_commitments),
    (KEY_FIGURES, _pair_key_figures),
)
