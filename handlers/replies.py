"""What goes back: to the asker alone, or to everybody where it is shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import orjson
from slack_bolt import BoltResponse

from handlers.blocks.elements import Message, paragraph


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. ``replace``: in the place of the message pressed; ``for_all``: not to one alone.

    Only sharing (``sharing.py``) may answer everybody, once it has judged who they are.
    """

    message: Message
    replace: bool = False
    for_all: bool = False


NOTHING: Final = Answer(Message(""))
"""What is answered to what has been answered already, or wants no answer."""


def acknowledged(answer: Answer | None = None) -> BoltResponse:
    """Acknowledge a command, with its answer to the asker alone, read as it stands; or without."""
    if answer is None:
        return BoltResponse(status=200)
    body = answer.message.body() | {"response_type": "ephemeral", "mrkdwn": False}
    return BoltResponse(status=200, body=orjson.dumps(body).decode())


def said(text: str) -> Answer:
    """Answer with one paragraph."""
    return Answer(Message(text, (paragraph(text),)))
