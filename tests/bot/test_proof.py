"""What was sent, to whom, when, acknowledged, or why not: told per agreement, and sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from bot import audit
from bot.agreements import wanted
from bot.clock import StandingClock
from bot.errors import Conflict, NotAllowed, NotFound
from bot.evaluations.holding import hold
from bot.office import Office
from bot.reminders import proof_words
from bot.reminders.delivery import Delivery
from bot.reminders.messenger import NotDelivered, Trouble
from bot.reminders.proof import (
    SHOWN,
    AgreementProof,
    MessageProof,
    NoReminders,
    Recipient,
    Remedy,
    Why,
    every,
    proof_of,
    remedy,
    retry,
    why,
)
from bot.reminders.proof_sheet import write_proof
from bot.texts import LANGUAGES, Texts
from handlers.blocks.proof import proof_card
from storage import proof as storage
from storage import tables
from storage.models import AuditEntry, OutboxRow, OutboxState, Role
from storage.ownership import Ownership, ownership
from storage.types import PartialDate
from tests.register import (
    ANNA,
    BJORN,
    CISSI,
    GRETA,
    Postbox,
    a_role,
    an_actor,
    change,
    counted,
    evaluations,
    registered,
    reminders,
)
from tests.workspace.client.reading import plain_text

NINE = "2021-10-20T09:00:00+02:00"
"""When the first reminder of an evaluation due on 1 December goes out."""
TERM: dict[str, Any] = {"starts_on": "2021-06-01", "ends_on": "2022-05-31", "steps": "-30, -3"}
HOSTILE = ["<!channel>", "<@U_ANNA>", "*fet* _kursiv_", "{name} {0} %s", "=1+1", "&lt;b&gt;"]
SV, EN = Texts("sv"), Texts("en")


class Bot:
    """A bot at work on a Slack that remembers."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.slack = Postbox()
        self.owned: Ownership = ownership(office.database)

    def round(self, moment: str | None = None, *, later: timedelta = timedelta()) -> None:
        clock = self.office.clock
        assert isinstance(clock, StandingClock)
        if moment is not None:
            clock.instant = datetime.fromisoformat(moment).astimezone(UTC)
        clock.instant += later
        Delivery(self.office, self.slack, self.owned).round()

    def fails(self, code: str, trouble: Trouble = Trouble.not_there) -> None:
        self.slack.next = [NotDelivered(trouble, code)]

    def hold_first(self) -> None:
        first = evaluations(self.office, 1)[0]
        with self.office.database.writing() as session:
            bjorn = an_actor(session.connection(), self.office, BJORN)
            hold(session, self.office, bjorn, evaluation_id=first.id, revision=first.revision)

    def told(self, who: str = BJORN) -> AgreementProof:
        return told(self.office, 1, who)

    @property
    def first(self) -> MessageProof:
        """The oldest message that is told of."""
        return min(self.told().lines, key=lambda line: line.at)

    def again(self, row_id: int = 1) -> None:
        with self.office.database.writing() as session:
            retry(session, self.office, actor=audit.TERMINAL, row_id=row_id)


@pytest.fixture
def bot(office: Office) -> Iterator[Bot]:
    """A bot with Anna's agreement, Björn her deputy; the first evaluation is due on 1 December."""
    registered(office, deputy=BJORN, **TERM)
    made = Bot(office)
    yield made
    made.owned.close()


@pytest.fixture
def sqlite_bot(sqlite_office: Office) -> Iterator[Bot]:
    """The same on SQLite alone, where the database decides nothing."""
    registered(sqlite_office, deputy=BJORN, **TERM)
    made = Bot(sqlite_office)
    yield made
    made.owned.close()


def told(office: Office, agreement_id: int, who: str = BJORN) -> AgreementProof:
    with office.database.reading() as connection:
        return proof_of(office, connection, an_actor(connection, office, who), agreement_id)


def all_of(office: Office, *, only_held: bool = False) -> list[MessageProof]:
    with office.database.reading() as connection:
        return list(every(office, connection, only_held=only_held))


