"""What these tests ask for besides the databases that every test has."""

from __future__ import annotations

import pytest

from tests.conftest import _postgresql_url


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated PostgreSQL database."""
    return _postgresql_url(request)
