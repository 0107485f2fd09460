"""Who is calling: one answer for every request, from the payload and from ``users.info``.

Several fields that look like the caller's organisation name the installing one instead, so none of
them decides alone: what disagrees is an outsider, and where Slack cannot be asked, or says nothing,
the caller is unknown and may do nothing. A failure is never remembered as anything.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Final

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.access import Person, PersonKind

_log = structlog.get_logger("caller")

NO_ANSWER: Final = (SlackClientError, OSError, HTTPException)
"""What slack_sdk raises when there is no answer to use; one that breaks off is the last of them."""
KEPT_SECONDS: Final = 600
_MOST_KEPT: Final = 5_000


_FLAGGED: Final = (
    ("is_bot", PersonKind.bot),
    ("is_ultra_restricted", PersonKind.single_channel_guest),
    ("is_restricted", PersonKind.multi_channel_guest),
)
"""What a flag in ``users.info`` makes of somebody at home; the first that is set decides."""


def user_of(body: dict[str, Any]) -> tuple[str, str | None]:
    """Give the caller's id and, where the payload has it, the organisation it names."""
    user = body.get("user")
    if isinstance(user, dict):  # a click, a modal, a shortcut
        return str(user.get("id", "")), user.get("team_id")
    if "user_id" in body:  # a slash command
        return str(body["user_id"]), body.get("team_id")
    event = body.get("event")
    event = event if isinstance(event, dict) else {}
    who = event.get("user")
    who_id = who.get("id") if isinstance(who, dict) else who
    return str(who_id or ""), event.get("user_team")


def classify(info: dict[str, Any], said_team: str | None, home: frozenset[str]) -> PersonKind:
    """Say what a person is, from ``users.info`` and the organisation that the payload named.

    ``home`` is our team's id, and our organisation's on Enterprise Grid.
    """
    if info.get("deleted"):
        return PersonKind.deactivated
    if info.get("is_invited_user") or info.get("team_id") is None:
        return PersonKind.unknown
    if info.get("is_stranger"):
        return PersonKind.stranger
    if _is_from_elsewhere(info, said_team, home):
        return PersonKind.outsider
    for flag, kind in _FLAGGED:
        if info.get(flag):
            return kind
    return PersonKind.member


def _is_from_elsewhere(info: dict[str, Any], said_team: str | None, home: frozenset[str]) -> bool:
    enterprise = info.get("enterprise_user")
    if isinstance(enterprise, dict) and enterprise.get("enterprise_id") in home:
        return False  # another workspace of our own organisation
    return info["team_id"] not in home or (said_team is not None and said_team not in home)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What Slack said of somebody, when, and who they are by the organisation a payload names."""

    since: float
    info: dict[str, Any]
    people: dict[str | None, Person] = field(default_factory=dict)


class Callers:
    """People as Slack knows them, asked at most every ten minutes."""

    def __init__(self, reader: WebClient, home: frozenset[str], language: str) -> None:
        self._reader = reader
        self._home = home
        self._language = language
        self._kept: dict[str, _Heard] = {}
        self._forgotten = 0  # how often somebody has been: an answer from before is not kept
        self._lock = threading.Lock()

    def of(self, body: dict[str, Any]) -> Person:
        """Say who sent this."""
        user_id, said_team = user_of(body)
        return self.person(user_id, said_team)

    def person(self, user_id: str, said_team: str | None = None) -> Person:
        """Say who somebody is."""
        heard = self._ask(user_id) if user_id else None
        if heard is None:
            return Person(user_id, PersonKind.unknown, self._language)
        return self._told(user_id, heard, said_team)

    def at_hand(self, body: dict[str, Any]) -> Person | None:
        """Say who sent this where that is known without asking Slack."""
        user_id, said_team = user_of(body)
        heard = self._fresh(user_id)
        return None if heard is None else self._told(user_id, heard, said_team)

    def known(self, user_id: str) -> str | None:
        """Give the language of somebody we know without asking Slack."""
        heard = self._fresh(user_id)
        return None if heard is None else self._language_of(heard.info)

    def forget(self, user_id: str) -> None:
        """Ask again next time: Slack says that the person has changed."""
        with self._lock:
            self._kept.pop(user_id, None)
            self._forgotten += 1

    def _told(self, user_id: str, heard: _Heard, said_team: str | None) -> Person:
        person = heard.people.get(said_team)
        if person is None:
            kind = classify(heard.info, said_team, self._home)
            person = Person(user_id, kind, self._language_of(heard.info))
            heard.people[said_team] = person
        return person

    def _language_of(self, info: dict[str, Any]) -> str:
        spoken = str(info.get("locale", ""))[:2]
        return spoken if spoken in {"sv", "en"} else self._language

    def _fresh(self, user_id: str) -> _Heard | None:
        heard = self._kept.get(user_id)
        if heard is not None and time.monotonic() - heard.since < KEPT_SECONDS:
            return heard
        return None

    def _ask(self, user_id: str) -> _Heard | None:
        fresh = self._fresh(user_id)
        if fresh is not None:
            return fresh
        forgotten = self._forgotten
        try:
            answer = self._reader.users_info(user=user_id, include_locale=True)
            info = answer["user"]
        except (*NO_ANSWER, KeyError) as error:
            _log.warning("caller_unknown", reason=type(error).__name__)
            return None
        if not isinstance(info, dict):
            return None
        heard = _Heard(time.monotonic(), info)
        with self._lock:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            if forgotten == self._forgotten:
                self._kept[user_id] = heard
        return heard