def a_message(office: Office, key: str, **said: Any) -> int:
    """Put a message into the outbox as some other part of the bot would."""
    now = office.now()
    facts: dict[str, Any] = {
        "natural_key": key,
        "wire_key": key,
        "kind": "evaluation",
        "agreement_id": 1,
        "label": "1",
        "step": -30,
        "recipient": ANNA,
        "due_local": "2021-09-01T09:00",
        "zone": "Europe/Stockholm",
        "due_at": now,
        "next_at": now,
        "planned_at": now,
    }
    with office.database.writing() as session:
        row = OutboxRow(**facts | said)
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def put(office: Office, row_id: int, **values: Any) -> None:
    """Let a message stand as this."""
    table = tables.outbox
    with office.database.writing() as session:
        session.connection().execute(update(table).where(table.c.id == row_id).values(**values))


def log(office: Office) -> list[Any]:
    table = AuditEntry.metadata.tables["audit_entry"]
    with office.database.reading() as connection:
        asked = select(table).where(table.c.action == "reminder_retried")
        return list(connection.execute(asked))


def shown(proof: AgreementProof, texts: Texts = SV) -> str:
    """Give what a person reads on the card."""
    return plain_text([dict(block) for block in proof_card(proof, texts).blocks])


def story(line: MessageProof, bot: Bot, texts: Texts = SV) -> str:
    said = proof_words.story(line, texts, bot.office.settings.time_zone)
    return f"{proof_words.state(line, texts)}: {said}"


# -- what became of a message


def test_a_planned_message_says_when_it_will_go_out(bot):
    line = bot.first
    assert (line.step, line.label, line.due) == (-30, "1", PartialDate(2021, 12, 1))
    assert (line.recipient, line.to) == (ANNA, Recipient.coordinator)
    assert line.planned_for == datetime(2021, 10, 20, 9)  # noqa: DTZ001  # on the wall
    assert proof_words.what(line, SV) == (
        "Utvärdering 1 (senast 1 december 2021), 30 arbetsdagar före"
    )
    assert story(line, bot) == "Planerad: går ut onsdag 20 oktober 2021 kl. 09.00"


def test_one_that_was_missed_goes_when_people_are_back_at_work(sqlite_bot):
    clock = sqlite_bot.office.clock
    clock.instant = datetime.fromisoformat("2021-10-23T12:00:00+02:00").astimezone(UTC)  # Saturday
    assert story(sqlite_bot.first, sqlite_bot) == (
        "Planerad: går ut måndag 25 oktober 2021 kl. 09.00"
    )


def test_a_sent_message_says_when(bot):
    bot.round(NINE)
    line = bot.first
    assert story(line, bot) == "Skickad: onsdag 20 oktober 2021 kl. 09.00"
    assert story(line, bot, EN).startswith("Sent: Wednesday")
    assert line.slack_ts == "1.000"
    assert not line.is_acknowledged


def test_once_the_evaluation_is_held_the_message_is_acknowledged_and_by_whom(bot):
    bot.round(NINE)
    bot.hold_first()
    line = bot.first
    assert line.is_acknowledged
    assert (line.held_on, line.held_by) == (PartialDate(2021, 10, 20), BJORN)
    card = shown(bot.told())
    assert "Utvärderingen genomförd  20 oktober 2021, markerad av @U_BJORN" in card
    beside = proof_card(bot.told(), SV).text
    assert "Utvärderingen genomförd: 20 oktober 2021." in beside
    assert BJORN not in beside


def test_an_evaluation_held_in_the_workbook_is_told_without_a_name(sqlite_bot):
    sqlite_bot.round(NINE)
    table = tables.evaluation
    with sqlite_bot.office.database.writing() as session:
        held = update(table).where(table.c.label == "1").values(held_on=PartialDate(2021, 10))
        session.connection().execute(held)
    assert (sqlite_bot.first.is_acknowledged, sqlite_bot.first.held_by) == (True, None)
    assert "Utvärderingen genomförd  oktober 2021" in shown(sqlite_bot.told())


def test_what_is_not_needed_once_it_is_held_says_so(bot):
    bot.round(NINE)
    bot.hold_first()
    cancelled = [line for line in bot.told().lines if line.state is OutboxState.cancelled]
    assert [line.step for line in cancelled] == [-3]
    assert story(cancelled[0], bot) == (
        "Inställd: den behövs inte längre: utvärderingen är genomförd 20 oktober 2021"
    )
    assert not cancelled[0].is_acknowledged


