"""The buttons: one row each. Values that come back are hints; rights are judged at the press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.access import Permission, Person, recognise, require
from bot.errors import Invalid
from bot.evaluations.holding import Held, hold
from bot.office import Office
from bot.reminders import deciding
from bot.texts import Texts
from handlers.commands import Call
from handlers.commands.agreements import VIEWS, contacts_of, funding_of, rows_of, status_of
from handlers.commands.overviews import list_page
from handlers.reception import Answer, said

_OUR_IDS: Final = 10**12  # no row of ours has a number as large as this


@dataclass(frozen=True, slots=True)
class Press:
    """A press as it reaches a button: whose, in which language, on which value, where."""

    office: Office
    person: Person
    texts: Texts
    value: str
    channel_id: str | None
    is_ephemeral: bool


@dataclass(frozen=True, slots=True)
class Button:
    """What a press needs and what answers it."""

    permission: Permission
    answer: Callable[[Press], Answer]


def _shown(press: Press, show: Callable[[Call], Answer]) -> Answer:
    with press.office.database.reading() as connection:
        actor = recognise(connection, press.person, press.office.settings)
        require(actor, Permission.read)
        return show(Call(press.office, actor, press.texts, connection, press.channel_id))


def _parts(press: Press, most: int) -> list[str]:
    return press.value.split(":", most - 1)


def _number(text: str) -> int:
    """Read an id of ours; anything else was made by somebody else."""
    if not (text.isascii() and text.isdecimal()) or not 0 <= int(text[:14]) < _OUR_IDS:
        raise Invalid("invalid.button")
    return int(text[:14])


def _year(parts: list[str], place: int) -> int | None:
    return _number(parts[place]) if len(parts) > place and parts[place] else None


def show_status(press: Press) -> Answer:
    """Show the status of the agreement in the value."""
    number = _number(_parts(press, 2)[0])
    return _shown(press, lambda call: Answer(status_of(call, number)))


def show_funding(press: Press) -> Answer:
    """Show its money."""
    number = _number(_parts(press, 2)[0])
    return _shown(press, lambda call: Answer(funding_of(call, number)))


def show_contacts(press: Press) -> Answer:
    """Show its contacts."""
    number = _number(_parts(press, 2)[0])
    return _shown(press, lambda call: Answer(contacts_of(call, number)))


def show_rows(press: Press) -> Answer:
    """Show the rows behind its figures."""
    parts = _parts(press, 2)
    number, year = _number(parts[0]), _year(parts, 1)
    return _shown(press, lambda call: Answer(rows_of(call, number, year)))


def choose(press: Press) -> Answer:
    """Show what was asked for, of the agreement that was chosen among several."""
    parts = _parts(press, 3)
    view = VIEWS.get(parts[0])
    if view is None or len(parts) < 2:
        raise Invalid("invalid.button")
    number, year = _number(parts[1]), _year(parts, 2)
    return _shown(press, lambda call: Answer(view(call, number, year), press.is_ephemeral))


def more(press: Press) -> Answer:
    """Show the next page of a list in the place of this one."""
    offset, _, text = press.value.partition(":")
    start = _number(offset)
    return _shown(press, lambda call: Answer(list_page(call, text, start), press.is_ephemeral))


def hold_evaluation(press: Press) -> Answer:
    """Mark an evaluation as held; the messages about it are edited by the clock's next turn."""
    parts = _parts(press, 2)
    evaluation_id, revision = _number(parts[0]), _year(parts, 1) or 0
    with press.office.database.writing() as session:
        actor = recognise(session.connection(), press.person, press.office.settings)
        held = hold(session, press.office, actor, evaluation_id=evaluation_id, revision=revision)
    return _after_holding(press, held)


def _after_holding(press: Press, held: Held) -> Answer:
    """Show the new status where the old one was; under a reminder say what was done."""
    if press.is_ephemeral:
        return _shown(press, lambda call: Answer(status_of(call, held.agreement_id), replace=True))
    return said(press.texts("held.done", name=held.agreement_name, due=held.due, day=held.held_on))


def it_arrived(press: Press) -> Answer:
    """Note that a message in doubt has arrived."""
    return _decided(press, deciding.it_arrived, "decided.arrived")


def send_again(press: Press) -> Answer:
    """Send a held message again, at the clock's next turn."""
    return _decided(press, deciding.send_again, "decided.again")


def _decided(press: Press, decide: Callable[..., None], key: str) -> Answer:
    parts = _parts(press, 2)
    row_id, fence = _number(parts[0]), _year(parts, 1) or 0
    with press.office.database.writing() as session:
        actor = recognise(session.connection(), press.person, press.office.settings)
        decide(session, press.office, actor, row_id=row_id, fence=fence)
    return said(press.texts(key))


BUTTONS: Final[dict[str, Button]] = {
    "show_status": Button(Permission.read, show_status),
    "show_funding": Button(Permission.read, show_funding),
    "show_contacts": Button(Permission.read, show_contacts),
    "show_rows": Button(Permission.read, show_rows),
    "choose": Button(Permission.read, choose),
    "more": Button(Permission.read, more),
    "hold_evaluation": Button(Permission.hold_evaluation, hold_evaluation),
    "it_arrived": Button(Permission.decide_delivery, it_arrived),
    "send_again": Button(Permission.decide_delivery, send_again),
}
"""By action id; what follows a colon in one only tells equal buttons of a card apart."""


def press_of(
    office: Office, person: Person, texts: Texts, body: dict[str, Any]
) -> tuple[Button, Press]:
    """Read a click. Raises :class:`Invalid` for what is no button of ours."""
    action = body["actions"][0]
    button = BUTTONS.get(str(action.get("action_id", "")).partition(":")[0])
    if button is None:
        raise Invalid("invalid.button")
    container = body.get("container") or {}
    channel = body.get("channel") or {}
    return button, Press(
        office=office,
        person=person,
        texts=texts,
        value=str(action.get("value", ""))[:2_000],
        channel_id=channel.get("id"),
        is_ephemeral=bool(container.get("is_ephemeral")),
    )
