"""Everybody tries everything, everywhere; afterwards it is asked what each of them has seen.

The doors come from the bot's own registry, so a new one is tried without being named here. Who may
see what is written down a second time in :func:`may_see`, from what SECURITY says in words and not
from the bot's code. Every text and every amount in the register is a canary: it tells which fact of
which agreement it is. The stand-in for Slack keeps each byte that each person was ever shown.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, Final

from sqlalchemy import text as sql

from bot.linking import seal_of
from handlers.buttons import BUTTONS
from handlers.commands import SHORT, all_commands
from handlers.partners import PARTNER_WORDS
from storage.models import KeyFigure
from tests.journeys.conftest import Town
from tests.register import a_day
from tests.workspace.client import ChannelHandle, Message, PersonHandle

PARTNER_FACTS: Final = frozenset(
    {"name", "number", "party", "promise", "figure", "unit", "contact", "title", "email", "money"}
)
SECRET_FACTS: Final = frozenset(
    {"registry", "board", "decider", "purpose", "link", "note", "reference", "condition", "outcome"}
)


@dataclass(frozen=True)
class Pact:
    """An agreement of the scene, by what decides who may see it."""

    word: str
    channel: str | None
    ore: int
    contact: str | None = None
    coordinator: str | None = None
    is_sheltered: bool = False
    shows_money: bool = True

    def canary(self, fact: str) -> str:
        """Give the text that stands for one fact."""
        return f"Q{self.word}{fact.upper()}Q"

    def canaries(self) -> dict[str, str]:
        """Give every fact with what would betray it."""
        texts = {fact: self.canary(fact) for fact in PARTNER_FACTS | SECRET_FACTS}
        return texts | {"money": f"{self.ore // 100_000} {self.ore // 100 % 1000:03}"}


PACTS: Final = (
    Pact("BYGD", "C_BYGD", 712_345_00, contact="U_KJELL", coordinator="U_ANNA"),
    Pact("ANNAN", "C_ANNAN", 823_456_00, contact="U_OLLE", shows_money=False),
    Pact("SKYDD", "C_SKYDD", 934_567_00, contact="U_SIRI", is_sheltered=True),
    Pact("FRI", None, 645_678_00, contact="U_GRETA"),
)


@dataclass
class Somebody:
    """A person of the scene, by what decides what they may see."""

    handle: PersonHandle
    kind: str
    reads: frozenset[str] = frozenset()  # agreements they may read in full
    channels: set[str] = field(default_factory=set)
    came_at: float | None = None  # after the channel's readers had been agreed to

    @property
    def is_human(self) -> bool:
        return self.kind not in {"bot", "deactivated", "stranger"}


def may_see(who: Somebody, pact: Pact) -> frozenset[str]:
    """Say which facts of an agreement somebody may be shown, wherever it be.

    Full members as far as they may read; a partner (in the linked channel, or a registered
    contact) the partner view; of protected details no text at all; money where it is switched on,
    and not those who came into the channel afterwards. Nobody else anything.
    """
    if pact.word in who.reads:
        return PARTNER_FACTS | SECRET_FACTS
    is_partner = pact.channel in who.channels or pact.contact == who.handle.id
    if not (who.is_human and is_partner):
        return frozenset()
    facts = frozenset({"money"}) if pact.is_sheltered else PARTNER_FACTS
    return facts if pact.shows_money and who.came_at is None else facts - {"money"}


@dataclass
class Scene:
    """The town with its people, agreements and channels."""

    town: Town
    people: dict[str, Somebody]
    channels: dict[str, ChannelHandle]
    ids: dict[str, int]
    boards: dict[str, Message] = field(default_factory=dict)

    def leaks(self) -> list[str]:
        """Name every fact that somebody has been shown and may not see."""
        return [
            f"{who} has seen {fact} of {pact.word}"
            for who, somebody in self.people.items()
            for pact in PACTS
            for fact in sorted(self.seen(who, pact.word) - may_see(somebody, pact))
        ]

    def seen(self, who: str, word: str) -> set[str]:
        """Give the facts of an agreement that somebody has been shown.

        Slack shows a newcomer what was written before they came; that is not shown by the bot.
        """
        somebody, pact = self.people[who], next(one for one in PACTS if one.word == word)
        since = somebody.came_at or 0
        shown = [
            one["content"]
            for one in somebody.handle.has_seen()
            if float(one["content"].get("ts") or since) >= since
        ]
        text = str(shown).replace("\\xa0", " ")
        return {fact for fact, canary in pact.canaries().items() if canary in text}

    def state(self) -> list[Any]:
        """Give what only coordinators may change."""
        questions = (
            "SELECT id, channel_id, revision FROM agreement ORDER BY id",
            "SELECT id, held_on FROM evaluation ORDER BY id",
            "SELECT slack_id, role, board FROM member ORDER BY slack_id, board",
        )
        with self.town.office.database.reading() as connection:
            return [connection.execute(sql(each)).all() for each in questions]


def scene(town: Town, *, members_may_read: bool) -> Scene:
    """Let everybody move in, and register the agreements."""
    slack = town.slack
    everything = frozenset(pact.word for pact in PACTS)
    reads: dict[str, frozenset[str]] = {
        "U_ANNA": everything if members_may_read else frozenset({"BYGD"}),
        "U_BJORN": everything if members_may_read else frozenset(),
        "U_DAN": everything if members_may_read else frozenset({"ANNAN", "SKYDD", "FRI"}),
        "U_CISSI": everything,
    }
    people = {
        **town.people,
        "U_DAN": slack.add_person("U_DAN", name="Dan"),
        "U_OLLE": slack.add_person("U_OLLE", kind="outsider", team="T_ANDRA"),
        "U_SIRI": slack.add_person("U_SIRI", kind="outsider", team="T_SKYDD"),
        "U_ROBOT": slack.add_person("U_ROBOT", kind="bot"),
        "U_BORTA": slack.add_person("U_BORTA", kind="deactivated"),
    }
    places = {
        "C_BYGD": ("U_ANNA U_BJORN U_DAN U_GRETA U_KJELL U_ROBOT U_BORTA", ["T_FORENING"]),
        "C_ANNAN": ("U_DAN U_BJORN U_GUN U_OLLE", ["T_ANDRA"]),
        "C_SKYDD": ("U_DAN U_CISSI U_SIRI", ["T_SKYDD"]),
        "C_DELAD": ("U_ANNA U_BJORN U_KJELL U_OLLE U_SIRI", ["T_FORENING", "T_ANDRA", "T_SKYDD"]),
        "C_RUM": ("U_ANNA U_BJORN U_DAN U_CISSI U_GRETA", []),
    }
    some = {
        who: Somebody(handle, handle.kind, reads.get(who, frozenset()))
        for who, handle in people.items()
    }
    channels = {}
    for channel, (members, shared_with) in places.items():
        ids = members.split()
        channels[channel] = slack.add_channel(channel, members=ids, shared_with=shared_with)
        for who in ids:
            some[who].channels.add(channel)
    town.grant("U_DAN", "reader", Pact("SOCIAL", None, 0).canary("board"))
    made = Scene(town, some, channels, {pact.word: _registered(town, pact) for pact in PACTS})
    made.boards = {channel: _board(made, channel) for channel in channels}
    return made


def _registered(town: Town, pact: Pact) -> int:
    """Register an agreement in which every text is a canary."""
    say = pact.canary
    party = say("party")
    board = Pact("SOCIAL", None, 0).canary("board") if pact.word != "BYGD" else say("board")
    number = town.register(
        say("name"),
        number=say("number"),
        civil=party,
        starts_on="2021-01-01",
        ends_on="2023-12-31",
        board=board,
        registry_number=say("registry"),
        decided_by=say("decider"),
        purpose=say("purpose"),
        link=say("link"),
        coordinator=pact.coordinator,
        channel_id=pact.channel,
        sheltered=pact.is_sheltered,
        funding_visible=pact.shows_money,
        grants=[(2021, pact.ore)],
        payments=[{"amount_ore": 1, "reference": say("reference"), "condition": say("condition")}],
        contacts=[
            {
                "of": party,
                "name": say("contact"),
                "title": say("title"),
                "email": f"{say('email')}@x.se",
                "slack_id": pact.contact,
            }
        ],
        commitments=[{"of": party, "promise": say("promise")}],
        evaluations=[{"due": "2021-08-02", "held_on": "2021-08-02", "outcome": say("outcome")}],
    )
    with town.office.database.writing() as session:
        noted = sql("UPDATE grant_row SET note = :note WHERE agreement_id = :id")
        session.connection().execute(noted, {"note": say("note"), "id": number})
        first, last = a_day("2021-01-01"), a_day("2021-06-30")
        assert first
        assert last
        session.add(
            KeyFigure(
                agreement_id=number,
                name=say("figure"),
                unit=say("unit"),
                from_on=first,
                to_on=last,
                value=Decimal(7),
            )
        )
    return number


VALUES: Final[dict[str, tuple[str, ...]]] = {
    "show_rows": ("{id}:", "{id}:2021"),
    "choose": tuple(f"{view}:{{id}}:" for view in ("status", "funding", "contacts", "reminders")),
    "more": ("0:", "0:Q"),
    "hold_evaluation": ("{id}:1", "{evaluation}:1"),
    "share": ("status:{id}:", "funding:{id}:", "contacts:{id}:"),
    "share_now": ("status:{id}::{seal}", "contacts:{id}::{seal}", "funding:{id}::"),
    "link": ("{id}:1:", "{id}:1:{seal}"),
    "unlink": ("{id}:1",),
}
"""By button: the values to try; of one that is not named here, the agreement's id."""


