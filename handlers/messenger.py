"""Slack as the carrier of reminders: posting once, editing, looking, and what an error means."""

from __future__ import annotations

import socket
import ssl
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackApiError

from bot.access import PersonKind
from bot.reminders.bundling import is_person
from bot.reminders.messenger import (
    RECIPIENT_UNKNOWN,
    Alarm,
    Digest,
    Greeting,
    NotDelivered,
    Notice,
    PartnerReminder,
    Reminder,
    Trouble,
)
from bot.settings import Settings
from bot.texts import Texts
from handlers.blocks.alarm import alarm_card
from handlers.blocks.elements import Message
from handlers.blocks.greeting import greeting_card
from handlers.blocks.partner_reminder import partner_reminder_card
from handlers.blocks.reminder import digest_card, reminder_card
from handlers.caller import NO_ANSWER
from handlers.slack_side import SlackSide

_log = structlog.get_logger("messenger")

EVENT_TYPE: Final = "foljsam_reminder"
_PLAIN: Final = 300  # characters of the sentence that stands in for a refused card

_TOO_FAST = {"ratelimited", "rate_limited"}
_PAUSED = {"message_limit_exceeded", "team_added_to_org", "external_channel_migrating"}
_PAUSE = 3600.0  # seconds without a message, where Slack takes none from anybody
_NOBODY_MAY = {
    "token_revoked",
    "account_inactive",
    "invalid_auth",
    "not_authed",
    "token_expired",
    "org_login_required",
}
_GONE = {
    "is_archived",
    "channel_not_found",
    "not_in_channel",
    "is_inactive",
    "user_not_found",
    "user_disabled",
    "user_not_visible",
    "cannot_dm_bot",
    "messages_tab_disabled",
    "invalid_user_combination",
    "not_a_member",
}
_NOT_THERE = {
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    "missing_scope",
    "no_permission",
    "ekm_access_denied",
    "access_denied",
    "two_factor_setup_required",
}
_OUR_FAULT = {
    "msg_too_long",
    "msg_blocks_too_long",
    "no_text",
    "metadata_too_large",
    "invalid_arguments",
}
_MEANINGS: Final[tuple[tuple[Trouble, set[str], tuple[str, ...]], ...]] = (
    (Trouble.nobody_may, _NOBODY_MAY, ()),
    (Trouble.gone, _GONE, ("restricted_action",)),
    (Trouble.not_there, _NOT_THERE, ()),
    (Trouble.our_fault, _OUR_FAULT, ("invalid_blocks", "invalid_metadata")),
)
"""By trouble: its codes, and how families of codes begin."""
_BEFORE_A_BYTE = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
"""Failures from before anything was sent."""


def trouble_of(error: Exception) -> NotDelivered:
    """Say what a failed request means, by what Slack may have done with it.

    What is not recognised may have been carried out: then nothing is guessed.
    """
    if not isinstance(error, SlackApiError):
        cause = getattr(error, "reason", error)  # urllib wraps what went wrong
        left = not isinstance(cause, _BEFORE_A_BYTE)
        return NotDelivered(Trouble.unsure if left else Trouble.not_now, type(error).__name__)
    response, code = error.response, _code(error.response)
    status = _status(response)
    if status == 429 or code in _TOO_FAST:
        return NotDelivered(Trouble.too_fast, code, _seconds(response))
    if status >= 500:
        return NotDelivered(Trouble.unsure, code or str(status))
    if code in _PAUSED:
        return NotDelivered(Trouble.too_fast, code, _PAUSE)
    return NotDelivered(_meaning(code), code)


def _meaning(code: str) -> Trouble:
    for trouble, codes, starts in _MEANINGS:
        if code in codes or code.startswith(starts):
            return trouble
    return Trouble.unsure


def _status(response: Any) -> int:
    """Read the HTTP status; where the body was no JSON, slack_sdk hands over a dictionary."""
    found = response.get("status") if isinstance(response, dict) else response.status_code
    return found if isinstance(found, int) else 200


def _code(response: Any) -> str:
    try:
        return str(response.get("error") or "")
    except (ValueError, AttributeError):  # bodies may be empty or not JSON during limits
        return ""


def _seconds(response: Any) -> float:
    found = response.get("headers") if isinstance(response, dict) else response.headers
    headers = {str(name).lower(): value for name, value in (found or {}).items()}
    asked = headers.get("retry-after", "1")
    asked = asked[0] if isinstance(asked, list) else asked
    asked = str(asked)
    return min(max(float(asked), 1), 3600) if asked.isascii() and asked.isdigit() else 1


