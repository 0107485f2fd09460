"""The settings: their defaults, what is accepted, and one line for each that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.errors import Invalid
from bot.settings import Settings, load_settings
from bot.texts import LANGUAGES, Texts

NAMES = [str(each.validation_alias.choices[0]) for each in Settings.model_fields.values()]  # type: ignore[union-attr]
ROOT = Path(__file__).parents[2]
SECRET = "hemlig-aeiou"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_anything_set_the_defaults_hold() -> None:
    settings = load_settings()
    assert settings.bot_token is None
    assert (settings.host, settings.port, settings.language) == ("127.0.0.1", 3000, "sv")
    assert settings.api_url == "https://slack.com/api/"
    assert str(settings.time_zone) == "Europe/Stockholm"
    assert settings.steps == (-30, -14, -3, 1, 5, 10)
    assert settings.quiet_months == (7,)
    assert settings.members_may_read is True
    assert (settings.tick_seconds, settings.messages_a_week) == (30, 3)
    assert settings.clock_file is None


@pytest.mark.parametrize(
    ("name", "given", "field", "read"),
    [
        ("FOLJSAM_ADMINS", " UANNA, W012AB ,", "admins", ("UANNA", "W012AB")),
        ("FOLJSAM_MEMBERS_MAY_READ", "nej", "members_may_read", False),
        ("FOLJSAM_MEMBERS_MAY_READ", "NO", "members_may_read", False),
        ("FOLJSAM_QUIET_MONTHS", "7, 12,7", "quiet_months", (7, 12)),
        ("FOLJSAM_QUIET_MONTHS", "", "quiet_months", ()),
        ("FOLJSAM_LANGUAGE", "en", "language", "en"),
        ("FOLJSAM_LANGUAGE", "", "language", "sv"),
        ("FOLJSAM_TICK_SECONDS", "0.5", "tick_seconds", 0.5),
        ("FOLJSAM_OPERATIONS_CHANNEL", "C012AB", "operations_channel", "C012AB"),
        ("FOLJSAM_CLOCK_FILE", "", "clock_file", None),
        ("SLACK_API_URL", "http://127.0.0.1:8080/api", "api_url", "http://127.0.0.1:8080/api/"),
        ("PORT", " 8080 ", "port", 8080),
    ],
)
def test_what_is_set_is_read(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, field: str, read: Any
) -> None:
    monkeypatch.setenv(name, given)
    assert getattr(load_settings(), field) == read


def test_two_signing_secrets_may_stand_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "old, new")
    secrets = load_settings().signing_secrets
    assert [each.get_secret_value() for each in secrets] == ["old", "new"]


WRONG = [
    ("SLACK_BOT_TOKEN", SECRET),
    ("SLACK_BOT_TOKEN", f"xapp-{SECRET}"),
    ("SLACK_APP_TOKEN", f"xoxb-{SECRET}"),
    ("SLACK_SIGNING_SECRET", f"{SECRET},b,c"),
    ("SLACK_SIGNING_SECRET", f"{SECRET}å"),
    ("SLACK_API_URL", "http://evil.example/api/"),
    ("SLACK_API_URL", "file:///etc/passwd"),
    ("SLACK_API_URL", "slack.com"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "3000.5"),
    ("PORT", "http"),
    ("FOLJSAM_LANGUAGE", "no"),
    ("FOLJSAM_TIME_ZONE", "Europe/Tranemo"),
    ("FOLJSAM_TIME_ZONE", "../../etc/passwd"),
    ("FOLJSAM_ADMINS", "anna"),
    ("FOLJSAM_ADMINS", "UANNA;UBJORN"),
    ("FOLJSAM_OPERATIONS_CHANNEL", "#drift"),
    ("FOLJSAM_MEMBERS_MAY_READ", "kanske"),
    ("FOLJSAM_TICK_SECONDS", "0"),
    ("FOLJSAM_TICK_SECONDS", "nan"),
    ("FOLJSAM_TICK_SECONDS", "ofta"),
    ("FOLJSAM_STEPS", "snart"),
    ("FOLJSAM_STEPS", "-30,,x"),
    ("FOLJSAM_QUIET_MONTHS", "13"),
    ("FOLJSAM_QUIET_MONTHS", "juli"),
    ("FOLJSAM_QUIET_MONTHS", "1,2,3,4,5,6,7,8,9,10,11,12"),
    ("FOLJSAM_MESSAGES_A_WEEK", "-1"),
    ("FOLJSAM_MESSAGES_A_WEEK", "många"),
    ("FOLJSAM_CONTACTS_MONTHS", "0"),
    ("FOLJSAM_CONTACTS_MONTHS", "två år"),
    ("FOLJSAM_CONTACTS_DECISION", SECRET * 20),
]


@pytest.mark.parametrize(("name", "given"), WRONG)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_setting_is_named_with_what_was_expected_and_never_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, language: str
) -> None:
    monkeypatch.setenv(name, given)
    if name == "SLACK_APP_TOKEN":
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    with pytest.raises(Invalid) as refused:
        load_settings()
    line = Texts(language).error(refused.value)
    assert line.startswith(name)
    assert Texts(language)(f"settings.expected.{name}") in line
    assert SECRET not in line + repr(refused.value) + str(refused.value.__cause__)


def test_an_app_token_alone_is_a_contradiction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    with pytest.raises(Invalid) as refused:
        load_settings()
    assert refused.value.facts["name"] == "SLACK_BOT_TOKEN"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"FOLJSAM_CONTACTS_MONTHS": "24"}, "FOLJSAM_CONTACTS_DECISION"),
        ({"FOLJSAM_CONTACTS_DECISION": "KS 2026 § 14"}, "FOLJSAM_CONTACTS_MONTHS"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_erased_without_a_decision_and_no_decision_without_a_time(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], missing: str, language: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Invalid) as refused:
        load_settings()
    line = Texts(language).error(refused.value)
    assert line.startswith(missing)
    assert next(iter(given)) in line, "both or neither"


def test_a_time_with_its_decision_is_read_and_neither_is_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (load_settings().contacts_months, load_settings().contacts_decision) == (None, None)
    monkeypatch.setenv("FOLJSAM_CONTACTS_MONTHS", "24")
    monkeypatch.setenv("FOLJSAM_CONTACTS_DECISION", " KS 2026 § 14 ")
    settings = load_settings()
    assert (settings.contacts_months, settings.contacts_decision) == (24, "KS 2026 § 14")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_has_words_for_what_is_expected(language: str) -> None:
    assert [name for name in NAMES if f"settings.expected.{name}" not in Texts(language)] == []


@pytest.mark.parametrize("file", [".env.example", "docs/running.md"])
def test_every_setting_is_told_of(file: str) -> None:
    told = (ROOT / file).read_text(encoding="utf-8")
    assert [name for name in NAMES if name not in told] == []


def test_the_example_file_can_be_used_as_it_is(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    (tmp_path / ".env").write_text(example, encoding="utf-8")
    (tmp_path / ".env").chmod(0o600)
    assert load_settings() == Settings(_env_file=None)


def test_a_file_of_settings_that_others_can_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=4000\n")
    (tmp_path / ".env").chmod(0o644)
    with pytest.raises(Invalid, match="readable_by_others"):
        load_settings()
    (tmp_path / ".env").chmod(0o600)
    assert load_settings().port == 4000


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PORT=4000\n")
    (tmp_path / ".env").chmod(0o600)
    monkeypatch.setenv("PORT", "5000")
    assert load_settings().port == 5000


def test_no_secret_is_seen_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", f"xoxb-{SECRET}")
    monkeypatch.setenv("SLACK_APP_TOKEN", f"xapp-{SECRET}")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://u:{SECRET}@h/d")
    settings = load_settings()
    assert SECRET not in repr(settings) + str(settings) + settings.model_dump_json()
