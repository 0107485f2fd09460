"""What goes back: to the asker alone, or to everybody where it is shared."""

from __future__ import annotations

from typing import Final, NamedTuple

import orjson

from handlers.blocks.elements import Message, paragraph


class Answer(NamedTuple):
    """An answer. ``replace``: in the place of the message pressed; ``for_all``: not to one alone.

    Only sharing (``sharing.py``) may answer everybody, once it has judged who they are.
    """

    message: Message
    replace: bool = False
    for_all: bool = False


NOTHING: Final = Answer(Message(""))
"""What is answered to what has been answered already, or wants no answer."""


def acknowledged(answer: Answer) -> bytes:
    """Write the answer to a command into its acknowledgement: to the asker alone, as it stands."""
    body = answer.message.written() | {"response_type": "ephemeral", "mrkdwn": False}
    return orjson.dumps(body)


def said(text: str) -> Answer:
    """Answer with one paragraph."""
    return Answer(Message(text, (paragraph(text),)))