def test_what_was_planned_for_one_who_has_left_says_that_the_plan_has_changed(bot):
    change(bot.office, 1, coordinator=CISSI)
    lines = {(line.recipient, line.state): line for line in bot.told().lines}
    gone = lines[ANNA, OutboxState.cancelled]
    assert gone.to is Recipient.person
    assert "planen eller mottagaren har ändrats" in story(gone, bot)
    assert lines[CISSI, OutboxState.planned].to is Recipient.coordinator


def test_a_try_that_is_repeated_says_when(bot):
    bot.fails("message_limit_exceeded", Trouble.not_now)
    bot.round(NINE)
    assert story(bot.first, bot).startswith("Planerad: nytt försök onsdag 20 oktober 2021 kl. 09.0")


def test_what_slack_has_not_answered_is_said_to_be_unclear(bot):
    bot.fails("TimeoutError", Trouble.unsure)
    bot.round(NINE)
    assert story(bot.first, bot) == ("Oklar: vi väntar på besked från Slack om den kom fram")
    put(bot.office, 1, state=OutboxState.sending)
    assert story(bot.first, bot) == "På väg: den skickas till Slack just nu"


def test_what_failed_for_good_stands_first_with_why_since_when_and_what_to_do(bot):
    bot.fails("user_disabled")
    bot.round(NINE)
    proof = bot.told()
    line = proof.lines[0]
    assert line.state is OutboxState.held
    assert proof.lines[1].at > line.at, "newer ones stand after it all the same"
    assert story(line, bot) == (
        "Inte skickad: personens konto i Slack är avstängt, sedan onsdag 20 oktober 2021 kl. "
        "09.00. Ange en annan samordnare i registret, eller be om att kontot öppnas. Den som "
        f"sköter Följsam skickar den sedan igen med: foljsam reminders retry {line.id}"
    )


def test_a_bundled_message_tells_when_its_digest_went(bot):
    digest = a_message(
        bot.office, "d1", kind="digest", label=None, step=None, agreement_id=None,
    )  # fmt: skip
    put(bot.office, 1, state=OutboxState.bundled, bundled_in=digest)
    assert story(bot.first, bot) == "Samlad: går ut i en samlad påminnelse"
    put(bot.office, digest, state=OutboxState.sent, sent_at=datetime(2021, 9, 6, 7, tzinfo=UTC))
    assert story(bot.first, bot) == (
        "Samlad: gick ut i en samlad påminnelse måndag 6 september 2021 kl. 09.00"
    )
    bot.hold_first()
    assert bot.first.is_acknowledged


def test_what_went_in_a_digest_says_so_when_it_counts_as_sent_itself(sqlite_bot):
    digest = a_message(sqlite_bot.office, "d1", kind="digest", label=None, step=None)
    at = datetime(2021, 9, 6, 7, tzinfo=UTC)
    put(sqlite_bot.office, 1, state=OutboxState.sent, sent_at=at, bundled_in=digest)
    line = next(each for each in sqlite_bot.told().lines if each.id == 1)
    assert story(line, sqlite_bot) == (
        "Skickad: måndag 6 september 2021 kl. 09.00, i en samlad påminnelse"
    )


# -- reasons


