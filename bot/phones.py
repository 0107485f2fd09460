"""Telephone numbers: kept as they were given, shown in Swedish national form when readable."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1024)
def as_written(number: str) -> str:
    """Write a number as Swedes do (*070-892 44 90*); what cannot be read stays as it is."""
    import phonenumbers  # noqa: PLC0415  # only contacts need it

    try:
        read = phonenumbers.parse(number, "SE")
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(read) or read.extension:
        return number
    is_swedish = read.country_code == 46
    form = phonenumbers.PhoneNumberFormat
    return str(
        phonenumbers.format_number(read, form.NATIONAL if is_swedish else form.INTERNATIONAL)
    )
