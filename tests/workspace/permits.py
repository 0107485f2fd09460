"""What an app is handed for a short while: triggers and response addresses."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

RESPONSE_USES = 5
RESPONSE_SECONDS = 30 * 60


@dataclass(slots=True)
class Trigger:
    """The right to open one view for one person; ``view`` is the modal it was pressed in."""

    id: str
    user: str
    issued: float
    view: str | None = None
    used: bool = False


@dataclass(slots=True)
class ResponseAddress:
    """A place to answer one interaction; ``origin`` is the ts of the message it began in."""

    token: str
    user: str
    channel: str
    issued: float
    origin: str | None = None
    origin_is_ephemeral: bool = False
    typed: str | None = None
    uses: int = 0
    shown: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Permits:
    """All triggers and response addresses handed out."""

    triggers: dict[str, Trigger] = field(default_factory=dict)
    addresses: dict[str, ResponseAddress] = field(default_factory=dict)
    made: int = 0

    def trigger(self, user: str, now: float, view: str | None = None) -> Trigger:
        """Hand out a trigger issued ``now`` (monotonic seconds)."""
        self.made += 1
        given = Trigger(f"{self.made}.{int(now * 1000)}.{secrets.token_hex(8)}", user, now, view)
        self.triggers[given.id] = given
        return given

    def address(self, user: str, channel: str, now: float) -> ResponseAddress:
        """Hand out a response address issued ``now`` (the workspace's clock)."""
        given = ResponseAddress(secrets.token_hex(12), user, channel, now)
        self.addresses[given.token] = given
        return given
