"""People who have been erased on request, and would come back with a workbook from before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlmodel import Session

from bot import erasures
from bot.clock import local_day
from bot.office import Office
from bot.workbook.drafts import Draft, Entry
from bot.workbook.problems import Findings
from bot.workbook.sheets import AGREEMENTS, CONTACTS, Sheet
from storage import installation

_POSTS = ("coordinator", "deputy")


def tell_of_erased(
    session: Session, office: Office, drafts: Iterable[Draft], findings: Findings
) -> None:
    """Warn of each cell that would bring somebody back; whether that is meant, a person knows."""
    gone = erasures.listed(session.connection())
    if not gone:
        return
    key = installation.key(session)
    for draft in drafts:
        for sheet, entry, field, marks in _people(key, draft):
            erased = [gone[mark] for mark in marks if mark in gone]
            if entry.row is not None and erased:
                findings.warning(
                    "workbook.erased_person",
                    sheet.title,
                    entry.row.at,
                    sheet.heading(field),
                    day=local_day(max(erased), office.settings.time_zone),
                )


def _people(key: str, draft: Draft) -> Iterator[tuple[Sheet, Entry, str, list[str]]]:
    """Give each cell that names somebody anew, with the digests they may be known by."""
    for field in _POSTS:
        if draft.changes.get(field):
            yield AGREEMENTS, draft, field, [erasures.of_person(key, draft.changes[field])]
    for entry in draft.touched("contact"):
        yield CONTACTS, entry, "name", list(_marks(key, entry))


def _marks(key: str, entry: Entry) -> Iterator[str]:
    values = entry.values
    if values.get("slack_id"):
        yield erasures.of_person(key, values["slack_id"])
    organisation = entry.party.name if entry.party is not None else ""
    yield erasures.of_contact(key, values["name"], values.get("email"), organisation)