class SlackMessenger:
    """Carries reminders to Slack. See ``bot.reminders.messenger.Messenger``."""

    def __init__(self, slack: SlackSide, settings: Settings) -> None:
        self._slack = slack
        self._settings = settings

    def channel_of(self, recipient: str) -> str:
        if not is_person(recipient):
            return recipient
        opened = self._call("conversations_open", users=recipient)
        return str(opened["channel"]["id"])

    def post(
        self,
        channel_id: str,
        notice: Notice,
        *,
        recipient: str,
        wire_key: str,
        members: Sequence[str] = (),
    ) -> str:
        payload: dict[str, Any] = {"key": wire_key} | ({"members": [*members]} if members else {})
        if not is_person(recipient):
            self._judge_channel(channel_id)
            if not isinstance(notice, PartnerReminder | Greeting):
                self._judge_readers(channel_id)
        message = self._card(notice, recipient)
        try:
            return self._post(channel_id, message, payload)
        except NotDelivered as trouble:
            if trouble.trouble is not Trouble.our_fault:
                raise
            # Our own mistake, and certainly not posted: said once more in a sentence without blocks
            _log.error("message_refused", code=trouble.code)
            return self._post(channel_id, Message(message.text[:_PLAIN]), payload)

    def judge(self, recipient: str) -> None:
        if not is_person(recipient):
            return
        match self._slack.callers.person(recipient).kind:
            case PersonKind.member:
                return
            case PersonKind.unknown:  # Slack cannot be asked just now
                raise NotDelivered(Trouble.not_now, RECIPIENT_UNKNOWN)
            case PersonKind.deactivated:
                raise NotDelivered(Trouble.gone, "user_disabled")
            case _:
                raise NotDelivered(Trouble.gone, "not_a_member")

    def _judge_channel(self, channel_id: str) -> None:
        """Refuse a channel that is not there for us now, before anything is said where others read.

        Nothing has been posted yet, so that a lost answer is a certain *not now*.
        """
        try:
            channel = self._call("conversations_info", channel=channel_id)["channel"]
        except NotDelivered as trouble:
            if trouble.trouble is not Trouble.unsure:
                raise
            raise NotDelivered(Trouble.not_now, trouble.code) from trouble
        if channel.get("is_archived"):
            raise NotDelivered(Trouble.gone, "is_archived")
        if not channel.get("is_member"):
            raise NotDelivered(Trouble.gone, "not_in_channel")

    def _judge_readers(self, channel_id: str) -> None:
        """Refuse to say before guests or other organisations what is meant for colleagues alone."""
        readers = self._slack.channels.readers(channel_id)
        if readers.organisations or readers.guests or readers.outsiders:
            raise NotDelivered(Trouble.gone, "read_by_others")
        if not readers.is_ours_alone:  # too many to be sure of, or Slack does not tell just now
            raise NotDelivered(Trouble.not_now, RECIPIENT_UNKNOWN)

    def _post(self, channel_id: str, message: Message, payload: dict[str, Any]) -> str:
        answer = self._call(
            "chat_postMessage",
            channel=channel_id,
            metadata={"event_type": EVENT_TYPE, "event_payload": payload},
            unfurl_links=False,
            unfurl_media=False,
            **_body(message),
        )
        return str(answer["ts"])

    def edit(self, channel_id: str, ts: str, notice: Notice, *, recipient: str) -> None:
        body = _body(self._card(notice, recipient))
        self._call("chat_update", channel=channel_id, ts=ts, **body)

    def look(self, channel_id: str, wire_keys: Sequence[str], since: datetime) -> Mapping[str, str]:
        if not channel_id.startswith("D"):  # channels' history is never asked for
            raise NotDelivered(Trouble.not_there, "no_history")
        wanted = set(wire_keys)
        found: dict[str, str] = {}
        for message in self._history(channel_id, since):
            if message.get("bot_id") == self._slack.bot_id:
                found |= dict.fromkeys(wanted & _keys(message), str(message["ts"]))
        return found

    def standing(self, channel_id: str, since: datetime, most: int) -> Mapping[str, Sequence[str]]:
        """Give the names of our own messages by their keys (``bot.reminders.duplicates``)."""
        found: dict[str, list[str]] = defaultdict(list)
        for message in islice(self._history(channel_id, since), most):
            if message.get("bot_id") == self._slack.bot_id:
                for key in _keys(message):
                    found[key].append(str(message["ts"]))
        return found

    def time(self) -> datetime | None:
        try:
            headers = self._slack.writer.api_call("api.test").headers
            said = {str(name).lower(): value for name, value in headers.items()}["date"]
            return parsedate_to_datetime(said[0] if isinstance(said, list) else said)
        except (*NO_ANSWER, KeyError, ValueError, TypeError):
            return None

    def _history(self, channel_id: str, since: datetime) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            page = self._call(
                "conversations_history",
                channel=channel_id,
                oldest=f"{since.timestamp():.6f}",
                inclusive=True,
                include_all_metadata=True,
                limit=200,
                **({"cursor": cursor} if cursor else {}),
            )
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not page.get("has_more"):
                return
            if not cursor:
                raise NotDelivered(Trouble.not_there, "pages_missing")

    def _card(self, notice: Notice, recipient: str) -> Message:
        zone = self._settings.time_zone
        language: str = self._settings.language
        if is_person(recipient):
            language = self._slack.callers.person(recipient).language
        match notice:
            case Digest():
                return digest_card(notice, Texts(language))
            case Alarm():
                return alarm_card(notice, Texts(language), zone)
            case Greeting():
                return greeting_card(notice, Texts(language))
            case _:
                return reminder_as_sent(notice, Texts(language))

    def _call(self, method: str, **arguments: Any) -> Any:
        try:
            return getattr(self._slack.writer, method)(**arguments)
        except NO_ANSWER as error:
            raise trouble_of(error) from error


def reminder_as_sent(reminder: Reminder | PartnerReminder, texts: Texts) -> Message:
    """Give the card of one reminder, to whomever it goes."""
    if isinstance(reminder, PartnerReminder):
        return partner_reminder_card(reminder, texts)
    return reminder_card(reminder, texts)


def _keys(message: dict[str, Any]) -> set[str]:
    """Give the keys that a message carries: its own, and those of what a digest tells of."""
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    members = payload.get("members")
    keys = [payload.get("key"), *(members if isinstance(members, list) else ())]
    return {key for key in keys if isinstance(key, str)}


def _body(message: Message) -> dict[str, Any]:
    return message.body() | {"mrkdwn": False, "parse": "none", "link_names": False}
