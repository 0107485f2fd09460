"""Socket Mode beside HTTP: the same command, told by the same stand-in for Slack."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figures, micro, ratio
from tests.benchmarks.measuring import medians
from tests.benchmarks.processes import Server
from tests.benchmarks.register import number_of
from tests.benchmarks.web_rows import bot
from tests.workspace.client import Workspace


def socket(bench: Bench) -> Figures:
    """Measure ``foljsam run`` on both roads."""
    with _road(bench, over_http=True) as http, _road(bench, over_http=False) as by_socket:
        found = medians({"http": http, "socket": by_socket}, bench.rounds)
    told = f" ({micro(found['socket'])}; HTTP {micro(found['http'])}, a connection each)"
    value = found["socket"] / found["http"]
    what = "status over Socket Mode, `run`: CPU"
    yield ratio(what, value, most=1.2, of="the same over HTTP", told=told)


@contextmanager
def _road(bench: Bench, *, over_http: bool) -> Iterator[Callable[[], float]]:
    agreements = bench.sizes[1]
    with bench.slack() as slack:
        named = {} if over_http else {"SLACK_APP_TOKEN": slack.app_token}
        with bot(bench, "run", slack, agreements, **named) as server:
            if over_http:
                slack.deliver_to(f"http://127.0.0.1:{server.port}/slack/events")
            else:
                slack.wait_for_connection()
            yield lambda: _typed(slack, server, agreements, max(20, bench.calls // 10))


def _typed(slack: Workspace, server: Server, agreements: int, times: int) -> float:
    person = slack.person("U_ANNA")
    before = server.cpu()
    for _ in range(times):
        outcome = person.types(f"/iop status {number_of(random.randint(1, agreements))}")
        assert outcome.messages, outcome
    return server.cpu_since(before) / times