def _board(made: Scene, channel: str) -> Message:
    """Let the bot have written a message with every button there is, for every agreement."""
    elements = []
    seal = seal_of(made.town.side.channels.readers(channel))
    for action in BUTTONS:
        for word, number in made.ids.items():
            for place, value in enumerate(VALUES.get(action, ("{id}", "{id}:1"))):
                filled = value.format(id=number, evaluation=number, seal=seal)
                label = {"type": "plain_text", "text": "Tryck", "emoji": False}
                name = f"{action}:{word}{place}"
                elements.append(
                    {"type": "button", "text": label, "action_id": name, "value": filled}
                )
    blocks = [
        {"type": "actions", "elements": elements[at : at + 25]}
        for at in range(0, len(elements), 25)
    ]
    posted = made.town.side.writer.chat_postMessage(channel=channel, text="Tavla", blocks=blocks)
    return next(one for one in made.channels[channel].messages() if one.ts == posted["ts"])


Attempt = Callable[[], object]
COORDINATE: Final = frozenset({"U_ANNA", "U_CISSI"})


def attempts(made: Scene, people: Sequence[str] | None = None) -> Iterator[Attempt]:
    """Give everything that everybody may try: every door, by every way to it, about everything."""
    for who in people or list(made.people):
        handle = made.people[who].handle
        for channel in made.channels.values():
            yield from _presses(made, handle, channel)
            yield from _words(handle, channel)
        yield from _in_person(handle)