@pytest.mark.parametrize(
    ("code", "said", "done"),
    [
        ("is_archived", "kanalen är arkiverad", Remedy.channel),
        ("user_disabled", "personens konto i Slack är avstängt", Remedy.person),
        ("missing_scope", "appen saknar en behörighet i Slack", Remedy.app),
        ("not_a_member", "personen är inte medarbetare här", Remedy.person),
        ("not_seen", "det gick inte att se i Slack om den kom fram", Remedy.look),
        ("no_history", "det gick inte att se i Slack om den kom fram", Remedy.look),
        ("invalid_blocks_format", "Slack godtog inte hur meddelandet var skrivet", Remedy.ask),
        ("restricted_action_read_only", "arbetsytans regler i Slack tillåter", Remedy.app),
        ("not_wanted", "den behövs inte längre", Remedy.ask),
        ("rerouted", "den har gått till någon annan i stället", Remedy.ask),
        ("late", "den hann bli för gammal", Remedy.ask),
        ("erased", "mottagarens uppgifter är borttagna", Remedy.ask),
        ("restored", "registret är återställt från en säkerhetskopia", Remedy.look),
        ("brand_new_code", "Slack svarade: brand_new_code", Remedy.ask),
        ("<!channel> {0}", "Slack svarade: <!channel> {0}", Remedy.ask),
    ],
)
def test_a_reason_is_put_into_plain_words(sqlite_bot, code, said, done):
    put(sqlite_bot.office, 1, state=OutboxState.held, reason=code)
    assert (proof_words.reason(sqlite_bot.first, SV) or "").startswith(said)
    assert remedy(code) is done
    assert said in shown(sqlite_bot.told())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_words(sqlite_bot, language):
    codes = ["is_archived", "channel_not_found", "not_in_channel", "user_not_found",
             "user_not_visible", "user_disabled", "is_inactive", "cannot_dm_bot",
             "messages_tab_disabled", "invalid_user_combination", "missing_scope",
             "no_permission", "ekm_access_denied", "access_denied", "two_factor_setup_required",
             "msg_too_long", "msg_blocks_too_long", "no_text", "metadata_too_large",
             "invalid_arguments", "no_history", "pages_missing", "not_wanted", "rerouted",
             "late", "erased", "restored"]  # fmt: skip
    for code in codes:
        assert why(code) is not Why.other, code
        put(sqlite_bot.office, 1, state=OutboxState.held, reason=code, hold_since=None)
        line = sqlite_bot.first
        assert f": {code}" not in (proof_words.reason(line, Texts(language)) or "")
        assert story(line, sqlite_bot, Texts(language))
    put(sqlite_bot.office, 1, state=OutboxState.held, reason=None)
    assert "orsaken är inte känd" in story(sqlite_bot.first, sqlite_bot)


# -- other kinds, other recipients


def test_digests_and_alarms_are_told_though_they_are_about_no_evaluation(bot):
    bare: dict[str, Any] = {"label": None, "step": None}
    a_message(bot.office, "d", kind="digest", agreement_id=None, **bare)
    a_message(bot.office, "a", kind="alarm", recipient="C_DRIFT", **bare)
    a_message(bot.office, "n", kind="novelty", recipient="", agreement_id=None, **bare)
    named = {line.kind: line for line in all_of(bot.office)}
    assert proof_words.what(named["digest"], SV) == "Samlad påminnelse"
    assert proof_words.what(named["alarm"], EN) == "Alarm"
    assert proof_words.what(named["novelty"], SV) == "Meddelande"
    assert named["digest"].agreement_number is None
    assert named["novelty"].to is Recipient.unknown
    assert "Larm  till kanalen C_DRIFT\n" in shown(bot.told())


def test_what_an_alarm_keeps_for_its_words_is_no_reason(sqlite_bot):
    bare: dict[str, Any] = {"label": "was_down", "step": None, "agreement_id": None}
    reason = "2021-09-01T08:00:00+00:00/2021-09-02T08:00:00+00:00/3"
    a_message(sqlite_bot.office, "a", kind="alarm", reason=reason, **bare)
    alarm = next(line for line in all_of(sqlite_bot.office) if line.kind == "alarm")
    assert proof_words.reason(alarm, SV) is None
    assert proof_words.what(alarm, SV) == "Larm"


def test_a_recipient_that_is_no_person_is_never_shown_as_one(sqlite_bot):
    for number, recipient in enumerate(("C_DRIFT", "G012", "", "erased", "<!channel>", "U 1")):
        a_message(sqlite_bot.office, f"k{number}", recipient=recipient)
    proof = sqlite_bot.told()
    assert len(proof.lines) == proof.total
    people = {
        piece["user_id"]
        for block in proof_card(proof, SV).blocks
        if block["type"] == "rich_text"
        for piece in block["elements"][0]["elements"]
        if piece["type"] == "user"
    }
    assert people == {ANNA}
    assert "till en mottagare som inte längre är känd" in shown(proof)


def test_a_person_is_named_by_their_part_in_the_text_beside_the_card(sqlite_bot):
    a_message(sqlite_bot.office, "d", recipient=BJORN)
    a_message(sqlite_bot.office, "o", recipient="U_BEFORE")
    text = proof_card(sqlite_bot.told(), SV).text
    for part in ("till samordnaren.", "till ersättaren.", "till U_BEFORE."):
        assert part in text
    assert ANNA not in text


