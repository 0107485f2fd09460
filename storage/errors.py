"""What can be wrong with the database itself, as facts for the door to put into words."""

from __future__ import annotations


class DatabaseProblem(Exception):
    """The database cannot be used as it is; ``key`` names the text, ``facts`` its values."""

    def __init__(self, key: str, **facts: str) -> None:
        """Keep the key and the facts."""
        super().__init__(key)
        self.key = key
        self.facts = facts
