"""Who is told in the place of somebody who is gone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.reminders.planning import ReminderRules
from bot.reminders.rerouting import instead_of

ZONE = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("gone", "deputy", "told", "above", "expected"),
    [
        ("A", "D", "", ("C", "XY"), "D"),
        ("A", None, "", ("C", "XY"), "C"),
        ("A", None, "", (None, "XY"), "XY"),
        ("A", None, "", (None, ""), ""),
        ("AD", "D", "", ("C", "XY"), "C"),
        ("ADC", "D", "", ("C", "XY"), "XY"),
        ("ADCX", "D", "", ("C", "XY"), "Y"),
        ("ADCXY", "D", "", ("C", "XY"), ""),
        ("A", "A", "", ("C", ""), "C"),  # their own deputy
        ("A", "D", "D", ("C", "XY"), ""),  # who has it in their own right
        ("A", "D", "C", ("C", "XY"), "D"),  # somebody further on is nobody's deputy
        ("AD", "D", "C", ("C", "XY"), ""),
        ("A", None, "X", (None, "XY"), ""),
        ("A", None, "", (None, "XXY"), "XY"),  # each once
        ("A", "D", "A", ("C", "XY"), "D"),
    ],
)
def test_the_nearest_who_can_be_reached_is_told_once(gone, deputy, told, above, expected):
    channel, admins = above
    rules = ReminderRules((-30,), ZONE, operations_channel=channel, admins=tuple(admins))
    assert instead_of(gone, deputy=deputy, told=told, rules=rules) == tuple(expected)
