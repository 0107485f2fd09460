"""Who is told instead, when somebody cannot be reached any more.

Pure: the deputy; else the operations channel; else every administrator. Never an outsider: all of
them stand in the register or in the settings.
"""

from __future__ import annotations

from collections.abc import Collection

from bot.reminders.planning import ReminderRules


def instead_of(
    gone: Collection[str], *, deputy: str | None, told: Collection[str], rules: ReminderRules
) -> tuple[str, ...]:
    """Say who gets what the ``gone`` cannot; nobody where one of them is ``told`` already."""
    chain: tuple[tuple[str, ...], ...] = (
        (deputy,) if deputy else (),
        (rules.operations_channel,) if rules.operations_channel else (),
        rules.admins,
    )
    for candidates in chain:
        reachable = tuple(dict.fromkeys(each for each in candidates if each not in gone))
        if any(each in told for each in reachable):
            return ()
        if reachable:
            return reachable
    return ()
