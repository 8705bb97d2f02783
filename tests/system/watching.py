"""Watches the server as a monitoring program does."""

from __future__ import annotations

from tests.support.api import Server


def watcher(server: Server) -> dict[str, str]:
    """Return the header that shows the key of `keys/metrics`."""
    return {"Authorization": f"Bearer {server.services.metrics_key}"}
