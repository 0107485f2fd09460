"""An agreement is found by what people type; several hits are a choice, and never a guess."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agreements import Wanted, wanted
from bot.errors import NotAllowed, NotFound
from bot.folding import fold, in_order
from bot.office import Office
from bot.searching import Found, find, matching
from storage import installation, tables
from tests.register import ANNA, BJORN, GRETA, a_role, an_actor, an_agreement, registered

KULTUR, SOCIAL = "Kulturnämnden", "Socialnämnden"


@pytest.fixture
def register(sqlite_office: Office) -> Office:
    """A register of seven agreements, named as agreements are."""
    _fill(sqlite_office)
    return sqlite_office


@pytest.fixture
def strict(sqlite_url: str, make_office: Callable[..., Office]) -> Office:
    """The same where members read only what their roles say."""
    office = make_office(sqlite_url, FOLJSAM_MEMBERS_MAY_READ="no")
    _fill(office)
    return office


def _fill(office: Office) -> None:
    with office.database.writing() as session:

        def agreement(name: str, number: str, public: str, civil: str, **said: Any) -> None:
            facts = {"coordinator": None, **said}
            an_agreement(session, office, name, number=number, public=public, civil=civil, **facts)

        agreement("Kultur 1740", "IOP-1", "Tranemo kommun", "Kultur 1740", coordinator=ANNA)
        agreement("Kultur 2030", "IOP-12", "Tranemo kommun", "Unga scenen", board=KULTUR)
        agreement("Konstkollektivet", "KUL 2019:7", "Mölndals stad", "Konstkollektivet i Mölndal")
        agreement(
            "Nätverket Värmlands Idéburna",
            "RV-2021",
            "Region Värmland",
            "Nätverket Värmlands Idéburna",
            members=("Röda Korset Åmål",),
        )
        agreement("Grannstöd Huddinge", "H-2", "Huddinge kommun", "Grannstöd", board=SOCIAL)
        agreement("Brottsofferjouren", "H-1", "Huddinge kommun", "Brottsofferjouren Huddinge")
        agreement("kvartersscenen ”Under”", "M-3", "Mölndals stad", "Ängsgården", board=KULTUR)


def search(office: Office, text: str, who: str = BJORN) -> Found:
    with office.database.reading() as connection:
        return find(connection, office.names, an_actor(connection, office, who), text)


def asked(office: Office, text: str, who: str = BJORN, channel: str | None = None) -> Wanted:
    with office.database.reading() as connection:
        actor = an_actor(connection, office, who)
        return wanted(office, connection, actor, text=text, channel_id=channel)


def numbers(found: Found) -> set[str]:
    return {hit.number for hit in found.hits}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("IOP-1", "IOP-1"),  # the number itself, though IOP-12 begins so
        ("iop-1", "IOP-1"),
        ("iop 1", "IOP-1"),
        ("kul 2019:7", "KUL 2019:7"),
        ("Kultur 1740", "IOP-1"),
        ("kultur 1740", "IOP-1"),
        ("1740", "IOP-1"),
        ("konst", "KUL 2019:7"),
        ("  konstkollektivet  ", "KUL 2019:7"),
        ("Grannstöd", "H-2"),
        ("grannstod", "H-2"),  # a keyboard without å, ä and ö
        ("varmlands ideburna", "RV-2021"),
        ("region värmland", "RV-2021"),  # by the other party
        ("unga scenen", "IOP-12"),
        ("angsgarden", "M-3"),
        ("roda korset", "RV-2021"),  # by a member of the umbrella
        ("under", "M-3"),
        ('kvartersscenen "under"', "M-3"),  # whatever the quotation marks
        ("brottsofferjouren", "H-1"),
    ],
)
def test_it_is_found_by_number_name_part_or_party(register, typed, number):
    found = search(register, typed)
    assert found.only is not None
    assert found.only.number == number


def test_both_databases_find_the_same(office):
    _fill(office)
    for typed, number in {
        "IOP-1": "IOP-1",
        "kultur 1740": "IOP-1",
        "angsgarden": "M-3",
        "brottsoferjouren": "H-1",
    }.items():
        only = search(office, typed).only
        assert only is not None, typed
        assert only.number == number
    assert numbers(search(office, "huddinge kommun")) == {"H-1", "H-2"}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("konstkolektivet", "KUL 2019:7"),
        ("konstkollektvet", "KUL 2019:7"),
        ("konstkollketivet", "KUL 2019:7"),
        ("granstöd huddinge", "H-2"),
        ("brottsoferjouren", "H-1"),
        ("natverket varmlands idebruna", "RV-2021"),
        ("kvarterscenen", "M-3"),  # as the municipality itself once wrote it
    ],
)
def test_it_is_found_in_spite_of_a_slip_of_the_finger(register, typed, number):
    assert search(register, typed).hits[0].number == number


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("kultur", {"IOP-1", "IOP-12"}),
        ("tranemo", {"IOP-1", "IOP-12"}),
        ("mölndal", {"KUL 2019:7", "M-3"}),
        ("huddinge kommun", {"H-1", "H-2"}),
        ("iop", {"IOP-1", "IOP-12"}),
    ],
)
def test_several_that_hit_are_a_choice_and_never_a_guess(register, typed, choice):
    found = search(register, typed)
    assert found.only is None
    assert not found.nearest
    assert numbers(found) == choice


def test_a_whole_name_goes_before_a_part_of_a_longer_one(register):
    registered(register, "Kultur", number="K-1", civil="Kulturföreningen")
    only = search(register, "kultur").only
    assert only is not None
    assert only.number == "K-1"


def test_two_of_the_same_name_are_a_choice(register):
    registered(
        register, "Konstkollektivet", number="KUL 2022:1", civil="Konstkollektivet i Mölndal"
    )
    assert numbers(search(register, "konstkollektivet")) == {"KUL 2019:7", "KUL 2022:1"}


def test_what_is_merely_like_something_is_offered_and_not_assumed(register):
    found = search(register, "konstförening")
    assert found.nearest
    assert found.only is None
    assert "KUL 2019:7" in numbers(found)
    assert len(found.hits) <= 5


@pytest.mark.parametrize("typed", ["xyzzyxqw", "!", "…", "🙂", "q", "%", "_"])
def test_what_is_like_nothing_is_said_to_be_unknown(register, typed):
    with pytest.raises(NotFound) as error:
        search(register, typed)
    assert error.value.key == "search.nothing"


def test_a_very_long_text_is_answered_too(register):
    with pytest.raises(NotFound) as error:
        search(register, "åäö zz " * 600)
    assert len(error.value.facts["text"]) <= 200


# -- which one is meant


@pytest.mark.parametrize(
    ("typed", "number", "year"),
    [
        ("Kultur 1740", "IOP-1", None),
        ("Kultur 2030", "IOP-12", None),  # a name, though 2030 could be a year
        ("kultur 2030 2022", "IOP-12", 2022),
        ("kultur 1740 2022", "IOP-1", 2022),
        ("konstkollektivet 2020", "KUL 2019:7", 2020),
        ("konstkolektivet 2020", "KUL 2019:7", 2020),
        ("konstkollektivet 1990", "KUL 2019:7", 1990),
        ("konstkollektivet 2100", "KUL 2019:7", 2100),
        ("KUL 2019:7 2020", "KUL 2019:7", 2020),
        ("rv-2021", "RV-2021", None),
        ("rv-2021 2021", "RV-2021", 2021),
        ("2030", "IOP-12", None),
    ],
)
def test_a_last_word_is_a_year_only_if_the_whole_names_nothing(register, typed, number, year):
    meant = asked(register, typed)
    assert meant.found.only is not None
    assert (meant.found.only.number, meant.year) == (number, year)


@pytest.mark.parametrize("typed", ["konstkollektivet 1989", "konstkollektivet 2101"])
def test_a_number_outside_the_years_is_part_of_the_name(register, typed):
    assert asked(register, typed).year is None


@pytest.mark.parametrize("typed", ["konstkollektivet ²⁰²²", "konstkollektivet 2O22"])
def test_a_word_that_is_like_a_year_is_none(register, typed):
    assert asked(register, typed).year is None


def test_without_a_name_the_channels_agreement_is_meant_then_ones_own(register):
    linked = registered(register, "Länkad", number="L-1", channel_id="C_LINKED", coordinator=None)
    assert asked(register, "", channel="C_LINKED").found.hits[0].id == linked
    assert asked(register, "", ANNA, channel="C_LINKED").found.hits[0].id == linked
    own = asked(register, "", ANNA, channel="C_OTHER").found.only
    assert own is not None
    assert own.number == "IOP-1"


def test_a_year_alone_is_asked_of_the_agreement_at_hand(register):
    meant = asked(register, "2022", ANNA)
    assert meant.found.only is not None
    assert (meant.found.only.number, meant.year) == ("IOP-1", 2022)


def test_who_coordinates_several_chooses_among_them(register):
    registered(register, "Zonen", number="Z-1", coordinator=None, deputy=ANNA)
    assert numbers(asked(register, "", ANNA).found) == {"IOP-1", "Z-1"}


def test_who_has_none_is_told_how_to_ask(register):
    for text in ("", "   ", "2022"):
        with pytest.raises(NotFound) as error:
            asked(register, text, BJORN)
        assert error.value.key == "search.none_here"


def test_a_guest_is_refused_before_anything_is_looked_up(register):
    for text in ("", "kultur", "finns inte"):
        with pytest.raises(NotAllowed):
            asked(register, text, GRETA)


# -- only what one may read


@pytest.mark.parametrize(
    ("who", "role", "typed", "seen"),
    [
        (BJORN, None, "kultur 2030", set()),
        (BJORN, ("reader", KULTUR), "kultur 2030", {"IOP-12"}),
        (BJORN, ("reader", KULTUR), "IOP-12", {"IOP-12"}),
        (BJORN, ("reader", KULTUR), "grannstöd", set()),
        (BJORN, ("reader", KULTUR), "H-2", {"IOP-12"}),  # the nearest that he may read
        (BJORN, ("reader", KULTUR), "granstöd", set()),  # nor with a slip
        (BJORN, ("reader", SOCIAL), "huddinge kommun", {"H-2"}),
        (BJORN, ("reader", KULTUR), "kultur", {"IOP-12"}),
        (BJORN, ("reader", ""), "kultur", {"IOP-1", "IOP-12"}),
        (ANNA, None, "kultur", {"IOP-1"}),  # her own, without any role
    ],
)
def test_one_finds_only_what_one_may_read(strict, who, role, typed, seen):
    if role:
        with strict.database.writing() as session:
            a_role(session, who, *role)
    try:
        found = numbers(search(strict, typed, who))
    except NotFound:
        found = set()
    assert found == seen


def test_a_channel_shows_nobody_what_they_may_not_read(strict):
    registered(strict, "Länkad", number="L-1", channel_id="C_LINKED", coordinator=None)
    with pytest.raises(NotFound):
        asked(strict, "", BJORN, channel="C_LINKED")


# -- the kept list of names


def test_a_new_name_is_found_at_once(register):
    with pytest.raises(NotFound):
        search(register, "xylofonen")
    registered(register, "Xylofonen", number="X-1")
    assert numbers(search(register, "xylofonen")) == {"X-1"}


def test_names_are_read_once_and_again_when_the_register_has_changed(register):
    first, again = (_names_read(register) for _ in range(2))
    assert first is again
    with register.database.writing() as session:
        installation.raise_register_revision(session)
    assert _names_read(register) is not first


def _names_read(office: Office) -> Any:
    with office.database.reading() as connection:
        actor = an_actor(connection, office)
        return office.names.names(connection, actor.register_revision)


def test_a_filter_gives_every_agreement_with_the_word_in_it(register):
    with register.database.reading() as connection:
        actor = an_actor(connection, register)
        found = matching(connection, register.names, actor, "huddinge")
        assert len(found) == 2


# -- folding


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ängsgården", "angsgarden"),
        ("Ängsgården", "A\u0308ngsga\u030arden"),  # as some systems take letters apart
        ("kvartersscenen ”Under”", 'Kvartersscenen "under"'),
        ("Nätverket Värmlands Idéburna", "natverket  varmlands\u00a0ideburna"),
        ("RF-SISU", "rf sisu"),
        ("Straße", "strasse"),
        ("Bjørn Æbelø", "bjorn aebelo"),
    ],
)
def test_the_same_name_folds_to_the_same(one, other):
    assert fold(one) == fold(other)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet='abcåäöé ABCÅÄÖÉ-”"', max_size=30))
def test_a_folded_name_has_no_marks_case_or_double_blanks(text):
    folded = fold(text)
    if any(sign.isalnum() for sign in text):
        assert folded == folded.strip().lower()
        assert "  " not in folded
        assert set(folded) <= set("abcoe ")


# -- at the size of a region


def test_among_two_thousand_a_slip_still_offers_the_right_one(sqlite_office):
    names = _many_names(2_000)
    with sqlite_office.database.writing() as session:
        rows = [
            {
                "uid": f"uid{place}",
                "number": f"IOP-{place:04}",
                "number_folded": f"iop {place:04}",
                "name": name,
                "name_folded": fold(name),
                "name_ordered": in_order(name),
                "open_ended": False,
                "sheltered": False,
                "funding_visible": False,
                "registered_at": sqlite_office.now(),
                "revision": 1,
            }
            for place, name in enumerate(names)
        ]
        session.connection().execute(tables.agreement.insert(), rows)
        installation.raise_register_revision(session)
    chance = random.Random(1740)
    tried = chance.sample(names, 300)
    with sqlite_office.database.reading() as connection:
        actor = an_actor(connection, sqlite_office)
        right = 0
        for name in tried:
            try:
                found = find(connection, sqlite_office.names, actor, _slip(name, chance))
            except NotFound:
                continue
            right += name in [hit.name for hit in found.hits[:5]]
    assert right / len(tried) >= 0.97, right


_FIRST = """
Kultur Konst Musik Idrott Grannstöd Kvinnojouren Brottsofferjouren Stadsmissionen Nattvandrarna
Fritidsbanken Fontänhuset Läxhjälpen Språkcaféet Mötesplatsen Folkhälsan Ungdomsgården
Trygghetsvandrarna Odlingen Scouterna Hembygden Biblioteksvännerna Vänskapen Teatern Kören
Dansen Seglarna Ryttarna Fotbollen Simningen Cykelköket Matbanken Härbärget Samtalsjouren
Barnkollot
""".split()  # noqa: SIM905  # words read better than quotes
_SECOND = """
Tranemo Mölndal Värmland Huddinge Örebro Uppsala Göteborg Uddevalla Nyköping Malmö Lekeberg Umeå
Värmdö Lidingö Vadstena Ystad Åmål Älvsbyn Östersund Härnösand Söderhamn Norrköping Linköping
Jönköping Växjö Kalmar Karlskrona Halmstad Varberg Falkenberg Borås Alingsås Trollhättan Skövde
Karlstad Arvika Falun Borlänge Gävle Sundsvall Skellefteå Luleå Kiruna Visby Eskilstuna Västerås
Enköping Sala Köping Motala Mjölby Nässjö Tranås Eksjö Vetlanda Värnamo Ljungby Älmhult Osby
Hässleholm Kristianstad Simrishamn Trelleborg Lund
""".split()  # noqa: SIM905  # words read better than quotes


def _many_names(count: int) -> list[str]:
    chance = random.Random(29)
    pairs = [f"{first} {second}" for first in _FIRST for second in _SECOND]
    return chance.sample(pairs, min(count, len(pairs)))


def _slip(name: str, chance: random.Random) -> str:
    """Make one slip inside the name: a letter lost, doubled, wrong, or two that changed places."""
    place = chance.randrange(1, len(name) - 1)
    before, letter, after = name[:place], name[place], name[place + 1 :]
    return chance.choice(
        [
            before + after,
            before + letter + letter + after,
            before + chance.choice("abcdefghijklmnoprstuvy") + after,
            before + after[:1] + letter + after[1:],
        ]
    )
