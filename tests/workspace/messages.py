"""One message, and how Slack gives it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.workspace.ids import APP_ID, BOT_ID, BOT_USER, HOME_TEAM


@dataclass(slots=True, eq=False)
class Message:
    """What stands in a channel, or what one person alone was shown (``only_for``)."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    thread_ts: str | None = None
    edited: str | None = None
    only_for: str | None = None
    by_response_url: bool = False
    mrkdwn: bool = True  # whether * and _ in the text beside the blocks mean anything
    bot_id: str | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    reply_count: int = 0
    written_at: float = 0.0
    team: str = HOME_TEAM

    @property
    def by_our_bot(self) -> bool:
        return self.user == BOT_USER


def message_object(message: Message, *, with_metadata: bool = False) -> dict[str, Any]:
    """Describe a message as history and the answers to posts do."""
    described: dict[str, Any] = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": message.team,
    }
    if message.bot_id:
        described["bot_id"] = message.bot_id
        described["app_id"] = APP_ID if message.bot_id == BOT_ID else "A_OTHER"
    for name in ("blocks", "attachments", "files"):
        if value := getattr(message, name):
            described[name] = value
    if message.thread_ts:
        described["thread_ts"] = message.thread_ts
        if message.reply_count:
            described["reply_count"] = message.reply_count
        if message.thread_ts != message.ts:
            described["parent_user_id"] = message.user
    if message.edited:
        described["edited"] = {"user": message.user, "ts": message.edited}
    if message.metadata is not None:
        described["metadata"] = (
            message.metadata if with_metadata else {"event_type": message.metadata["event_type"]}
        )
    return described


def shown_object(message: Message) -> dict[str, Any]:
    """Describe a message with all its bytes, as a person's client receives it."""
    return {
        **message_object(message, with_metadata=True),
        "channel": message.channel,
        "ephemeral": message.only_for is not None,
        "was_edited": message.edited is not None,
        "mrkdwn": message.mrkdwn,
    }
