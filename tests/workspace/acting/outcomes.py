"""What a person learns of an act: did it reach the app, what went wrong, what came back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.workspace.delivery.outcomes import Delivered
from tests.workspace.messages import Message, shown_object


@dataclass(slots=True)
class Outcome:
    """The result of one act.

    ``refused`` is set where the client itself said no and the app never heard of it;
    ``problem`` holds its words then, or the code that Slack shows for a failed delivery.
    """

    refused: bool = False
    problem: str | None = None
    delivered: Delivered | None = None
    messages: list[Message] = field(default_factory=list)
    view: dict[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)
    options: list[dict[str, Any]] = field(default_factory=list)
    response_token: str | None = None
    ts: str | None = None
    channel: str | None = None

    def as_json(self) -> dict[str, Any]:
        delivered = self.delivered
        return {
            "reached_bot": delivered is not None and delivered.reached_bot,
            "refused": self.refused,
            "problem": self.problem,
            "status": delivered.status if delivered else None,
            "how": delivered.how if delivered else None,
            "payload": delivered.payload if delivered else None,
            "messages": [shown_object(message) for message in self.messages],
            "view": self.view,
            "errors": self.errors,
            "options": self.options,
            "response_token": self.response_token,
            "ts": self.ts,
            "channel": self.channel,
        }


def refused(words: str) -> Outcome:
    """The client says no by itself."""
    return Outcome(refused=True, problem=words)
