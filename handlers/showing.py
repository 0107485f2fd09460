"""Presses that show one agreement: to the presser alone, or shared with the channel.

A message that everybody in a linked channel sees gives whoever presses the partner view. Otherwise
members get what they may read, and partners their partner view.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from bot import partners
from bot.access import UNASKED, Actor, Audience, Permission, Place, Surface, require
from bot.errors import Conflict, Invalid, NotAllowed
from bot.linking import seal_of
from bot.sharing import Extent, extent
from bot.texts import Texts
from handlers import partners as partly
from handlers.blocks.sharing import share_card
from handlers.commands import Call
from handlers.commands.agreements import SHARED, VIEWS, rows_of
from handlers.commands.linking import link_of
from handlers.commands.overviews import list_page
from handlers.partners import PartnerCall
from handlers.pressing import Press, acting, number, number_at, parts_of
from handlers.replies import Answer

_WHOLE: Final = {**VIEWS, "rows": rows_of, "link": link_of}
_PARTLY: Final = {**partly.VIEWS, "rows": partly.rows_of}
_CHOSEN: Final = {*VIEWS, "link"}


def showing(view: str) -> Callable[[Press], Answer]:
    """Make what answers the button of a view."""

    def show(press: Press) -> Answer:
        parts = parts_of(press, 2)
        year = number_at(parts, 1) if view == "rows" else None
        return _shown(press, view, number(parts[0]), year)

    return show


def choose(press: Press) -> Answer:
    """Show what was asked for, of the agreement that was chosen among several."""
    parts = parts_of(press, 3)
    if parts[0] not in _CHOSEN or len(parts) < 2:
        raise Invalid("invalid.button")
    agreement_id, year = number(parts[1]), number_at(parts, 2)
    return _shown(press, parts[0], agreement_id, year, instead=press.is_ephemeral)


def more(press: Press) -> Answer:
    """Show the next page of a list in the place of this one."""
    offset, _, text = press.value.partition(":")
    start = number(offset)
    with acting(press) as (session, actor):
        require(actor, Permission.read)
        return Answer(list_page(_call(press, session, actor), text, start), press.is_ephemeral)


def _shown(
    press: Press, view: str, agreement_id: int, year: int | None, *, instead: bool = False
) -> Answer:
    audience = _audience(press, view)
    with acting(press) as (session, actor):
        if agreement_id not in _linked(press, session) or view not in _PARTLY:
            try:
                call = _call(press, session, actor, audience)
                return Answer(_WHOLE[view](call, agreement_id, year), instead)
            except NotAllowed:
                if view not in _PARTLY:
                    raise
        partial = PartnerCall(press.office, actor, press.texts, session, audience)
        return Answer(_PARTLY[view](partial, agreement_id, year), instead)


def _audience(press: Press, view: str) -> Audience:
    """Ask Slack who reads, before a transaction begins: nobody else is to wait while it answers."""
    if view == "link":
        return press.slack.channels.readers(press.channel_id)
    if view in {"funding", "rows"}:
        return press.slack.channels.audience(press.channel_id)
    return UNASKED


def _linked(press: Press, session: Session) -> tuple[int, ...]:
    """Give the agreements of the channel, where the message stands in it for everybody."""
    here = press.channel_id if press.is_public else None
    return partners.agreements_in(session.connection(), here)


def _call(press: Press, session: Session, actor: Actor, audience: Audience = UNASKED) -> Call:
    return Call(
        press.office,
        actor,
        press.texts,
        session.connection(),
        press.channel_id,
        audience=audience,
    )


def share(press: Press) -> Answer:
    """Say who can read the channel, and ask whether to share there."""
    what = _what(press)
    audience = press.slack.channels.readers(press.channel_id)
    with acting(press) as (session, actor):
        how = extent(press.office, session.connection(), actor, what.agreement_id, audience)
    return Answer(share_card(what.value, audience, how, press.texts))


def share_now(press: Press) -> Answer:
    """Share with the channel, if it is read by whom the presser was told.

    As much is posted as the readers may see, in the language of channels.
    """
    what = _what(press)
    audience = press.slack.channels.readers(press.channel_id)
    if what.seal != seal_of(audience):
        raise Conflict("share.readers_changed")
    with acting(press) as (session, actor):
        call = _call(press, session, actor, audience)
        how = extent(press.office, call.connection, actor, what.agreement_id, audience)
        texts = Texts(press.office.settings.language)
        if how is Extent.whole:
            make = SHARED[what.view]
            return Answer(
                make(call._replace(texts=texts), what.agreement_id, what.year), for_all=True
            )
        here = actor._replace(place=Place(press.channel_id, Surface.channel))
        partial = PartnerCall(press.office, here, texts, session, audience)
        return Answer(_PARTLY[what.view](partial, what.agreement_id, what.year), for_all=True)


@dataclass(frozen=True, slots=True)
class _What:
    """What is to be shared: a view of an agreement, and the seal of who was told to read it."""

    view: str
    agreement_id: int
    year: int | None
    seal: str

    @property
    def value(self) -> str:
        return f"{self.view}:{self.agreement_id}:{self.year or ''}"


def _what(press: Press) -> _What:
    parts = parts_of(press, 4)
    if parts[0] not in SHARED or len(parts) < 3:
        raise Invalid("invalid.button")
    return _What(parts[0], number(parts[1]), number_at(parts, 2), "".join(parts[3:]))
