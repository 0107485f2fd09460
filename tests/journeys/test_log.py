"""Who did what with an agreement, asked and answered in Slack."""

from __future__ import annotations

import pytest

from bot import audit
from tests.journeys.conftest import Builder, Town, button, harmless, labels
from tests.register import an_actor
from tests.sampling import EVERYWHERE

ADDED = "Överenskommelsen lades in från en arbetsbok, i terminalen"


@pytest.mark.parametrize(("road", "on"), EVERYWHERE)
def test_what_was_imported_and_what_was_done_since_stand_in_the_log(
    build_town: Builder, road: str, on: str
) -> None:
    town = build_town(road, on=on)
    status = town.ask(town.anna, "/iop status kultur 1740", town.hall)
    if "Genomförd" in labels(status):
        town.press(town.anna, status, "Genomförd")
    card = town.ask(town.bjorn, "/iop logg kultur 1740", town.hall)
    harmless(card, "U_ANNA", "U_BJORN")
    assert card.plain().startswith("Logg: Kultur 1740\nNummer IOP-1\n")
    assert ADDED in card.plain()
    assert "• Namn  Kultur 1740" in card.plain()


def test_it_is_found_in_both_languages_and_by_choosing(town: Town) -> None:
    card = town.ask(town.anna, "/iop logg 1740", town.hall)
    for typed in ("LOGG kultur 1740", "log 1740"):
        assert town.ask(town.anna, f"/iop {typed}", town.hall).text == card.text
    assert town.ask(town.cissi, "/iop log 1740", town.hall).plain().startswith("Log: Kultur 1740")
    offered = town.ask(town.anna, "/iop logg huddinge", town.hall)
    chosen = town.press(town.anna, offered, "Brottsofferjouren (IOP-5)")
    assert chosen.plain().startswith("Logg: Brottsofferjouren")
    assert "/iop logg [namn eller nummer]" in town.ask(town.anna, "/iop", town.hall).plain()


def test_older_entries_are_a_press_away(town: Town) -> None:
    with town.office.database.writing() as session:
        actor = an_actor(session.connection(), town.office, "U_ANNA")
        acts = [audit.Act("evaluation_held", f"evaluation:{at}", 1) for at in range(100, 125)]
        audit.record(session, actor.slack_id, town.office.now(), acts)
    newest = town.ask(town.anna, "/iop logg IOP-1", town.hall)
    assert "Utvärdering 124 " in newest.plain()
    assert "Utvärdering 104 " not in newest.plain()
    older = town.press(town.anna, newest, button(newest, "Visa äldre"))
    assert "Utvärdering 104 " in older.plain()
    assert "Utvärdering 105 " not in older.plain()
    assert ADDED in older.plain()
    assert labels(older) == ["Visa läget"]


def test_who_may_not_read_it_does_not_learn_that_it_is_there(build_town: Builder) -> None:
    town = build_town(FOLJSAM_MEMBERS_MAY_READ="no")
    dan = town.slack.add_person("U_DAN", name="Dan")
    for typed in ("logg 1740", "log IOP-1", "logg"):
        for who in (dan, town.people["U_GRETA"]):
            answer = town.ask(who, f"/iop {typed}")
            harmless(answer)
            for secret in ("Logg: ", "arbetsbok", "U_ANNA", "terminalen"):
                assert secret not in answer.plain() + answer.text
    town.grant("U_DAN", "reader")
    assert ADDED in town.ask(dan, "/iop logg 1740").plain()
