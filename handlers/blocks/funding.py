"""The cards of *medel*: the figures, and every row behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from bot.funding import Figures, GrantLine, Ledger, PaymentLine
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.elements import Block, Line, Message
from handlers.blocks.status import amount, remaining, used_bar


class Titled(Protocol):
    """The agreement whose money is shown: its status, or as its partners see it."""

    @property
    def id(self) -> int:
        """Its id."""
        ...

    @property
    def name(self) -> str:
        """Its name, as this reader may see it."""
        ...

    @property
    def number(self) -> str:
        """Its number."""
        ...

    @property
    def today(self) -> date:
        """The day of the figures."""
        ...


def funding_card(status: Titled, money: Ledger, year: int | None, texts: Texts) -> Message:
    """Show the money of the whole term with a line per year, or of one year."""
    figures = money.whole if year is None else money.of_year(year)
    title = texts("funding.title", name=status.name)
    period = texts("funding.whole_term") if year is None else str(year)
    blocks = [
        elements.header(title),
        elements.note(texts("funding.period", period=period, number=status.number)),
        *_figures(figures, texts),
    ]
    if year is None:
        blocks += _years(money, texts)
    elif not figures.has_grants and money.grants:
        blocks.append(elements.paragraph(_not_split(money, year, texts)))
    if money.grants or money.payments:
        value = f"{status.id}:{year or ''}"
        rows = elements.button(texts("button.show_rows"), "show_rows", value)
        blocks.append(elements.actions([rows]))
    return elements.message(funding_sentence(status, figures, period, texts), blocks, texts)


def funding_sentence(status: Titled, figures: Figures, period: str, texts: Texts) -> str:
    """Say the figures in whole sentences."""
    said = [texts("funding.sentence", name=status.name, period=period)]
    if _is_known(figures):
        said += [elements.sentence(name, value) for name, value in _named(figures, texts)]
    left = remaining(figures, texts)
    said.append(elements.sentence(texts("status.remaining"), left))
    return " ".join(said)


def _is_known(figures: Figures) -> bool:
    paid = figures.paid_ore or figures.planned_ore
    return bool(figures.has_grants or paid) and not figures.is_without_money


def _figures(figures: Figures, texts: Texts) -> list[Block]:
    left = remaining(figures, texts) + used_bar(figures, texts)
    blocks = [elements.lines([Line(texts("status.remaining"), left)])]
    if _is_known(figures):
        blocks += [
            elements.facts(_named(figures, texts)),
            elements.note(_formula(figures, texts)),
        ]
    return blocks


def _named(figures: Figures, texts: Texts) -> Iterator[tuple[str, str]]:
    yield texts("funding.decided"), amount(figures.decided, texts)
    if figures.preliminary.rows:
        yield texts("funding.preliminary"), amount(figures.preliminary, texts)
    yield texts("funding.paid"), texts.kronor(figures.paid_ore)
    yield texts("funding.planned"), texts.kronor(figures.planned_ore)


def _formula(figures: Figures, texts: Texts) -> str:
    left = figures.remaining_ore
    if left is None:
        return texts("funding.formula_unknown")
    return texts(
        "funding.formula",
        decided=texts.kronor(figures.decided.ore),
        paid=texts.kronor(figures.paid_ore),
        left=texts.kronor(left),
    )


def _years(money: Ledger, texts: Texts) -> list[Block]:
    if not money.grants and not money.payments:
        return []
    if not money.is_split and money.grants:
        blocks = [elements.note(texts("funding.not_split"))]
    else:
        blocks = []
    lines = [Line(str(year), _year(money.of_year(year), texts)) for year in money.years]
    loose = money.of_year(None)
    if money.is_split and (loose.paid_ore or loose.planned_ore):
        lines.append(Line(texts("funding.no_year"), _year(loose, texts)))
    return [*blocks, elements.lines(lines)] if lines else blocks


def _year(figures: Figures, texts: Texts) -> str:
    parts = []
    if figures.decided.rows:
        parts.append(texts("funding.year_decided", amount=amount(figures.decided, texts)))
    if figures.preliminary.rows:
        parts.append(texts("funding.year_preliminary", amount=amount(figures.preliminary, texts)))
    parts.append(texts("funding.year_paid", amount=texts.kronor(figures.paid_ore)))
    if figures.planned_ore:
        parts.append(texts("funding.year_planned", amount=texts.kronor(figures.planned_ore)))
    left = figures.remaining_ore
    if left is not None and (figures.decided.rows or figures.paid_ore):
        parts.append(texts("funding.year_remaining", amount=texts.kronor(left)))
    return ", ".join(parts)


def _not_split(money: Ledger, year: int, texts: Texts) -> str:
    if money.is_split:
        return texts("funding.nothing_for_year", year=year)
    return texts("funding.not_split_year", year=year, whole=amount(money.whole.decided, texts))


def rows_card(status: Titled, money: Ledger, year: int | None, texts: Texts) -> Message:
    """Show every row that the figures are made of, with the sum they come to."""
    shown = money if year is None else money.only(year)
    figures = money.whole if year is None else money.of_year(year)
    period = texts("funding.whole_term") if year is None else str(year)
    grants = [_grant(line, texts) for line in shown.grants]
    payments = [_payment(line, texts) for line in shown.payments]
    blocks = [elements.header(texts("rows.title", name=status.name, period=period))]
    for title, every in (("rows.grants", grants), ("rows.payments", payments)):
        blocks.append(elements.paragraph(texts(title)))
        blocks.append(elements.bullets(every or [texts("rows.none")], texts))
    blocks.append(elements.note(_formula(figures, texts), texts("rows.as_of", day=status.today)))
    text = [texts("rows.title", name=status.name, period=period) + "."]
    text += [elements.sentence(texts("rows.grants"), "; ".join(grants) or texts("rows.none"))]
    text += [elements.sentence(texts("rows.payments"), "; ".join(payments) or texts("rows.none"))]
    return elements.message(" ".join([*text, _formula(figures, texts)]), blocks, texts)


def _grant(line: GrantLine, texts: Texts) -> str:
    period = texts("funding.whole_term") if line.year is None else str(line.year)
    ore = texts("word.missing") if line.ore is None else texts.kronor(line.ore)
    said = texts("rows.grant", period=period, amount=ore, decision=texts(f"grant.{line.decision}"))
    return f"{said} ({line.note})" if line.note else said


def _payment(line: PaymentLine, texts: Texts) -> str:
    if line.paid_on is not None:
        said = texts("rows.paid", amount=texts.kronor(line.ore), day=line.paid_on)
    elif line.planned_on is not None:
        said = texts("rows.planned", amount=texts.kronor(line.ore), day=line.planned_on)
    else:
        said = texts("rows.planned_no_day", amount=texts.kronor(line.ore))
    remarks = [
        texts(f"rows.{name}", said=value)
        for name in ("reference", "condition", "correction")
        if (value := getattr(line, name))
    ]
    return ", ".join([said, *remarks])
