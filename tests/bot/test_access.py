"""Nothing is allowed that is not said to be; who a person is decides before what they hold."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from bot.access import (
    Actor,
    Audience,
    Permission,
    Person,
    PersonKind,
    Place,
    Subject,
    Surface,
    may,
    recognise,
    require,
)
from bot.errors import NotAllowed
from storage.models import Role
from tests.register import ANNA, BJORN, CISSI, GRETA, KJELL, OTTO, a_role, an_actor

KULTUR, SOCIAL = "Kulturnämnden", "Socialnämnden"
OURS = Subject(KULTUR, coordinator=ANNA, deputy=None)
HELP, READ, HOLD = Permission.ask_help, Permission.read, Permission.hold_evaluation


def actor(
    who: str = BJORN,
    *roles: tuple[Role, str],
    kind: PersonKind = PersonKind.member,
    members_may_read: bool = True,
) -> Actor:
    return Actor(Person(who, kind, "sv"), frozenset(roles), members_may_read, 0)


ADMIN, COORDINATOR, READER = (Role.admin, ""), (Role.coordinator, ""), (Role.reader, "")


@pytest.mark.parametrize(
    ("who", "roles", "open_house", "read", "hold"),
    [
        # who,   roles,                          members may read?, reads, holds
        (BJORN, (), True, True, False),
        (BJORN, (), False, False, False),
        (ANNA, (), True, True, True),
        (ANNA, (), False, True, True),  # coordinates without a grant
        (BJORN, (READER,), False, True, False),
        (BJORN, (COORDINATOR,), False, True, True),
        (BJORN, (ADMIN,), False, True, True),
        (BJORN, ((Role.reader, KULTUR),), False, True, False),
        (BJORN, ((Role.reader, SOCIAL),), False, False, False),
        (BJORN, ((Role.reader, SOCIAL),), True, True, False),
        (BJORN, ((Role.coordinator, KULTUR),), False, True, True),
        (BJORN, ((Role.coordinator, SOCIAL),), True, True, False),
        (BJORN, ((Role.admin, KULTUR),), False, True, True),
        (BJORN, ((Role.admin, SOCIAL),), True, True, False),
        (BJORN, ((Role.reader, KULTUR), (Role.coordinator, SOCIAL)), False, True, False),
    ],
)
def test_a_member_may_what_their_roles_and_their_agreements_say(who, roles, open_house, read, hold):
    member = actor(who, *roles, members_may_read=open_house)
    assert may(member, HELP)
    assert may(member, READ, OURS) is read
    assert may(member, HOLD, OURS) is hold


PARTNERS = (
    PersonKind.multi_channel_guest,
    PersonKind.single_channel_guest,
    PersonKind.outsider,
)
NOBODIES = (PersonKind.stranger, PersonKind.bot, PersonKind.deactivated, PersonKind.unknown)
AS_PARTNER = Permission.read_as_partner


@pytest.mark.parametrize(("kind", "permission"), list(product(NOBODIES, Permission)))
def test_who_is_not_known_to_be_a_person_of_ours_may_nothing(kind, permission):
    place = Place("C_OURS")
    person = actor(ANNA, ADMIN, kind=kind)._replace(place=place, contact_of=frozenset({1}))
    ours = OURS._replace(agreement_id=1, channel_id="C_OURS")
    for subject in (None, OURS, ours):
        assert not may(person, permission, subject)
        with pytest.raises(NotAllowed):
            require(person, permission, subject)


@pytest.mark.parametrize(("kind", "permission"), list(product(PARTNERS, Permission)))
def test_who_is_no_member_may_nothing_but_ask_whatever_they_hold(kind, permission):
    person = actor(ANNA, ADMIN, COORDINATOR, READER, kind=kind)
    assert may(person, permission) is (permission is HELP)
    assert may(person, permission, OURS) is (permission is HELP)
    with pytest.raises(NotAllowed):
        person.scope()


@pytest.mark.parametrize("kind", PARTNERS)
@pytest.mark.parametrize(
    ("here", "linked", "contact", "surface", "seen"),
    [
        # asked in, linked to, is a contact, who reads the answer: the partner view?
        ("C_1", "C_1", False, Surface.channel, True),
        ("C_1", "C_1", False, Surface.private, True),
        ("C_1", "C_2", False, Surface.private, False),
        ("C_1", None, False, Surface.private, False),
        (None, None, False, Surface.private, False),
        (None, None, True, Surface.private, True),
        ("C_1", "C_2", True, Surface.private, True),
        ("C_1", "C_2", True, Surface.channel, False),  # their own right is not the channel's
        ("C_1", None, True, Surface.channel, False),
    ],
)
def test_a_partner_sees_their_agreement_where_it_is_theirs_to_see(
    *, kind, here, linked, contact, surface, seen
):
    contact_of = frozenset({1}) if contact else frozenset()
    who = actor(KJELL, kind=kind)._replace(place=Place(here, surface), contact_of=contact_of)
    ours = OURS._replace(agreement_id=1, channel_id=linked)
    assert may(who, AS_PARTNER, ours) is seen
    assert not may(who, READ, ours)
    assert not may(who, AS_PARTNER, None)


def test_nobodys_own_rights_are_shown_where_a_channel_reads():
    cissi = actor(CISSI, ADMIN)._replace(place=Place("C_1", Surface.channel))
    assert not may(cissi, READ)
    assert not may(cissi, READ, OURS)
    assert not may(cissi, AS_PARTNER, OURS)
    with pytest.raises(NotAllowed):
        cissi.scope()


def test_a_channel_is_ours_alone_only_where_slack_has_said_so():
    known = Audience(is_known=True, people_known=True, members=(ANNA,))
    assert known.is_ours_alone
    for more in (
        {"is_known": False},
        {"people_known": False},
        {"organisations": frozenset({"T"})},
        {"guests": (GRETA,)},
        {"outsiders": (KJELL,)},
    ):
        assert not replace(known, **more).is_ours_alone


def test_a_deputy_may_what_a_coordinator_may():
    theirs = Subject(SOCIAL, coordinator=ANNA, deputy=BJORN)
    assert may(actor(BJORN, members_may_read=False), HOLD, theirs)


def test_nobody_holds_an_evaluation_that_is_not_there():
    assert not may(actor(CISSI, ADMIN), HOLD, None)


def test_an_agreement_without_a_coordinator_belongs_to_nobody():
    unowned = Subject(None, coordinator=None, deputy=None)
    assert not may(actor(BJORN, members_may_read=False), READ, unowned)
    assert not may(actor(BJORN), HOLD, unowned)
    assert may(actor(CISSI, ADMIN), HOLD, unowned)


def test_a_role_for_one_board_says_nothing_of_agreements_without_a_board():
    unowned = Subject(None, coordinator=None, deputy=None)
    assert not may(actor(BJORN, (Role.reader, KULTUR), members_may_read=False), READ, unowned)


def test_there_is_one_way_to_say_no():
    with pytest.raises(NotAllowed) as refused:
        require(actor(BJORN), HOLD, OURS)
    assert (refused.value.key, refused.value.facts) == ("error.not_allowed", {})


def test_a_person_has_the_roles_that_the_register_gives(office):
    with office.database.writing() as session:
        a_role(session, BJORN, Role.reader, KULTUR)
        a_role(session, BJORN, Role.coordinator, SOCIAL)
        a_role(session, CISSI, Role.admin)
        connection = session.connection()
        assert an_actor(connection, office, BJORN).roles == {
            (Role.reader, KULTUR),
            (Role.coordinator, SOCIAL),
        }
        assert an_actor(connection, office, CISSI).has(Role.admin)
        assert not an_actor(connection, office, BJORN).has(Role.coordinator)
        assert an_actor(connection, office, BJORN).has(Role.coordinator, SOCIAL)
        assert an_actor(connection, office, ANNA).roles == frozenset()


@pytest.mark.parametrize("who", [KJELL, GRETA, OTTO])
def test_roles_count_for_members_only(sqlite_office, who):
    with sqlite_office.database.writing() as session:
        a_role(session, who, Role.admin)
        assert an_actor(session.connection(), sqlite_office, who).roles == frozenset()


def test_administrators_of_the_settings_are_so_from_the_start(sqlite_url, make_office):
    office = make_office(sqlite_url, FOLJSAM_ADMINS=f"{CISSI},{OTTO}")
    with office.database.reading() as connection:
        assert an_actor(connection, office, CISSI).roles == {(Role.admin, "")}
        assert an_actor(connection, office, OTTO).roles == frozenset()


def test_who_may_read_follows_the_setting(sqlite_url, make_office):
    office = make_office(sqlite_url, FOLJSAM_MEMBERS_MAY_READ="no")
    with office.database.reading() as connection:
        bjorn = recognise(connection, Person(BJORN, PersonKind.member, "sv"), office.settings)
    assert not bjorn.scope().everything
    assert not may(bjorn, READ, OURS)
