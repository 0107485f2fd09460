"""What the log says, in words: the same on a card and in the sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.log import Change, Entry
from bot.reminders.bundling import is_person
from bot.texts import Texts
from storage.types import PartialDate

_LONGEST: Final = 160  # characters of one value
_INNER: Final = {
    *("id", "label", "revision", "due_on", "agreed_on", "before_register", "typed", "known_at"),
    "reason",
}
"""What says nothing to a reader beside the rest."""
_PEOPLE: Final = {"coordinator", "deputy", "slack_id"}
_CHANNELS: Final = {"channel_id", "channel_audience"}
_CHOICES: Final = {"status", "role", "kind", "decision", "recurs", "state"}
_MOMENTS: Final = {"restored_at", "restored_from"}


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words; people stand beside it as ids, to be shown as people."""

    label: str
    said: str
    people: tuple[str, ...] = ()


def what(entry: Entry, texts: Texts) -> str:
    """Say what was done."""
    action = entry.action
    if action == "agreement.imported":
        action = "agreement_added" if entry.is_first else "agreement_changed"
    if f"log.action.{action}" not in texts:
        return texts("log.action.other")
    return texts(f"log.action.{action}", evaluation=_evaluation(entry, texts))


def who(entry: Entry, texts: Texts) -> str:
    """Say who did it; after the words for a person stands the person."""
    return texts(f"log.doer.{entry.doer}")


def who_in_full(entry: Entry, texts: Texts) -> str:
    """Say the same where people cannot be shown but by their ids."""
    return f"{who(entry, texts)} {entry.slack_id}" if entry.slack_id else who(entry, texts)


def subject_people(entry: Entry) -> tuple[str, ...]:
    """Give whom it was done to, where that is a person."""
    kind, _, name = entry.subject.partition(":")
    return (name,) if kind == "member" and is_person(name) else ()


def changes(entry: Entry, texts: Texts, zone: ZoneInfo) -> tuple[Told, ...]:
    """Say each change, before and after."""
    return tuple(_told(entry, texts, zone))


def before(entry: Entry, texts: Texts, zone: ZoneInfo) -> str:
    """Say in one text how it looked before."""
    return _side(entry, texts, zone, lambda change: change.before)


def after(entry: Entry, texts: Texts, zone: ZoneInfo) -> str:
    """Say in one text how it looked after."""
    return _side(entry, texts, zone, lambda change: change.after)


def _evaluation(entry: Entry, texts: Texts) -> str:
    kind, _, label = entry.subject.partition(":")
    number = label.partition(".")[0]
    if kind == "evaluation" and number.isdecimal():
        return texts("log.evaluation", number=number)
    return texts("log.evaluation.extra")


def _told(entry: Entry, texts: Texts, zone: ZoneInfo) -> Iterator[Told]:
    for change in entry.changes:
        if change.field in _INNER:
            continue
        label = _label(change, texts)
        if change.field in _PEOPLE:
            yield _of_people(change, label, texts)
        elif change.field in _CHANNELS:
            yield Told(label, texts("log.changed"))
        else:
            yield Told(label, _difference(change, texts, zone))


def _label(change: Change, texts: Texts) -> str:
    if change.field == "fields":
        return texts(f"log.matter.{change.matter}")
    key = f"log.field.{change.field}"
    field = texts(key) if key in texts else texts("log.field.other")
    return field if change.matter is None else f"{texts(f'log.matter.{change.matter}')}, {field}"


def _of_people(change: Change, label: str, texts: Texts) -> Told:
    people = tuple(each for each in (change.before, change.after) if each)
    key = "both" if len(people) == 2 else "new" if change.after else "gone"
    return Told(label, texts(f"log.people.{key}"), people)


def _difference(change: Change, texts: Texts, zone: ZoneInfo) -> str:
    new = _value(change.field, change.after, texts, zone)
    if change.before is None:
        return new
    old = _value(change.field, change.before, texts, zone)
    return f"{old} → {new}"


def _side(entry: Entry, texts: Texts, zone: ZoneInfo, side: Callable[[Change], Any]) -> str:
    parts = [
        f"{_label(change, texts)}: {_value(change.field, side(change), texts, zone)}"
        for change in entry.changes
        if change.field not in _INNER and side(change) is not None
    ]
    return "; ".join(parts)


def _value(field: str, value: Any, texts: Texts, zone: ZoneInfo) -> str:
    """Write one value of the log as a person reads it."""
    if value is None or value == "":
        return texts("log.value.nothing")
    if isinstance(value, bool):
        return texts("log.value.yes" if value else "log.value.no")
    if field == "fields":
        return texts.several([_field(each, texts) for each in value])
    if field in _CHOICES and f"log.value.{value}" in texts:
        return texts(f"log.value.{value}")
    return _figure(field, value, texts, zone) or _cut(str(value))


def _figure(field: str, value: Any, texts: Texts, zone: ZoneInfo) -> str | None:
    """Write money and days; nothing for whatever is neither."""
    if field.endswith("_ore"):
        return texts.kronor(int(value))
    if field in _MOMENTS:
        return texts.moment(datetime.fromisoformat(value), zone)
    if field.endswith("_on") or field == "due":
        return str(texts.show(PartialDate.from_iso(str(value))))
    return None


def _field(name: str, texts: Texts) -> str:
    return texts(f"log.field.{name}").lower()


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