def test_an_evaluation_that_has_left_the_plan_and_an_extra_are_told(sqlite_bot):
    a_message(sqlite_bot.office, "gone", label="99", step=1)
    registered(sqlite_bot.office, "Extra", number="2", **TERM, evaluations=[{"due": "2021-12-15"}])
    assert "Utvärdering 99 (inte längre i planen), 1 arbetsdag efter" in shown(sqlite_bot.told())
    assert "Extra utvärdering (senast 15 december 2021), 30 arbetsdagar före" in (
        shown(told(sqlite_bot.office, 2))
    )
    a_message(sqlite_bot.office, "day", step=0)
    assert "1 december 2021), på sista dagen" in shown(sqlite_bot.told())


# -- which are shown


def test_the_newest_stand_first(bot):
    bot.round(NINE)
    bot.round("2021-11-26T09:00:00+01:00")
    moments = [line.at for line in bot.told().lines]
    assert moments == sorted(moments, reverse=True)
    assert len(moments) == 2


def test_of_many_those_nearest_to_now_are_shown_and_the_rest_are_counted(sqlite_bot):
    now = sqlite_bot.office.now()
    for day in range(1, 40):
        ahead, past = now + timedelta(days=day), now - timedelta(days=day)
        a_message(sqlite_bot.office, f"a{day}", due_at=ahead, next_at=ahead)
        state = OutboxState.sent
        a_message(sqlite_bot.office, f"p{day}", due_at=past, sent_at=past, state=state)
    far = a_message(
        sqlite_bot.office,
        "held",
        due_at=now - timedelta(days=400),
        state=OutboxState.held,
        reason="is_archived",
    )
    proof = sqlite_bot.told()
    assert len(proof.lines) == SHOWN
    assert proof.lines[0].id == far
    states = [line.state for line in proof.lines[1:]]
    assert 9 <= states.count(OutboxState.sent) <= 10
    assert 9 <= states.count(OutboxState.planned) <= 10
    assert f"… och {proof.total - SHOWN} till" in shown(proof)
    text = proof_card(proof, SV).text
    assert len(text) <= 3_000
    untold = proof.total - text.count("arbetsdagar före")
    assert text.endswith(f" Och {untold} till.")
    assert "1 inte skickad, 39 skickade och" in proof_card(proof, SV).text.lower()


def test_more_that_is_held_than_fits_is_counted_too(sqlite_bot):
    for number in range(60):
        a_message(sqlite_bot.office, f"h{number}", state=OutboxState.held, reason="x" * 200)
    proof = sqlite_bot.told()
    assert {line.state for line in proof.lines} == {OutboxState.held}
    assert (len(proof.lines), proof.left_out) == (SHOWN, proof.total - SHOWN)


# -- where there is none


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"starts_on": "2019-01-01", "ends_on": "2020-12-31"}, NoReminders.ended),
        ({"starts_on": "2021-01-01", "status": "preparing"}, NoReminders.preparing),
        ({"starts_on": "2024-01-01"}, NoReminders.not_begun),
        ({}, NoReminders.standing_unknown),
        ({"starts_on": "2021-01-01", "coordinator": None}, NoReminders.nobody),
        ({"starts_on": "2021-01-01", "evaluations_per_year": 0}, NoReminders.none_agreed),
        ({"status": "in_force"}, NoReminders.none_planned),
    ],
)
def test_an_agreement_without_reminders_says_why(sqlite_office, said, because):
    proof = told(sqlite_office, registered(sqlite_office, **said))
    assert (proof.lines, proof.none_because) == ((), because)
    for texts in (SV, EN):
        sentence = texts(f"proof.none.{because}")
        assert sentence in shown(proof, texts)
        assert proof_card(proof, texts).text.endswith(sentence)


# -- who may read it, at what cost


@pytest.mark.parametrize("who", [GRETA, "U_DAN"])
def test_one_who_may_not_read_the_agreement_learns_nothing_of_its_reminders(
    sqlite_url: str, make_office: Callable[..., Office], who: str
) -> None:
    office = make_office(sqlite_url, FOLJSAM_MEMBERS_MAY_READ="no")
    there = registered(office, board="Socialnämnden", **TERM)
    for agreement_id in (there, 4711, -1):
        with pytest.raises(NotAllowed):
            told(office, agreement_id, who)
    assert told(office, there, ANNA).total
    with office.database.writing() as session:
        a_role(session, CISSI, Role.reader, "Socialnämnden")
    assert told(office, there, CISSI).total


