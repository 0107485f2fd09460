"""Who reads a channel: asked of Slack when it matters, never taken from a payload or the register.

A channel can be shared with another organisation, or get another id, at any moment, so what may be
shown in it is judged anew each time. What Slack does not say counts as read by others.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog
from slack_sdk import WebClient

from bot.access import Audience, PersonKind
from handlers.caller import NO_ANSWER, Callers

_log = structlog.get_logger("channels")

KEPT_SECONDS: Final = 60  # of who is in a channel; whether it is shared is asked each time
_MOST_PEOPLE: Final = 100  # Slack tells of about as many a minute; more are not asked about
_GUESTS: Final = frozenset({PersonKind.multi_channel_guest, PersonKind.single_channel_guest})
_LEFT_OUT: Final = frozenset({PersonKind.bot, PersonKind.deactivated})


@dataclass(frozen=True, slots=True)
class _People:
    members: tuple[str, ...]
    guests: tuple[str, ...]
    outsiders: tuple[str, ...]


class Channels:
    """Channels as Slack knows them."""

    def __init__(self, reader: WebClient, callers: Callers, home: frozenset[str]) -> None:
        self._reader = reader
        self._callers = callers
        self._home = home
        self._kept: dict[str, tuple[float, _People]] = {}
        self._lock = threading.Lock()

    def audience(self, channel_id: str | None) -> Audience:
        """Say which organisations read a channel; nothing is known where Slack does not say."""
        info = self._info(channel_id) if channel_id else None
        if info is None:
            return Audience()
        organisations = self._others(info)
        if organisations is None:
            return Audience()
        is_public = info.get("is_private") is not True
        return Audience(is_known=True, is_public=is_public, organisations=organisations)

    def readers(self, channel_id: str | None) -> Audience:
        """Say besides which people are in it. Asks about each of them whom we do not know."""
        audience = self.audience(channel_id)
        if not audience.is_known or channel_id is None:
            return audience
        people = self._people(channel_id)
        if people is None:
            return audience
        return replace(
            audience,
            people_known=True,
            members=people.members,
            guests=people.guests,
            outsiders=people.outsiders,
        )

    def forget(self, channel_id: str) -> None:
        """Ask anew who is in it: Slack says that it has changed."""
        with self._lock:
            self._kept.pop(channel_id, None)

    def _info(self, channel_id: str) -> dict[str, Any] | None:
        try:
            channel = self._reader.conversations_info(channel=channel_id)["channel"]
        except (*NO_ANSWER, KeyError) as error:
            _log.warning("channel_unknown", reason=type(error).__name__)
            return None
        return channel if isinstance(channel, dict) else None

    def _others(self, info: dict[str, Any]) -> frozenset[str] | None:
        """Name the other organisations, those invited included; None where they are not named."""
        named = [
            info.get(key) or [] for key in ("connected_team_ids", "pending_connected_team_ids")
        ]
        named.append(info.get("pending_shared") or [])
        teams = {str(team) for some in named if isinstance(some, list) for team in some}
        others = frozenset(teams - self._home)
        is_shared = info.get("is_ext_shared") or info.get("is_pending_ext_shared")
        return None if is_shared and not others else others

    def _people(self, channel_id: str) -> _People | None:
        kept = self._kept.get(channel_id)
        if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        try:
            ids = list(self._members(channel_id))
        except (*NO_ANSWER, KeyError, _TooMany) as error:
            _log.warning("readers_unknown", reason=type(error).__name__)
            return None
        people = self._sorted(ids)
        if people is not None:
            with self._lock:
                self._kept[channel_id] = (time.monotonic(), people)
        return people

    def _members(self, channel_id: str) -> Iterator[str]:
        cursor, seen = "", 0
        while True:
            page = self._reader.conversations_members(channel=channel_id, cursor=cursor, limit=200)
            seen += len(page["members"])
            if seen > _MOST_PEOPLE:
                raise _TooMany
            yield from page["members"]
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    def _sorted(self, ids: list[str]) -> _People | None:
        """Sort people by what they are; one of whom Slack does not tell makes all uncertain."""
        kinds = {each: self._callers.person(each).kind for each in ids}
        if PersonKind.unknown in kinds.values():
            return None
        of = {
            "members": frozenset({PersonKind.member}),
            "guests": _GUESTS,
            "outsiders": frozenset(PersonKind) - _GUESTS - _LEFT_OUT - {PersonKind.member},
        }
        return _People(
            **{
                name: tuple(each for each, kind in kinds.items() if kind in some)
                for name, some in of.items()
            }
        )


class _TooMany(Exception):
    """More people than can be asked about."""
