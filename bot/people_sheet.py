"""Everything that is held about one person, to be handed to them: as a workbook or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from bot import log_words
from bot.errors import Invalid
from bot.people import ContactHeld, Person
from bot.texts import Texts
from bot.workbook import values
from bot.workbook.sheets import Column, Sheet
from bot.workbook.writing import write_one_sheet

_WIDTHS: Final = {"kind": 30, "number": 14, "agreement": 40, "what": 30, "said": 70}
_OF_CONTACT: Final = (
    *("organisation", "name", "title", "email", "phone", "slack_id", "confirmed_on"),
)


class Fact(NamedTuple):
    """One thing that is held: what kind, of which agreement, what it is called, what it says."""

    kind: str
    number: str | None
    agreement: str | None
    what: str
    said: str


def check_suffix(target: Path) -> None:
    """Raise :class:`Invalid` for a file that is neither a workbook nor JSON."""
    if target.suffix.casefold() not in {".xlsx", ".json"}:
        raise Invalid("people.export_kind", file=str(target))


def write_person(
    target: Path, person: Person, texts: Texts, zone: ZoneInfo, *, as_json: bool
) -> None:
    """Write every fact, one a row."""
    facts = list(facts_about(person, texts, zone))
    if as_json:
        listed = [fact._asdict() for fact in facts]
        target.write_text(json.dumps(listed, ensure_ascii=False, indent=2) + "\n", "utf-8")
        return
    columns = tuple(
        Column(texts(f"people.sheet.{field}"), field, values.text, width=width)
        for field, width in _WIDTHS.items()
    )
    sheet = Sheet(texts("people.sheet.title"), "person", columns)
    write_one_sheet(target, sheet, (fact._asdict() for fact in facts))


def facts_about(person: Person, texts: Texts, zone: ZoneInfo) -> Iterator[Fact]:
    """Give everything that is held, in words."""
    for contact in person.contacts:
        yield from _contact(contact, texts)
    yield from _roles(person, texts, zone)
    yield from _messages(person, texts, zone)
    yield from _log(person, texts, zone)


def _contact(contact: ContactHeld, texts: Texts) -> Iterator[Fact]:
    for field in _OF_CONTACT:
        value = getattr(contact, field)
        if value is not None:
            about = (contact.number, contact.agreement_name)
            label = texts(f"log.field.{field}")
            yield Fact(texts("people.kind.contact"), *about, label, str(texts.show(value)))


def _roles(person: Person, texts: Texts, zone: ZoneInfo) -> Iterator[Fact]:
    for post in person.posts:
        role = texts("log.field.deputy" if post.is_deputy else "log.field.coordinator")
        yield Fact(texts("people.kind.post"), post.number, post.name, role, _ids(person))
    for each in person.roles:
        where = each.board or texts("operator.members.whole_register")
        since = texts("people.since", moment=texts.moment(each.granted_at, zone))
        said = f"{where}, {since}"
        yield Fact(
            texts("people.kind.role"), None, None, texts(f"log.value.{each.role.value}"), said
        )


def _messages(person: Person, texts: Texts, zone: ZoneInfo) -> Iterator[Fact]:
    for each in person.messages:
        moment: datetime = each.sent_at or each.due_at
        state = texts(f"proof.state.{each.state.value}")
        said = texts.moment(moment, zone)
        yield Fact(texts("people.kind.message"), each.number, each.name, state, said)


def _log(person: Person, texts: Texts, zone: ZoneInfo) -> Iterator[Fact]:
    for entry in person.acts:
        said = [texts.moment(entry.at, zone), log_words.who_in_full(entry, texts)]
        told: list[Any] = [each.label for each in log_words.changes(entry, texts, zone)]
        what = log_words.what(entry, texts)
        yield Fact(
            texts("people.kind.log"), entry.number, entry.name, what, ", ".join([*said, *told])
        )
    for number in (person.readings,) if person.readings else ():
        said_so = texts("people.readings", n=number)
        yield Fact(texts("people.kind.log"), None, None, texts("people.reading"), said_so)


def _ids(person: Person) -> str:
    return ", ".join(person.slack_ids)
