"""Channels and direct messages: who is in, what was written, and how Slack describes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from tests.workspace.ids import BOT_USER, HOME_TEAM
from tests.workspace.messages import Message

ChannelKind = Literal["public", "private", "im"]


@dataclass(slots=True, eq=False)
class Channel:
    """A conversation; ``members`` holds user ids, the bot's own among them where it is in."""

    id: str
    name: str
    kind: ChannelKind = "public"
    members: list[str] = field(default_factory=list)
    archived: bool = False
    shared_with: list[str] = field(default_factory=list)
    limited_teams: list[str] = field(default_factory=list)
    pending_teams: list[str] = field(default_factory=list)
    org_shared: bool = False
    host: str = HOME_TEAM
    posting_restricted: bool = False
    created: int = 1_700_000_000
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    last_moment: int = 0

    @property
    def has_bot(self) -> bool:
        return BOT_USER in self.members

    @property
    def is_external(self) -> bool:
        return bool(self.shared_with)

    def next_ts(self, now: float) -> str:
        """Give a timestamp that is unique and rising in this channel."""
        self.last_moment = max(int(now * 1_000_000), self.last_moment + 1)
        seconds, micros = divmod(self.last_moment, 1_000_000)
        return f"{seconds}.{micros:06d}"

    def scope(self, right: str) -> str:
        """Name the scope that lets an app use this kind of conversation: read or history."""
        family = {"public": "channels", "private": "groups", "im": "im"}[self.kind]
        return f"{family}:{right}"

    def other_member(self) -> str:
        """Name the person at the other end of a DM with the bot."""
        return next((user for user in self.members if user != BOT_USER), "")


def channel_object(channel: Channel) -> dict[str, Any]:
    """Describe a conversation as ``conversations.info`` does."""
    if channel.kind == "im":
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_archived": channel.archived,
            "is_org_shared": False,
            "user": channel.other_member(),
            "context_team_id": HOME_TEAM,
        }
    external = channel.is_external
    described: dict[str, Any] = {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": channel.created,
        "creator": "U_CREATOR",
        "is_channel": channel.id.startswith("C"),
        "is_group": channel.id.startswith("G"),
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "is_archived": channel.archived,
        "is_general": False,
        "is_member": channel.has_bot,
        "is_shared": external or channel.org_shared,
        "is_ext_shared": external,
        "is_org_shared": channel.org_shared,
        "is_pending_ext_shared": bool(channel.pending_teams),
        "pending_shared": list(channel.pending_teams),
        "context_team_id": HOME_TEAM,
        "unlinked": 0,
    }
    return described | (_sharing(channel) if external else {})


def _sharing(channel: Channel) -> dict[str, Any]:
    return {
        "conversation_host_id": channel.host,
        "shared_team_ids": [HOME_TEAM, *channel.shared_with],
        "connected_team_ids": list(channel.shared_with),
        "connected_limited_team_ids": list(channel.limited_teams),
        "pending_connected_team_ids": list(channel.pending_teams),
    }
