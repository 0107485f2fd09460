"""Slack as the carrier of reminders: posting once, editing, looking, and what an error means."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from slack_sdk.errors import SlackApiError

from bot.reminders.messenger import NotDelivered, Reminder, Trouble
from bot.texts import Texts
from handlers.blocks.elements import Message
from handlers.blocks.reminder import reminder_card
from handlers.caller import NO_ANSWER
from handlers.slack_side import SlackSide

EVENT_TYPE: Final = "foljsam_reminder"

_TOO_FAST = {"ratelimited", "rate_limited"}
_NOT_NOW = {"message_limit_exceeded", "team_added_to_org", "external_channel_migrating"}
_NOBODY_MAY = {
    "token_revoked",
    "account_inactive",
    "invalid_auth",
    "not_authed",
    "token_expired",
    "org_login_required",
}
_NOT_THERE = {
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
_OUR_FAULT_STARTS = ("invalid_blocks", "invalid_metadata", "restricted_action")


def trouble_of(error: Exception) -> NotDelivered:
    """Say what a failed request means, by what Slack may have done with it.

    What is not recognised may have been carried out: then nothing is guessed.
    """
    if not isinstance(error, SlackApiError):
        refused = isinstance(error, ConnectionRefusedError) or (
            isinstance(getattr(error, "reason", None), ConnectionRefusedError)
        )
        return NotDelivered(Trouble.not_now if refused else Trouble.unsure, type(error).__name__)
    response = error.response
    status = _status(response)
    code = _code(response)
    if status == 429 or code in _TOO_FAST:
        return NotDelivered(Trouble.too_fast, code, _seconds(response))
    if status >= 500:
        return NotDelivered(Trouble.unsure, code or str(status))
    known = {
        Trouble.not_now: _NOT_NOW,
        Trouble.nobody_may: _NOBODY_MAY,
        Trouble.not_there: _NOT_THERE,
        Trouble.our_fault: _OUR_FAULT,
    }
    for trouble, codes in known.items():
        if code in codes:
            return NotDelivered(trouble, code)
    if code.startswith(_OUR_FAULT_STARTS):
        return NotDelivered(Trouble.our_fault, code)
    return NotDelivered(Trouble.unsure, code)


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

    def __init__(self, slack: SlackSide, language: str) -> None:
        self._slack = slack
        self._language = language

    def channel_of(self, recipient: str) -> str:
        if not recipient.startswith(("U", "W")):
            return recipient
        opened = self._call("conversations_open", users=recipient)
        return str(opened["channel"]["id"])

    def post(self, channel_id: str, reminder: Reminder, *, recipient: str, wire_key: str) -> str:
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": wire_key}}
        answer = self._call(
            "chat_postMessage",
            channel=channel_id,
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
            **_body(self._card(reminder, recipient)),
        )
        return str(answer["ts"])

    def edit(self, channel_id: str, ts: str, reminder: Reminder, *, recipient: str) -> None:
        body = _body(self._card(reminder, recipient))
        self._call("chat_update", channel=channel_id, ts=ts, **body)

    def look(self, channel_id: str, wire_key: str, since: datetime) -> str | None:
        if not channel_id.startswith("D"):  # channels' history is never asked for
            raise NotDelivered(Trouble.not_there, "no_history")
        for found in self._history(channel_id, since):
            payload = (found.get("metadata") or {}).get("event_payload") or {}
            if found.get("bot_id") == self._slack.bot_id and payload.get("key") == wire_key:
                return str(found["ts"])
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

    def _card(self, reminder: Reminder, recipient: str) -> Message:
        is_person = recipient.startswith(("U", "W"))
        language = self._slack.callers.person(recipient).language if is_person else self._language
        return reminder_card(reminder, Texts(language))

    def _call(self, method: str, **arguments: Any) -> Any:
        try:
            return getattr(self._slack.writer, method)(**arguments)
        except NO_ANSWER as error:
            raise trouble_of(error) from error


def _body(message: Message) -> dict[str, Any]:
    return message.body() | {"mrkdwn": False, "parse": "none", "link_names": False}
