"""What became of one delivery to the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

How = Literal["acknowledged", "timeout", "refused", "connection_failed", "nobody"]


@dataclass(frozen=True, slots=True)
class Delivered:
    """Whether the app took it, and what it said while taking it.

    ``payload`` is the object (or text) of the acknowledgement; ``status`` the HTTP status
    where there is one; ``no_retry`` whether the app asked not to be told again.
    """

    how: How
    payload: dict[str, Any] | str | None = None
    status: int | None = None
    no_retry: bool = False

    @property
    def reached_bot(self) -> bool:
        return self.how not in ("nobody", "connection_failed")

    @property
    def problem(self) -> str | None:
        """Name what the person's client shows when it did not work."""
        return {
            "acknowledged": None,
            "timeout": "operation_timeout",
            "refused": "dispatch_failed",
            "connection_failed": "dispatch_failed",
            "nobody": "dispatch_failed",
        }[self.how]

    @property
    def retry_reason(self) -> str:
        """Name the reason under which an event is told again over HTTP."""
        return {
            "timeout": "http_timeout",
            "refused": "http_error",
            "connection_failed": "connection_failed",
        }.get(self.how, "unknown_error")


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to tell the app: of which kind, and its payload."""

    kind: Literal["slash_commands", "interactive", "events_api"]
    payload: dict[str, Any]
    retry: int = 0
    retry_reason: str = ""

    @property
    def accepts_answer(self) -> bool:
        """Whether the acknowledgement may carry something to show."""
        return self.kind == "slash_commands" or self.payload.get("type") in (
            "view_submission",
            "block_suggestion",
        )
