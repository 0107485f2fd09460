"""What was lost and what was doubled, by what the stand-in for Slack accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Verdict:
    """The keys accepted less often than they were owed, and those accepted more often."""

    lost: tuple[str, ...]
    doubled: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether each key was accepted exactly as often as it was owed: once."""
        return not self.lost and not self.doubled


def judge(slack: Workspace, owed: Iterable[str]) -> Verdict:
    """Compare what was owed with the stand-in's own log of accepted posts."""
    return verdict(keys_accepted(slack), owed)


def verdict(accepted: Iterable[str], owed: Iterable[str]) -> Verdict:
    """Compare what was owed with what was accepted.

    Two reminders that are owed under one key are two: whoever gave them one key has lost one.
    """
    times, wanted = Counter(accepted), Counter(owed)
    return Verdict(
        tuple(key for key, many in wanted.items() if times[key] < many),
        tuple(key for key, many in times.items() if many > max(wanted[key], 1)),
    )


def keys_accepted(slack: Workspace) -> list[str]:
    """List the key of every post that was accepted, as often as it was."""
    return [key for metadata, *_ in slack.accepted_posts() for key in _keys(metadata)]


def _keys(metadata: Any) -> Iterator[str]:
    """Give the message's own key, and those of the reminders that it gathers."""
    payload = (metadata or {}).get("event_payload") or {}
    if "key" in payload:
        yield str(payload["key"])
    yield from payload.get("members") or ()
