"""Twenty acts a person and minute, by a clock that the test moves, in bounded memory."""

from __future__ import annotations

import threading
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.texts import LANGUAGES, Texts
from handlers.pace import ACTS, MINUTE, TOO_MANY, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("moments", "allowed"),
    [
        ([0.0] * 20, 20),
        ([0.0] * 21, 20),
        ([0.0] * 20 + [59.9], 20),
        ([0.0] * 20 + [60.0], 21),
        ([0.0] * 20 + [60.0] * 21, 40),
        ([3.0 * place for place in range(100)], 100),
        ([2.0 * place for place in range(100)], 70),
        ([0.0] * 20 + [30.0] * 500 + [60.0], 21),
    ],
)
def test_twenty_acts_in_any_minute_are_let_through(moments: list[float], allowed: int) -> None:
    clock = Clock()
    pace = Pace(monotonic=clock)
    begun, let_through = clock.now, 0
    for moment in moments:
        clock.now = begun + moment
        let_through += pace.allows("U_ANNA")
    assert let_through == allowed


def test_one_who_presses_much_makes_nobody_else_wait() -> None:
    pace = Pace(monotonic=Clock())
    assert [pace.allows("U_ANNA") for _ in range(1_000)].count(True) == ACTS
    assert pace.allows("U_BJORN")


def test_the_memory_is_bounded_and_the_one_who_acted_longest_ago_goes_first() -> None:
    pace = Pace(people=3, monotonic=Clock())
    for _ in range(ACTS):
        pace.allows("U_ANNA")
    for number in range(50):
        pace.allows(f"U{number}")
        assert not pace.allows("U_ANNA"), "she has been active all the time"
    assert len(pace) == 3


ACTS_OF_PEOPLE = st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 20)), max_size=200)


@settings(max_examples=60, deadline=None)
@given(acts=ACTS_OF_PEOPLE)
def test_no_minute_of_anybody_holds_more_than_twenty_and_nobody_waits_without_cause(
    acts: list[tuple[str, float]],
) -> None:
    clock = Clock()
    pace = Pace(monotonic=clock)
    let_through: dict[str, list[float]] = defaultdict(list)
    for who, later in acts:
        clock.now += later
        recent = [at for at in let_through[who] if clock.now - at < MINUTE]
        assert pace.allows(who) == (len(recent) < ACTS)
        if len(recent) < ACTS:
            let_through[who].append(clock.now)


def test_one_act_is_counted_at_a_time() -> None:
    """While one is being counted, which the clock here makes long, nobody else is."""
    others: list[bool] = []

    def clock() -> float:
        if threading.current_thread() is threading.main_thread():
            other = threading.Thread(target=lambda: others.append(pace.allows("U_ANNA")))
            other.start()
            waiting.append(other)
            other.join(0.05)
            assert others == [], "it waits"
        return 0.0

    waiting: list[threading.Thread] = []
    pace = Pace(acts=1, monotonic=clock)
    assert pace.allows("U_ANNA")
    for each in waiting:
        each.join()
    assert others == [False]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_kindly_in_one_breath_and_that_nothing_was_done(language: str) -> None:
    said = Texts(language)(TOO_MANY)
    assert said.count(".") == 2
    assert any(word in said for word in ("gjorde jag inget", "did nothing"))
