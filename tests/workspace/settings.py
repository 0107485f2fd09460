"""How this workspace and its installed app are set up; everything a test may turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tests.workspace.ids import SIGNING_SECRET

COMMANDS = ("/iop", "/iop-status", "/iop-medel", "/iop-kontakter")
SCOPES = (
    "app_mentions:read",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
)
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_id_changed",
    "channel_shared",
    "channel_unshared",
    "member_joined_channel",
    "member_left_channel",
    "message.im",
    "tokens_revoked",
    "user_change",
)
SIGNATURES = ("valid", "stale", "future", "missing", "garbled")


@dataclass(slots=True)
class Settings:
    """The app as installed, the workspace's own settings, and the oddities to play."""

    commands: list[str] = field(default_factory=lambda: list(COMMANDS))
    command_help: dict[str, dict[str, str]] = field(default_factory=dict)
    shortcuts: list[str] = field(default_factory=list)
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))
    events: list[str] = field(default_factory=lambda: list(EVENTS))
    home_tab: bool = True
    messages_tab: bool = True
    messages_tab_read_only: bool = False
    guests_may_use_commands: bool = True

    request_url: str | None = None
    signing_secret: str = SIGNING_SECRET
    signature: str = "valid"
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    retry_delays: list[float] = field(default_factory=lambda: [0.0, 60.0, 300.0])
    ping_seconds: float = 10.0

    # How payloads lie: see the fields that identify a person.
    team_in_clicks: Literal["ours", "theirs"] = "ours"
    user_team: Literal["team", "enterprise"] = "team"
    organisation_install: bool = False
    unknown_fields: bool = False
    sparse_payloads: bool = False

    own_message_events: bool = False  # Slack sends them; off, so that deliveries stay countable

    history_lag: float = 0.0
    retention_seconds: float | None = None
    edit_window_seconds: float | None = None
    date_skew: float = 0.0
