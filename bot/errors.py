"""What can go wrong, as facts: the door turns them into words.

Three families: the person can mend it (:class:`Invalid`, :class:`NotFound`,
:class:`Conflict`), it is not allowed (:class:`NotAllowed`), and everything
else, which is ours and gets a reference number at the door.
"""

from __future__ import annotations

from typing import Any


class FoljsamError(Exception):
    """Something a person is told about in plain words.

    ``key`` names the text in the catalogues, ``facts`` are its named values.
    """

    def __init__(self, key: str, /, **facts: Any) -> None:
        """Keep the key and the facts; the words come later, in the reader's language."""
        super().__init__(key)
        self.key = key
        self.facts = facts


class Invalid(FoljsamError):
    """What came in cannot be understood; the text says what was wrong and what was expected."""


class NotFound(FoljsamError):
    """What was asked for is not in the register."""


class Conflict(FoljsamError):
    """Somebody has changed it since the asker saw it.

    ``agreement_id`` among the facts: the agreement whose present state is shown with it.
    """


class NotAllowed(FoljsamError):
    """The one way to say no; it does not tell whether the thing exists."""

    def __init__(self) -> None:
        """There is only one wording."""
        super().__init__("error.not_allowed")
