"""Taking turns: variants run interleaved, every second round in reverse, medians are compared."""

from __future__ import annotations

import gc
import resource
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import Any, TypeVar

T = TypeVar("T")


def interleaved(variants: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """Run every variant once to warm up, then in so many rounds; give what each round gave."""
    for measure in variants.values():
        measure()
    found: dict[str, list[T]] = {name: [] for name in variants}
    for number in range(rounds):
        names = list(variants)
        for name in names if number % 2 == 0 else reversed(names):
            found[name].append(variants[name]())
    return found


def medians(variants: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Give the median of each variant."""
    return {name: median(found) for name, found in interleaved(variants, rounds).items()}


def cpu_of(call: Callable[[], object], calls: int) -> Callable[[], float]:
    """Make a measurement: CPU seconds of one call, all threads of this process together."""
    return cpu_of_each(lambda: [call] * calls, lambda one: one())


def cpu_of_each(make: Callable[[], Sequence[T]], use: Callable[[T], object]) -> Callable[[], float]:
    """Make a measurement: CPU seconds of using one thing; each thing is used once."""

    def measure() -> float:
        things = make()
        gc.collect()
        begun = time.process_time()
        for thing in things:
            use(thing)
        return (time.process_time() - begun) / len(things)

    return measure


def cpu_of_program(command: Iterable[str], **how: Any) -> Callable[[], float]:
    """Make a measurement: CPU seconds of a fresh process from its start to its end."""
    words = list(command)

    def measure() -> float:
        before = _children()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, **how)
        return _children() - before

    return measure


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
