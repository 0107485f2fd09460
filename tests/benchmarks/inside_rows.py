"""What a request costs inside the process: statements, dispatch, the door, finding with a typo."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from rapidfuzz import fuzz, process
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.wsgi import SlackRequestHandler

from bot.access import Person, PersonKind, recognise
from bot.folding import fold
from bot.searching import find
from handlers.app import build_app
from handlers.slack_side import connect
from handlers.web import Door, Wsgi, make_wsgi
from tests.benchmarks import echo, signing
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure, Figures, judge, micro, ratio
from tests.benchmarks.measuring import cpu_of, cpu_of_each, medians
from tests.benchmarks.register import name_of, number_of
from tests.benchmarks.signing import Signed, fields, sign
from tests.bolt import handled_by
from tests.register import counted
from tests.workspace.client import Workspace

_SIZE = 3_000  # bytes of an answer
_STATEMENTS = 5


def statements(bench: Bench) -> Figures:
    """Count what a status answer asks the database, rights included."""
    with (
        bench.slack() as slack,
        bench.office(bench.sizes[0], slack) as office,
        counted(office.database) as asked,
    ):
        app = build_app(office, connect(office.settings))
        counts = []
        for which in range(1, bench.sizes[0] + 1):
            asked.clear()
            app.dispatch(_command(slack, f"status {number_of(which)}"))
            counts.append(len(asked))
    told = f"**{max(counts)}** at most, {sum(counts) / len(counts):.1f} on average"
    verdict = judge(max(counts), _STATEMENTS)
    yield Figure("SQL statements of a status answer", f"≤ {_STATEMENTS}", told, verdict)


def dispatch(bench: Bench) -> Figures:
    """Compare our app, all its listeners in place, with the same app and only the one needed."""
    with bench.slack() as slack, bench.office(bench.sizes[0], slack) as office:
        side = connect(office.settings)
        whole, first, last = (build_app(office, side) for _ in range(3))
        del first._listeners[1:]
        del last._listeners[:-1]
        shortcut = {
            "type": "shortcut",
            "api_app_id": "A1",
            "callback_id": "any",
            "user": {"id": "U_GRETA", "team_id": slack.team},
        }
        command = fields("", user="U_BORTA", team=slack.team)  # who is gone is refused at once
        found = medians(
            {
                "command, all": _dispatched(whole, command, bench.calls),
                "command, one": _dispatched(first, command, bench.calls),
                "last, all": _dispatched(whole, shortcut, bench.calls),
                "last, one": _dispatched(last, shortcut, bench.calls),
            },
            bench.rounds,
        )
    for kind, name, most in (("command", "a command", 1.1), ("last", "the last kind", 2)):
        every, alone = found[f"{kind}, all"], found[f"{kind}, one"]
        told = f" ({micro(every)}; {micro(alone)})"
        what = f"dispatch of {name}, all listeners"
        yield ratio(what, every / alone, most=most, of="an app with that one", told=told)


def door(bench: Bench) -> Figures:
    """Compare our own door before Bolt with Bolt's own adapter, both checking signatures."""
    secret = signing.SECRET.encode()
    bare = echo.make_app(_SIZE, checks_signatures=False)
    ours = make_wsgi(Door(health=lambda: (200, {}), handle=handled_by(bare), secrets=(secret,)))
    theirs: Any = SlackRequestHandler(echo.make_app(_SIZE))
    assert _answer(ours, sign("", user="U1", team="T1")) == _answer(
        theirs, sign("", user="U1", team="T1")
    )
    found = medians(
        {"ours": _asked(ours, bench.calls), "theirs": _asked(theirs, bench.calls)}, bench.rounds
    )
    told = f" ({micro(found['ours'])}; {micro(found['theirs'])})"
    value = found["ours"] / found["theirs"]
    yield ratio("our door and dispatch", value, most=1.1, of="Bolt's adapter", told=told)


def search(bench: Bench) -> Figures:
    """Compare finding by a name with a slip in it with one pass of RapidFuzz over all names."""
    many, calls = bench.sizes[1], max(1, bench.calls // 50)
    wanted = [_with_a_slip(which) for which in random.sample(range(1, many + 1), 20)]
    typed = wanted[0][1]
    with (
        bench.slack() as slack,
        bench.office(many, slack) as office,
        office.database.reading() as connection,
    ):
        anna = Person("U_ANNA", PersonKind.member, "sv")
        actor = recognise(connection, anna, office.settings)
        names = office.names.names(connection, actor.register_revision).folded
        find_it = partial(find, connection, office.names, actor)
        right = sum(name in {hit.name for hit in find_it(slip).hits} for name, slip in wanted)
        found = medians(
            {
                "ours": cpu_of(lambda: find_it(typed), calls),
                "one pass": cpu_of(lambda: _one_pass(fold(typed), names), calls),
            },
            bench.rounds,
        )
    told = f" ({micro(found['ours'])}; found {right} of {len(wanted)})"
    value = found["ours"] / found["one pass"]
    what = f"finding with a typo among {many:,} agreements"
    yield ratio(what, value, most=1.3, of="one pass of partial_ratio", told=told)


def _one_pass(typed: str, names: Sequence[str]) -> object:
    return process.extract(typed, names, scorer=fuzz.partial_ratio, score_cutoff=75, limit=5)


def _command(slack: Workspace, text: str) -> BoltRequest:
    return _request(fields(text, user="U_ANNA", team=slack.team))


def _request(payload: dict[str, Any]) -> BoltRequest:
    return BoltRequest(mode="socket_mode", body=dict(payload), headers={})


def _dispatched(app: App, payload: dict[str, Any], calls: int) -> Callable[[], float]:
    def once() -> None:
        assert app.dispatch(_request(payload)).status == 200

    return cpu_of(once, calls)


def _asked(wsgi: Wsgi, calls: int) -> Callable[[], float]:
    def make() -> list[dict[str, Any]]:
        return [sign("status", user="U1", team="T1").environ() for _ in range(calls)]

    return cpu_of_each(make, lambda environ: list(wsgi(environ, lambda *_: None)))


def _answer(wsgi: Wsgi, signed: Signed) -> bytes:
    return b"".join(wsgi(signed.environ(), lambda *_: None))


def _with_a_slip(which: int) -> tuple[str, str]:
    name = name_of(which)
    return name, name[:2] + name[3:]
