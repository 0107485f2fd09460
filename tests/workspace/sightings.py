"""Everything each person was ever shown, byte for byte."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing that reached one person's client: a message, an edit, a view, a file."""

    at: float
    kind: str
    content: Any

    def as_json(self) -> dict[str, Any]:
        return {"at": self.at, "kind": self.kind, "content": self.content}


class Sightings:
    """Keeps what was shown; nothing is ever taken back."""

    def __init__(self) -> None:
        self._by_person: dict[str, list[Sighting]] = defaultdict(list)

    def show(self, person: str, sighting: Sighting) -> None:
        self._by_person[person].append(sighting)

    def of(self, person: str) -> list[Sighting]:
        return self._by_person[person]

    def text_of(self, person: str) -> str:
        """Give all that a person was shown as one text, readable characters kept."""
        return "\n".join(
            json.dumps(sighting.content, ensure_ascii=False) for sighting in self.of(person)
        )