def test_the_answer_takes_five_statements_however_much_there_is(office):
    def answer() -> list[str]:
        with counted(office.database) as asked, office.database.reading() as connection:
            actor = an_actor(connection, office)
            meant = wanted(office, connection, actor, text="kultur", channel_id=None).found.only
            assert meant is not None
            assert proof_of(office, connection, actor, meant.id).lines
        return asked

    registered(office, **TERM)
    answer()  # the kept list of names is read once
    few = answer()
    for number in range(60):
        a_message(office, f"m{number}", state=OutboxState.sent, sent_at=office.now())
    assert len(answer()) == len(few) <= 5


# -- sending again


def test_what_is_held_is_planned_for_now_and_logged_and_then_sent_once(bot):
    bot.fails("user_disabled")
    bot.round(NINE)
    held = reminders(bot.office, "held")[0]
    bot.again(held.id)
    row = reminders(bot.office, "planned")[0]
    assert (row.id, row.reason, row.hold_since) == (held.id, None, None)
    assert (row.next_at, row.attempts) == (bot.office.now(), 1)
    entry = log(bot.office)[0]
    assert (entry.actor, entry.subject) == ("terminal", f"reminder:{row.wire_key}")
    assert (entry.agreement_id, entry.at) == (1, bot.office.now())
    assert (entry.before, entry.after) == (
        {"state": "held", "reason": "user_disabled"},
        {"state": "planned"},
    )
    bot.round()
    bot.round(later=timedelta(hours=2))
    assert bot.slack.told == [(ANNA, -30)]
    assert len(bot.slack.looked) == 1, "it is looked for before it is sent"


def test_one_that_had_arrived_after_all_is_found_and_not_sent_twice(bot):
    bot.fails("posted pages_missing")
    bot.round(NINE)
    bot.again(reminders(bot.office, "held")[0].id)
    bot.round()
    assert bot.slack.told == [(ANNA, -30)]
    assert reminders(bot.office, "sent")[0].slack_ts == "1.000"


def test_one_that_never_was_tried_is_looked_for_all_the_same(sqlite_bot):
    row_id = a_message(
        sqlite_bot.office, "r", state=OutboxState.held, reason="restored", step=-3, recipient=BJORN
    )
    sqlite_bot.again(row_id)
    row = next(row for row in reminders(sqlite_bot.office) if row.id == row_id)
    assert (row.state, row.attempts) == ("planned", 1)


def test_of_two_who_send_it_again_at_once_one_is_told_that_it_is_planned(bot):
    put(bot.office, 1, state=OutboxState.held)
    with bot.office.database.writing() as session:
        changed = [storage.send_again(session, 1, bot.office.now()) for _ in range(2)]
    assert changed == [True, False]


def a_held_digest(office: Office) -> int:
    """Let both of Anna's reminders be held together with their digest."""
    bare: dict[str, Any] = {"agreement_id": None, "label": None, "step": None}
    held: dict[str, Any] = {"state": OutboxState.held, "reason": "user_disabled"}
    digest = a_message(office, "d1", kind="digest", **bare, **held)
    for row_id in (1, 2):
        put(office, row_id, bundled_in=digest, **held)
    return digest


def test_a_digest_is_sent_again_with_all_that_it_tells_of(bot):
    digest = a_held_digest(bot.office)
    assert {line.retry_id for line in all_of(bot.office)} == {digest}
    assert f"foljsam reminders retry {digest}" in story(bot.first, bot)
    bot.again(digest)
    states = {row.id: (row.state, row.reason) for row in reminders(bot.office)}
    assert states == {1: ("bundled", None), 2: ("bundled", None), digest: ("planned", None)}


def test_one_that_was_held_with_its_digest_can_go_alone(bot):
    digest = a_held_digest(bot.office)
    bot.again(2)
    states = {row.id: (row.state, row.bundled_in) for row in reminders(bot.office)}
    assert states == {1: ("held", digest), 2: ("planned", None), digest: ("held", None)}


