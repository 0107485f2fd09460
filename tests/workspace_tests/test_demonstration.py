"""The demonstration says why it cannot begin."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.workspace.demonstration import Demonstration, Failed


def test_a_bot_that_does_not_start_is_noticed_at_once_with_its_own_words(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken, Demonstration(tmp_path / "demo") as demo:
        demo.settings["PORT"] = str(taken.getsockname()[1])
        demo.start_slack()
        with pytest.raises(Failed, match="Boten startade inte") as failed:
            demo.start_bot()
        assert demo.settings["PORT"] in str(failed.value)
