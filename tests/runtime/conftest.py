"""Runs real instances at their own address."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.walk.server import Server, processes_of, share_engine_image

HOST = os.environ.get("LINKUS_TEST_RUNTIME_HOST", "127.0.0.12")
READY_SECONDS = 60


class Instance:
    """`linkus serve` as an administrator starts it, and its state as seen from outside."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.portal = f"http://{HOST}:8088"
        self.linkus = f"http://{HOST}:8111"
        self.brain = f"http://{HOST}:8089"
        share_engine_image(home)
        self.server = Server(home, HOST, **settings)

    @property
    def record(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.home / "run.json").read_text())
        return loaded

    def pid(self, part: str) -> int:
        return int(self.record["parts"][part]["pid"])

    def until(self, condition: Callable[[dict[str, Any]], bool], seconds: float = READY_SECONDS) -> dict[str, Any]:
        """Return the parts of run.json, once they meet the condition."""
        end = time.monotonic() + seconds
        while True:
            parts: dict[str, Any] = self.record["parts"] if (self.home / "run.json").exists() else {}
            if parts and condition(parts):
                return parts
            assert self.server.is_running, "linkus serve has ended:\n" + "\n".join(self.server.lines)
            assert time.monotonic() < end, f"not within {seconds} s: {parts}\n" + "\n".join(self.server.lines)
            time.sleep(0.1)

    def wait_ready(self) -> None:
        self.until(lambda parts: all(part["state"] == "ready" for part in parts.values()))
        end = time.monotonic() + READY_SECONDS
        while (answer := httpx.get(f"{self.brain}/readyz", timeout=5)).status_code != 200:
            assert time.monotonic() < end, answer.text
            time.sleep(0.1)

    def left_over(self, seconds: float = 5) -> list[str]:
        """Return the processes of this instance that still exist after a moment."""
        end = time.monotonic() + seconds
        while (left := processes_of(self.home)) and time.monotonic() < end:
            time.sleep(0.1)
        return left


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    started = Instance(
        tmp_path_factory.mktemp("home"), LINKUS_ADMIN_USERNAME="admin", LINKUS_ADMIN_PASSWORD="Correct-Horse-7"
    )
    try:
        started.wait_ready()
        yield started
    finally:
        left = started.server.stop()
        assert left == [], f"still running after the end: {left}"


@pytest.fixture(scope="module")
def administrator(instance: Instance) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{instance.portal}/api/v1", headers={"Accept-Language": "en"}) as client:
        answer = client.post(
            "/sessions",
            json={"username": "admin", "password": "Correct-Horse-7", "client_kind": "web", "transport": "bearer"},
        )
        assert answer.status_code == 201, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield client
