"""Who is calling: decided from what Slack says of a person, never from a payload alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.access import PersonKind
from handlers.caller import Callers, _Heard, classify, user_of
from tests.workspace.client import Workspace

HOME = frozenset({"T_HOME"})
GRID = frozenset({"T_HOME", "E_HOME"})
member, outsider, unknown = PersonKind.member, PersonKind.outsider, PersonKind.unknown
multi, single = PersonKind.multi_channel_guest, PersonKind.single_channel_guest
stranger = PersonKind.stranger
OURS: dict[str, Any] = {"team_id": "T_HOME"}
THEIRS: dict[str, Any] = {"team_id": "T_FORENING"}


def enterprise(organisation: str) -> dict[str, Any]:
    return {"enterprise_user": {"id": "U1", "enterprise_id": organisation, "teams": []}}


@pytest.mark.parametrize(
    ("info", "said", "home", "kind"),
    [
        (OURS, "T_HOME", HOME, member),
        (OURS, None, HOME, member),  # a payload that leaves it out
        (THEIRS, "T_FORENING", HOME, outsider),
        (THEIRS, "T_HOME", HOME, outsider),  # the payload names the installing team instead
        (OURS, "T_FORENING", HOME, outsider),  # they disagree
        (THEIRS, None, HOME, outsider),
        (OURS | {"is_stranger": True}, "T_HOME", HOME, stranger),
        (OURS | {"is_stranger": False}, "T_HOME", HOME, member),
        (OURS | {"is_restricted": True}, "T_HOME", HOME, multi),
        (OURS | {"is_restricted": True, "is_ultra_restricted": True}, "T_HOME", HOME, single),
        (OURS | {"is_ultra_restricted": True}, "T_HOME", HOME, single),
        (THEIRS | {"is_restricted": True}, "T_HOME", HOME, outsider),
        (OURS | {"is_bot": True}, "T_HOME", HOME, PersonKind.bot),
        (OURS | {"is_admin": True, "is_owner": True}, "T_HOME", HOME, member),
        (OURS | {"deleted": True}, "T_HOME", HOME, PersonKind.deactivated),
        (OURS | {"is_invited_user": True}, "T_HOME", HOME, unknown),
        (THEIRS | {"deleted": True}, "T_HOME", HOME, PersonKind.deactivated),
        ({}, "T_HOME", HOME, unknown),
        ({"team_id": None}, "T_HOME", HOME, unknown),
        ({"team_id": ""}, "T_HOME", HOME, outsider),
        # Enterprise Grid: another workspace of the same organisation is at home
        (OURS | enterprise("E_HOME"), "T_HOME", GRID, member),
        ({"team_id": "T_SISTER"} | enterprise("E_HOME"), "T_SISTER", GRID, member),
        ({"team_id": "T_SISTER"} | enterprise("E_HOME"), "T_HOME", GRID, member),
        ({"team_id": "T_SISTER"} | enterprise("E_OTHER"), "T_SISTER", GRID, outsider),
        ({"team_id": "T_SISTER"} | enterprise("E_OTHER"), "T_HOME", GRID, outsider),
        ({"team_id": "T_SISTER"}, "T_SISTER", GRID, outsider),
        ({"team_id": "E_HOME"} | enterprise("E_HOME"), "E_HOME", GRID, member),
        (OURS | enterprise("E_OTHER"), "E_OTHER", GRID, outsider),
        (OURS | enterprise("E_HOME") | {"is_stranger": True}, "T_HOME", GRID, stranger),
        (OURS | enterprise("E_HOME") | {"is_restricted": True}, "T_HOME", GRID, multi),
        (THEIRS | enterprise("E_HOME"), "T_FORENING", HOME, outsider),  # we are on no Grid
    ],
)
def test_a_person_is_what_slack_says_and_whatever_disagrees_is_an_outsider(
    info: dict[str, Any], said: str | None, home: frozenset[str], kind: PersonKind
) -> None:
    assert classify(info, said, home) is kind


@pytest.mark.parametrize(
    ("body", "caller"),
    [
        ({"user_id": "U1", "team_id": "T_HOME", "user_name": "anna"}, ("U1", "T_HOME")),
        ({"user_id": "U1"}, ("U1", None)),
        # a click: user.team_id tells the truth, team.id may be ours
        ({"team": {"id": "T_HOME"}, "user": {"id": "U2", "team_id": "T_F"}}, ("U2", "T_F")),
        ({"team": None, "user": {"id": "U2"}}, ("U2", None)),
        ({"user": {"id": "U2", "team_id": "T_F"}, "user_id": "U9"}, ("U2", "T_F")),
        # an event: event.team may be ours for an outsider
        ({"event": {"user": "U3", "team": "T_HOME", "user_team": "T_F"}}, ("U3", "T_F")),
        ({"event": {"user": "U3", "team": "T_HOME"}}, ("U3", None)),
        ({"event": {"user": {"id": "U4"}}}, ("U4", None)),
        ({"event": {}}, ("", None)),
        ({"event": "x"}, ("", None)),
        ({}, ("", None)),
        ({"user": {}}, ("", None)),
    ],
)
def test_the_fields_that_name_the_caller_are_the_ones_that_do_not_lie(
    body: dict[str, Any], caller: tuple[str, str | None]
) -> None:
    assert user_of(body) == caller


# -- asking Slack


@pytest.fixture
def slack() -> Iterator[Workspace]:
    with Workspace.start() as workspace:
        workspace.add_person("U_ANNA")
        workspace.add_person("U_CISSI", locale="en-US")
        workspace.add_person("U_FRANK", locale="de-DE")
        kjell = workspace.add_person("U_KJELL", kind="outsider", team="T_FORENING")
        workspace.add_channel("C_DELAD", name="delad", members=[kjell], shared_with=["T_FORENING"])
        workspace.add_person("U_OTTO", kind="stranger", team="T_OKAND")
        workspace.add_person("U_OSEDD", kind="unseen", team="T_FORENING")
        workspace.add_person("U_BORTA", kind="deactivated")
        workspace.add_person("U_BJUDEN", kind="invited")
        yield workspace


@pytest.fixture
def callers(slack: Workspace) -> Callers:
    reader = WebClient(slack.bot_token, base_url=slack.api_url, timeout=2, retry_handlers=[])
    return Callers(reader, HOME, "sv")


@pytest.mark.parametrize(
    ("who", "kind", "language"),
    [
        ("U_ANNA", member, "sv"),
        ("U_CISSI", member, "en"),
        ("U_FRANK", member, "sv"),  # neither: as the installation is set
        ("U_KJELL", outsider, "sv"),  # theirs is withheld
        ("U_OTTO", stranger, "sv"),
        ("U_OSEDD", unknown, "sv"),
        ("U_BORTA", PersonKind.deactivated, "sv"),
        ("U_BJUDEN", unknown, "sv"),
        ("U_FINNS_INTE", unknown, "sv"),
        ("", unknown, "sv"),
    ],
)
def test_slack_is_asked_who_somebody_is(
    callers: Callers, who: str, kind: PersonKind, language: str
) -> None:
    person = callers.person(who)
    assert (person.slack_id, person.kind, person.language) == (who, kind, language)


def test_slack_is_asked_once_until_it_says_that_the_person_has_changed(
    slack: Workspace, callers: Callers
) -> None:
    for _ in range(5):
        assert callers.person("U_ANNA").kind is member
    assert len(slack.requests("users.info")) == 1
    slack.person("U_ANNA").change(kind="multi_channel_guest")
    callers.forget("U_ANNA")
    assert callers.person("U_ANNA").kind is multi
    assert len(slack.requests("users.info")) == 2


def test_what_a_payload_says_is_weighed_each_time(callers: Callers) -> None:
    assert callers.person("U_ANNA", "T_HOME").kind is member
    assert callers.person("U_ANNA", "T_FORENING").kind is outsider
    assert callers.person("U_ANNA", "T_HOME").kind is member


FAILURES = ["500_before", "503_after", "cut_before", "cut_after", "reset_after", "429", "empty"]
FAILURES += ["html", "truncated", "error", "fatal_error"]


@pytest.mark.parametrize("kind", FAILURES)
def test_where_slack_does_not_answer_the_caller_is_unknown_and_that_is_not_kept(
    slack: Workspace, callers: Callers, kind: str
) -> None:
    slack.fault("users.info", kind)
    assert callers.person("U_ANNA").kind is unknown
    assert callers.person("U_ANNA").kind is member


def test_an_answer_that_takes_too_long_is_not_waited_for(
    slack: Workspace, callers: Callers
) -> None:
    slack.fault("users.info", "slow", seconds=2.5)
    assert callers.person("U_ANNA").kind is unknown


def test_a_missing_scope_makes_everybody_unknown(slack: Workspace, callers: Callers) -> None:
    slack.settings(scopes=["chat:write"])
    assert callers.person("U_ANNA").kind is unknown


def test_of_many_thousand_people_the_longest_known_is_asked_for_again(
    slack: Workspace, callers: Callers
) -> None:
    callers._kept.update({f"U{number}": _Heard(0.0, {}) for number in range(5_000)})
    assert callers.person("U_ANNA").kind is member
    assert len(callers._kept) == 5_000
    assert "U0" not in callers._kept
