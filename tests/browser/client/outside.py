"""A telephone company for browser tests: the provider of tests/calls, with an event loop in its own thread, because
Playwright's synchronous interface uses the one of the tests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from linkus.engine.layout import Layout
from tests.browser.portal_api import PortalApi
from tests.browser.product import Product
from tests.calls.provider import PASSWORD, USER, Provider

START_SECONDS, WAIT_SECONDS = 30.0, 20.0


class Outside:
    def __init__(self, product: Product) -> None:
        self._host = product.host
        self._provider = Provider(Layout(home=product.home, host=product.host, internal=product.host))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def add_line(self, portal: PortalApi) -> int:
        """Create a trunk of this provider, and wait until we are registered there."""
        body = {
            "name": "Outside", "kind": "register", "host": self._provider.address, "domain": "provider.example",
            "username": USER, "password": PASSWORD, "codecs": ["pcma"],
        }  # fmt: skip
        trunk_id = int(portal.call("POST", "/admin/trunks", body)["id"])
        self._run(self._provider.contact())
        return trunk_id

    def call(self, did: str, number: str, name: str) -> None:
        """Call one of our numbers from outside."""
        self._run(self._provider.call(f"sip:{did}@{self._host}", number, name))

    def hang_up(self) -> None:
        self._run(self._provider.hang_up_all())

    def _run(self, what: Coroutine[Any, Any, Any], seconds: float = WAIT_SECONDS) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._provider.start(), START_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._provider.stop(), START_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
