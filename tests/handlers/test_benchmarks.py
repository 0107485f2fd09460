"""The benchmarks still run: the cheapest row with tiny numbers, and no time is asserted."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks import inside_rows, table
from tests.benchmarks.bench import Bench
from tests.kept_tables import END, keep


def test_the_benchmark_of_the_door_compares_it_with_bolts_own(tmp_path: Path) -> None:
    (figure,) = inside_rows.door(Bench(tmp_path, rounds=1, calls=3))
    assert "×" in figure.measured


def test_the_table_is_kept_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    keep(page, table.BEGIN, "new")
    kept = page.read_text(encoding="utf-8")
    assert kept.startswith("before\n")
    assert kept.endswith("\nafter\n")
    assert "new" in kept
    assert "old" not in kept
