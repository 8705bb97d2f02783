"""Runs `linkus serve` with an empty home, until the tests are over."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tests.walk.server import Server, share_engine_image

READY_SECONDS = 60


class Product:
    def __init__(self, home: Path, host: str, *, scheme: str = "http", **settings: str) -> None:
        self.home, self.host = home, host
        self.verify = scheme == "http"  # otherwise the certificate is from the instance's own authority
        self.address = f"{scheme}://{host}:8088"
        share_engine_image(home)
        self._server = Server(home, host, **settings)

    @property
    def setup_link(self) -> str:
        """Return the link for the first administrator, if the settings name none."""
        return self._server.setup_link()

    def wait_ready(self) -> None:
        end = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            lines = "\n".join(self._server.lines[-30:])
            assert self._server.is_running, f"linkus serve has ended:\n{lines}"
            assert time.monotonic() < end, f"linkus serve is not ready after {READY_SECONDS} s:\n{lines}"
            time.sleep(0.2)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz", timeout=2, verify=self.verify).status_code == 200
        except httpx.TransportError:
            return False

    def __enter__(self) -> Self:
        try:
            self.wait_ready()
        except BaseException:
            self._server.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        left = self._server.stop()
        assert left == [], f"still running after the end: {left}"
