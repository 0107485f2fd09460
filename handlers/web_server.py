"""The server of ``foljsam web``: granian, one worker process with four threads."""

from __future__ import annotations