@pytest.mark.parametrize("state", [each for each in OutboxState if each is not OutboxState.held])
def test_what_is_not_held_is_left_alone_with_what_to_do_instead(bot, state):
    put(bot.office, 1, state=state)
    before = reminders(bot.office)
    with pytest.raises(Conflict) as refused:
        bot.again(1)
    for texts in (SV, EN):
        assert "foljsam reminders list" in texts.error(refused.value) or state == "cancelled"
        assert " 1 " in texts.error(refused.value)
    assert reminders(bot.office) == before
    assert log(bot.office) == []


@pytest.mark.parametrize("row_id", [0, -1, 4711, 2**31, 2**63, 10**30])
def test_a_message_that_is_not_there_is_not_found(bot, row_id):
    with pytest.raises(NotFound) as refused:
        bot.again(row_id)
    assert f"meddelande {row_id} finns inte" in SV.error(refused.value)


def test_where_the_log_cannot_be_written_nothing_is_sent_again(sqlite_bot):
    put(sqlite_bot.office, 1, state=OutboxState.held, reason="is_archived")
    nobody: Any = None
    with (
        pytest.raises(Exception, match="audit_entry"),
        sqlite_bot.office.database.writing() as session,
    ):
        retry(session, sqlite_bot.office, actor=nobody, row_id=1)
    assert [row.id for row in reminders(sqlite_bot.office, "held")] == [1]


# -- the list and the sheet


def test_the_list_holds_all_or_only_what_is_held_in_the_order_they_fall_due(bot):
    put(bot.office, 2, state=OutboxState.held, reason="is_archived")
    everything = all_of(bot.office)
    assert len(everything) == len(reminders(bot.office))
    assert [line.due_at for line in everything] == sorted(line.due_at for line in everything)
    assert [line.id for line in all_of(bot.office, only_held=True)] == [2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_holds_every_message_with_real_dates_and_words(bot, tmp_path: Path, language):
    bot.round(NINE)
    bot.hold_first()
    file, texts = tmp_path / "p.xlsx", Texts(language)
    write_proof(file, all_of(bot.office), texts, bot.office.settings.time_zone)
    sheet: Any = load_workbook(file).active
    assert sheet.title == {"sv": "Påminnelser", "en": "Reminders"}[language]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == len(reminders(bot.office)) + 1
    row = dict(zip(rows[0], rows[1], strict=True))
    if language == "sv":
        nine = datetime(2021, 10, 20, 9)  # noqa: DTZ001  # on the wall
        assert row == {
            "Nummer": "IOP-1",
            "Namn": "Kultur 1740",
            "Gäller": "Utvärdering 1 (senast 1 december 2021)",
            "Steg": "30 arbetsdagar före",
            "Mottagare": ANNA,
            "Planerad till": nine,
            "Läge": "Skickad",
            "Skickad": nine,
            "Slacks ts": "1.000",
            "Försök": 1,
            "Orsak": None,
            "Utvärdering genomförd": nine.replace(hour=0),
        }
    formats = [cell.number_format for cell in sheet[2]]
    assert formats[5] == formats[7] == "yyyy-mm-dd hh:mm"
    assert formats[11] == "yyyy-mm-dd"


def test_text_that_looks_like_a_formula_or_markup_is_data(sqlite_bot, tmp_path: Path):
    words = [*HOSTILE, "+1", "-1", "@SUM(1)", "#N/A", "a\x00b"]
    for number, text in enumerate(words):
        state = OutboxState.held
        a_message(sqlite_bot.office, f"w{number}", state=state, reason=text, recipient=text)
        change(sqlite_bot.office, 1, name=text.replace("\x00", ""))
    file = tmp_path / "p.xlsx"
    write_proof(file, all_of(sqlite_bot.office), SV, sqlite_bot.office.settings.time_zone)
    cells = [cell for row in load_workbook(file).active.iter_rows(min_row=2) for cell in row]  # type: ignore[union-attr]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    found = {cell.value for cell in cells if cell.column == 5}
    assert {text.replace("\x00", "") for text in words} <= found


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_look_like_markup_stand_as_they_were_written(sqlite_bot, name):
    change(sqlite_bot.office, 1, name=name)
    proof = sqlite_bot.told()
    assert shown(proof).startswith(f"Påminnelser: {name}\n")
    body = proof_card(proof, SV).body()
    assert not set("<>") & set(body["text"])
