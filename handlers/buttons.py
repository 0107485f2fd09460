"""The buttons: one row each, by action id. Who may press is judged at the press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.access import Permission, Person
from bot.errors import Conflict, Invalid
from bot.evaluations.holding import Held, hold
from bot.linking import link, unlink
from bot.office import Office
from bot.reminders import deciding
from bot.texts import Texts
from handlers.blocks.elements import with_opening
from handlers.commands import Call
from handlers.commands.agreements import status_of
from handlers.pressing import Press, acting, number, number_at, parts_of
from handlers.replies import Answer, said
from handlers.showing import choose, more, share, share_now, showing
from handlers.slack_side import SlackSide


@dataclass(frozen=True, slots=True)
class Button:
    """What a press needs and what answers it; partners may press it where their view has it."""

    permission: Permission
    answer: Callable[[Press], Answer]
    changes: bool = False  # so that there is something to tell at once


def hold_evaluation(press: Press) -> Answer:
    """Mark an evaluation as held; the messages about it are edited by the clock's next turn."""
    parts = parts_of(press, 2)
    evaluation_id, revision = number(parts[0]), number_at(parts, 1) or 0
    try:
        return _hold(press, evaluation_id, revision)
    except Conflict as error:
        return _changed_since(press, error)


def _hold(press: Press, evaluation_id: int, revision: int) -> Answer:
    with acting(press) as (session, actor):
        held = hold(session, press.office, actor, evaluation_id=evaluation_id, revision=revision)
        if press.is_ephemeral:
            call = Call(press.office, actor, press.texts, session.connection(), press.channel_id)
            return Answer(status_of(call, held.agreement_id), replace=True)
    return _done(press, held)


def _changed_since(press: Press, error: Conflict) -> Answer:
    """Say that somebody was before, and show how it stands now."""
    with acting(press) as (session, actor):
        call = Call(press.office, actor, press.texts, session.connection(), press.channel_id)
        card = status_of(call, error.facts["agreement_id"])
    return Answer(with_opening(card, press.texts.error(error)), press.is_ephemeral)


def _done(press: Press, held: Held) -> Answer:
    return said(press.texts("held.done", name=held.agreement_name, due=held.due, day=held.held_on))


def link_channel(press: Press) -> Answer:
    """Link an agreement to the channel of the press, if it is read by whom the presser was told."""
    parts = parts_of(press, 3)
    agreement_id, revision = number(parts[0]), number_at(parts, 1) or 0
    seal = parts[2] if len(parts) > 2 else ""
    audience = press.slack.channels.readers(press.channel_id)
    with acting(press) as (session, actor):
        linked = link(
            session,
            press.office,
            actor,
            agreement_id=agreement_id,
            revision=revision,
            seal=seal,
            audience=audience,
        )
    return Answer(said(press.texts("link.done", name=linked.name)).message, press.is_ephemeral)


def unlink_channel(press: Press) -> Answer:
    """Link an agreement to its channel no more."""
    parts = parts_of(press, 2)
    agreement_id, revision = number(parts[0]), number_at(parts, 1) or 0
    with acting(press) as (session, actor):
        name = unlink(session, press.office, actor, agreement_id=agreement_id, revision=revision)
    return Answer(said(press.texts("link.away_done", name=name)).message, press.is_ephemeral)


def it_arrived(press: Press) -> Answer:
    """Note that a message in doubt has arrived."""
    return _decided(press, deciding.it_arrived, "decided.arrived")


def send_again(press: Press) -> Answer:
    """Send a held message again, at the clock's next turn."""
    return _decided(press, deciding.send_again, "decided.again")


def _decided(press: Press, decide: Callable[..., None], key: str) -> Answer:
    parts = parts_of(press, 2)
    row_id, fence = number(parts[0]), number_at(parts, 1) or 0
    with acting(press) as (session, actor):
        decide(session, press.office, actor, row_id=row_id, fence=fence)
    return said(press.texts(key))


BUTTONS: Final[dict[str, Button]] = {
    "show_status": Button(Permission.read_as_partner, showing("status")),
    "show_funding": Button(Permission.read_as_partner, showing("funding")),
    "show_contacts": Button(Permission.read_as_partner, showing("contacts")),
    "show_rows": Button(Permission.read_as_partner, showing("rows")),
    "choose": Button(Permission.read_as_partner, choose),
    "more": Button(Permission.read, more),
    "share": Button(Permission.read, share),
    "share_now": Button(Permission.read, share_now),
    "hold_evaluation": Button(Permission.hold_evaluation, hold_evaluation, changes=True),
    "link": Button(Permission.link_channel, link_channel, changes=True),
    "unlink": Button(Permission.link_channel, unlink_channel, changes=True),
    "it_arrived": Button(Permission.decide_delivery, it_arrived, changes=True),
    "send_again": Button(Permission.decide_delivery, send_again, changes=True),
}
"""By action id; what follows a colon in one only tells equal buttons of a card apart."""


def press_of(
    office: Office, slack: SlackSide, person: Person, texts: Texts, body: dict[str, Any]
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
        slack=slack,
        person=person,
        texts=texts,
        value=str(action.get("value", ""))[:2_000],
        channel_id=channel.get("id"),
        is_ephemeral=bool(container.get("is_ephemeral")),
        key=_key(body, action),
    )


def _key(body: dict[str, Any], action: dict[str, Any]) -> str:
    """Name a press as Slack does; a click without a trigger by its moment and its presser."""
    moment = f"{action.get('action_ts')}:{(body.get('user') or {}).get('id')}"
    return f"press:{body.get('trigger_id') or moment}"
