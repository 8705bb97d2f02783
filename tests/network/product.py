"""Runs the whole product in its own network: `linkus serve`, and a browser's requests from elsewhere."""

from __future__ import annotations

import contextlib
import json
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.network.topology import Node
from tests.walk.server import Server, share_engine_image

ADMIN = {"LINKUS_ADMIN_USERNAME": "admin", "LINKUS_ADMIN_PASSWORD": "Correct-Horse-7"}
READY_SECONDS = 90


class Product:
    """A running instance. Its requests block, because nothing else in the test needs this thread then."""

    def __init__(self, node: Node, home: Path, host: str, **settings: str) -> None:
        share_engine_image(home)
        self.node, self.home = node, home
        with node.inside():
            self.server = Server(home, host, **ADMIN, **settings)

    def wait_ready(self) -> None:
        end = time.monotonic() + READY_SECONDS
        while not any("Ctrl-C" in line for line in self.server.lines):
            said = "\n".join(self.server.lines)
            assert self.server.is_running, f"linkus serve has ended:\n{said}"
            assert time.monotonic() < end, f"not ready within {READY_SECONDS} s:\n{said}"
            time.sleep(0.1)

    @property
    def said(self) -> str:
        return "\n".join(self.server.lines)

    @property
    def record(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.home / "run.json").read_text())
        return loaded

    @property
    def authority(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.home / "keys" / "ca" / "ca.pem"))

    def log(self, name: str) -> str:
        return (self.home / "logs" / name).read_text(errors="replace")


@contextlib.contextmanager
def product(node: Node, home: Path, host: str, **settings: str) -> Iterator[Product]:
    running = Product(node, home, host, **settings)
    try:
        running.wait_ready()
        yield running
    finally:
        assert running.server.stop() == []


class Visitor:
    """Acts as a browser at its own address: HTTP from there, with the headers that a browser sends."""

    def __init__(
        self, node: Node, base: str, verify: ssl.SSLContext | bool, *, origin: str = "", own: str = ""
    ) -> None:
        self.node = node
        transport = httpx.HTTPTransport(verify=verify, local_address=own or None)
        headers = {"Origin": origin, "Accept-Language": "en"} if origin else {"Accept-Language": "en"}
        self.http = httpx.Client(base_url=base, transport=transport, headers=headers, timeout=15)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        with self.node.inside():
            return self.http.request(method, path, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, body: object, **options: Any) -> httpx.Response:
        return self.request("POST", path, json=body, **options)

    def sign_in(self, username: str = "admin", password: str = ADMIN["LINKUS_ADMIN_PASSWORD"]) -> httpx.Response:
        body = {"username": username, "password": password, "client_kind": "web"}
        return self.post("/api/v1/sessions", body)

    def close(self) -> None:
        self.http.close()
