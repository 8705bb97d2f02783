"""Runs the application behind a real HTTP server, in its own thread, for tests that are not async."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import uvicorn

from linkus.app import create_app
from linkus.kit.settings import Settings
from tests.support.api import Server

T = TypeVar("T")
START_SECONDS = 20


class ListeningServer(uvicorn.Server):
    """uvicorn with a signal for when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@dataclass
class LiveServer:
    server: Server
    loop: asyncio.AbstractEventLoop
    base_url: str

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run in the server's own event loop, because its database connections belong to it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(START_SECONDS)


@contextlib.contextmanager
def live_server(settings: Settings) -> Iterator[LiveServer]:
    app = create_app(settings, tasks=False)
    # asyncio sets TCP_NODELAY only on sockets created with IPPROTO_TCP, unlike those of socket.create_server
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    uvicorn_server = ListeningServer(uvicorn.Config(app, log_config=None, access_log=False, lifespan="on"))
    ready, loops = threading.Event(), []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        serving = asyncio.create_task(uvicorn_server.serve(sockets=[listener]))
        listening = asyncio.create_task(uvicorn_server.listening.wait())
        await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        ready.set()
        await serving

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="live server")
    thread.start()
    try:
        if not ready.wait(START_SECONDS) or not uvicorn_server.started:
            raise RuntimeError("the server did not start")
        live = LiveServer(Server(app), loops[0], f"http://127.0.0.1:{listener.getsockname()[1]}")
        yield live
        live.run(live.server.clean())
    finally:
        uvicorn_server.should_exit = True
        thread.join(START_SECONDS)
        listener.close()
