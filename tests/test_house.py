"""The house stands as it was drawn: imports run one way, and each floor keeps to its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlmodel import SQLModel

import storage.models
from storage import migrations

ROOT = Path(__file__).parents[1]
FLOORS = {
    "handlers": {"handlers", "bot", "storage"},
    "bot": {"bot", "storage"},
    "storage": {"storage"},
}
"""What each floor may import of ours."""

OF_SLACK_AND_THE_CLOCK = {"slack_bolt", "slack_sdk", "apscheduler", "typer"}
WORDS_OF_SQL = {"select", "update", "delete", "insert", "text"}
DOOR = ROOT / "bot" / "__main__.py"


def files(floor: str) -> list[Path]:
    return sorted((ROOT / floor).rglob("*.py"))


FILES = [(floor, file) for floor in FLOORS for file in files(floor)]


def names(pairs: list[tuple[str, Path]]) -> list[str]:
    return [str(file.relative_to(ROOT)) for _, file in pairs]


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def imports(file: Path) -> Iterator[str]:
    """Give every module that a file imports, wherever in it, by its full name."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a module is named in full"
            yield node.module or ""


@pytest.mark.parametrize(("floor", "file"), FILES, ids=names(FILES))
def test_imports_run_from_handlers_to_bot_to_storage(floor, file):
    ours = {module.partition(".")[0] for module in imports(file)} & {*FLOORS, "tests"}
    allowed = FLOORS[floor] | ({"handlers"} if file == DOOR else set())
    assert ours <= allowed


def test_the_door_is_the_only_way_up_and_nobody_imports_it():
    assert "handlers" in {module.partition(".")[0] for module in imports(DOOR)}
    for _, file in FILES:
        assert "bot.__main__" not in imports(file), file


def bot_files() -> list[tuple[str, Path]]:
    return [(floor, file) for floor, file in FILES if floor == "bot"]


@pytest.mark.parametrize(("_floor", "file"), bot_files(), ids=names(bot_files()))
def test_the_rules_know_neither_slack_nor_sql(_floor, file):
    modules = {module.partition(".")[0] for module in imports(file)}
    assert not modules & OF_SLACK_AND_THE_CLOCK
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ImportFrom):
            assert not {alias.name for alias in node.names} & WORDS_OF_SQL
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in WORDS_OF_SQL
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"exec_driver_sql", "select", "insert"}, node.attr


def test_sql_in_words_is_written_on_one_floor_alone():
    for floor, file in FILES:
        if floor != "storage":
            for node in ast.walk(parsed(file)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    assert not node.value.lstrip().startswith(("SELECT ", "INSERT ", "PRAGMA "))


def test_the_time_is_read_in_one_place():
    for floor, file in FILES:
        if floor in {"bot", "storage"} and file.name != "clock.py":
            for node in ast.walk(parsed(file)):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    read = (node.value.id, node.attr)
                    assert read not in {("datetime", "now"), ("date", "today"), ("time", "time")}


def test_every_file_says_what_lives_in_it():
    for _, file in FILES:
        if "versions" not in file.parts:
            assert ast.get_docstring(parsed(file)), file


def test_every_table_of_the_program_is_made_by_the_migrations(sqlite_office):
    assert storage.models.__all__
    with sqlite_office.database.reading() as connection:
        made = set(inspect(connection).get_table_names()) - {"alembic_version"}
    assert made == set(SQLModel.metadata.tables)
    assert migrations.state(sqlite_office.database) == "current"