def _presses(made: Scene, who: PersonHandle, channel: ChannelHandle) -> Iterator[Attempt]:
    board = made.boards[channel.id]
    for button in board.buttons():
        if who.id in COORDINATE and button.action_id.startswith(("link:", "unlink:")):
            continue  # they may, and then others see what is written down here as not theirs
        yield partial(who.presses, board, button.action_id)


def _about() -> Iterator[str]:
    """Give what may be asked about; in small letters, so that it is no canary when others read."""
    yield ""
    for pact in PACTS:
        yield f" {pact.canary('name').lower()}"
    yield f" {PACTS[0].canary('number').lower()} 2021"


def _words(who: PersonHandle, channel: ChannelHandle) -> Iterator[Attempt]:
    for about in _about():
        for command in all_commands():
            typed = f"/iop {command.names[0]}{about}"
            yield partial(who.types, typed, in_channel=channel)
        for short in SHORT:
            yield partial(who.types, f"{short}{about}", in_channel=channel)
        for word in PARTNER_WORDS:
            said = f"{word.names[0]}{about}"
            yield partial(who.mentions, said, channel)


def _in_person(who: PersonHandle) -> Iterator[Attempt]:
    for about in _about():
        first = [each.names[0] for each in PARTNER_WORDS]
        for word in (*first, *(each.names[0] for each in all_commands())):
            said = f"{word}{about}"
            yield partial(who.writes_to_bot, said)
    yield who.opens_home


@dataclass(frozen=True)
class Prying:
    """What came of it."""

    tried: int
    reached: int
    leaks: list[str]
    changed: bool  # what only coordinators may change was changed by others
    crashed: int  # answers that told of a mistake of ours


def pry(made: Scene, *, most: int | None = None, seed: int = 1) -> Prying:
    """Let everybody try, those who coordinate last; halfway others come into a channel."""
    rest = [who for who in made.people if who not in COORDINATE]
    before = made.state()
    tried = _try(made, ordinary(made), None, seed)
    tried += _try(made, attempts(made, rest), most, seed)
    changed = made.state() != before
    _come_in(made)
    tried += _try(made, ordinary(made), None, seed)
    tried += _try(made, attempts(made), most, seed + 1)
    deliveries = made.town.slack.deliveries()
    said = " ".join(str(one) for one in made.town.slack.requests())
    return Prying(tried, len(deliveries), made.leaks(), changed, said.count("lämna felkoden"))


def ordinary(made: Scene) -> Iterator[Attempt]:
    """Give what is everyday: each asks in the channels they are in, and presses there."""
    for who in made.people.values():
        for channel in sorted(who.channels):
            for action in ("show_rows:BYGD0", "share_now:ANNAN0"):
                yield partial(who.handle.presses, made.boards[channel], action)
            for words in ("status", "medel", "kontakter"):
                yield partial(who.handle.mentions, words, made.channels[channel])


def _try(made: Scene, every: Iterator[Attempt], most: int | None, seed: int) -> int:
    chosen = list(every)
    random.Random(seed).shuffle(chosen)  # which are tried, not a secret
    for attempt in chosen[:most]:
        attempt()
    assert made.town.reception is not None
    assert made.town.reception.stop(30)
    return len(chosen[:most])


def _come_in(made: Scene) -> None:
    """Share a linked channel with one more organisation, and let somebody of it in."""
    made.channels["C_BYGD"].share("T_NY")
    nils = made.town.slack.add_person("U_NILS", kind="outsider", team="T_NY")
    made.channels["C_BYGD"].join(nils)
    made.people["U_NILS"] = Somebody(nils, "outsider", channels={"C_BYGD"}, came_at=time.time())
