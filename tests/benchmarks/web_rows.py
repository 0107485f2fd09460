"""A status answer through the real HTTP door, beside a bare Bolt echo on the same server."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from statistics import median

from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure, Figures, judge, micro, ratio
from tests.benchmarks.loading import Load, Round, Turns
from tests.benchmarks.measuring import interleaved
from tests.benchmarks.processes import Server, ask, serving
from tests.benchmarks.register import name_of, number_of
from tests.benchmarks.signing import Signed, sign
from tests.ports import free_port
from tests.workspace.client import Workspace

_MEMORY = 130  # megabytes
_SERVER = {"web": "granian", "run": "waitress"}


def question(slack: Workspace, agreements: int, which: int = 0) -> Signed:
    """Ask for the status of one agreement, drawn at random if none is named."""
    number = number_of(which or random.randint(1, agreements))
    return sign(f"status {number}", user="U_ANNA", team=slack.team)


def web(bench: Bench) -> Figures:
    """Measure ``foljsam web``."""
    yield from _against_echo(bench, "web")


def run(bench: Bench) -> Figures:
    """Measure ``foljsam run`` over HTTP."""
    yield from _against_echo(bench, "run")


def growth(bench: Bench) -> Figures:
    """Measure one question at a time, with few agreements and with many."""
    few, many = bench.sizes
    with bench.slack() as slack, ExitStack() as open_:
        servers = {
            "few": open_.enter_context(bot(bench, "web", slack, few)),
            "many": open_.enter_context(bot(bench, "web", slack, many)),
        }
        size = _check(servers["many"], slack, many)
        make = {"few": _asking(slack, few), "many": _asking(slack, many)}
        yield _growth(bench, Turns(servers, make, bench.seconds))
        echo = open_.enter_context(_echo(bench, "web", size))
        unloaded = {"many": servers["many"], "echo": echo}
        found = _rounds(bench, slack, unloaded, dict.fromkeys(unloaded, many), connections=1)
    own, bare = (median(one.p50 for one in found[name]) for name in ("many", "echo"))
    value = _times(found["many"], found["echo"], lambda one: one.p50)
    told = f"**{own:.2f} ms**, echo {bare:.2f} ms"
    verdict = judge(max(value / 3, own / 3), 1)
    yield Figure("status, unloaded: p50", "≤ 3 × echo and < 3 ms", told, verdict)


def _growth(bench: Bench, turns: Turns) -> Figure:
    few, many = bench.sizes
    for _ in range(bench.rounds):  # until the pages of the large one have been read once
        turns.round()
    rounds = [turns.round() for _ in range(2 * bench.rounds)]
    small, large = (median(one[name] for one in rounds) for name in ("few", "many"))
    value = median(one["many"] / one["few"] for one in rounds)
    what = f"status, {few:,} → {many:,} agreements, one at a time: CPU"
    told = f" ({micro(small)} → {micro(large)})"
    return ratio(what, value, most=1.10, of="the smaller", told=told)


def _against_echo(bench: Bench, command: str) -> Figures:
    agreements = bench.sizes[1]
    with bench.slack() as slack, bot(bench, command, slack, agreements) as server:
        size = _check(server, slack, agreements)
        with _echo(bench, command, size) as echo:
            servers = {"bot": server, "echo": echo}
            sizes = dict.fromkeys(servers, agreements)
            found = _rounds(bench, slack, servers, sizes, connections=16)
        answered = sum(one.requests for one in found["bot"])
        while answered < bench.answers:
            answered += _load(bench, slack, agreements, 16).round(server).requests
        memory = server.memory()
    cpu, bare = (median(one.cpu for one in found[name]) for name in ("bot", "echo"))
    value = _times(found["bot"], found["echo"], lambda one: one.cpu)
    p99 = median(one.p99 for one in found["bot"])
    told = f" ({micro(cpu)}; echo {micro(bare)}; p99 {p99:.1f} ms at 16 connections)"
    name = f"`{command}` ({_SERVER[command]})"
    what = f"status over HTTP, {name}, {agreements:,} agreements: CPU"
    yield ratio(what, value, most=3, aim=2.2, of="Bolt echo", told=told)
    what = f"memory of {name} after {answered:,} answers (PSS)"
    verdict = judge(memory, _MEMORY)
    yield Figure(what, f"< {_MEMORY} MB", f"**{memory:.0f} MB**", verdict)


@contextmanager
def bot(
    bench: Bench, command: str, slack: Workspace, agreements: int, **named: str
) -> Iterator[Server]:
    """Serve the real bot on a register of its own, until it is ready and idle."""
    port = free_port()
    named = bench.settings(slack) | {"DATABASE_URL": bench.register(agreements)} | named
    ready = _has_gone_round if command == "run" else _is_well
    folder, named["PORT"] = bench.folder / "run", str(port)
    with serving("-m", "bot", command, port=port, folder=folder, named=named, ready=ready) as it:
        yield it


@contextmanager
def _echo(bench: Bench, command: str, size: int) -> Iterator[Server]:
    port, named = free_port(), {"BENCH_ECHO_BYTES": str(size)}
    words = ("-m", "tests.benchmarks.echo", _SERVER[command], str(port))
    with serving(*words, port=port, folder=bench.folder, named=named, ready=_answers) as echo:
        signed = sign("status", user="U_ANNA", team="T1")
        status, body = ask(port, "POST", "/slack/events", signed.body.encode(), signed.headers())
        assert status == 200, status
        assert abs(len(body) - size) < 20, (len(body), size)
        yield echo


def _is_well(port: int) -> bool:
    return ask(port, "GET", "/health")[0] == 200


def _has_gone_round(port: int) -> bool:
    status, facts = ask(port, "GET", "/health")
    return status == 200 and json.loads(facts)["last_round"] is not None


def _answers(port: int) -> bool:
    return ask(port, "GET", "/")[0] > 0


def _check(server: Server, slack: Workspace, agreements: int) -> int:
    """Hold a good signature to the expected card and a bad one to 401; give the card's size."""
    which = agreements // 2
    signed = question(slack, agreements, which)
    wrong = signed.headers() | {"X-Slack-Signature": "v0=" + 64 * "0"}
    status, _ = ask(server.port, "POST", "/slack/events", signed.body.encode(), wrong)
    assert status == 401, status
    raw = signed.body.encode()
    status, body = ask(server.port, "POST", "/slack/events", raw, signed.headers())
    assert status == 200, status
    assert json.loads(body)["blocks"][0]["text"]["text"] == name_of(which), body
    return len(body)


def _asking(slack: Workspace, agreements: int) -> Callable[[int], list[Signed]]:
    return lambda how_many: [question(slack, agreements) for _ in range(how_many)]


def _load(bench: Bench, slack: Workspace, agreements: int, connections: int) -> Load:
    make = _asking(slack, agreements)
    return Load(connections, bench.seconds, make, bench.folder / "requests")


def _rounds(
    bench: Bench,
    slack: Workspace,
    servers: Mapping[str, Server],
    sizes: Mapping[str, int],
    *,
    connections: int,
) -> dict[str, list[Round]]:
    variants = {
        name: partial(_load(bench, slack, sizes[name], connections).round, server)
        for name, server in servers.items()
    }
    return interleaved(variants, 2 * bench.rounds)


def _times(own: list[Round], bare: list[Round], figure: Callable[[Round], float]) -> float:
    """Compare round by round: what else the machine does meets the two of a round alike."""
    return median(figure(one) / figure(other) for one, other in zip(own, bare, strict=True))
