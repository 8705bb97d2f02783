"""A TCP relay that can stop relaying silently, like a path that dies: nothing is closed, nothing arrives."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from types import TracebackType
from typing import Self

CHUNK = 65536


class Relay:
    """Relays from `listen` to `target` in its own thread."""

    def __init__(self, listen: tuple[str, int], target: tuple[str, int]) -> None:
        self._listen, self._target = listen, target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._pipes: set[_Pipe] = set()
        self._takes_new = True

    def freeze(self) -> None:
        """Let all present connections die silently. New ones work."""
        self._call(self._freeze)

    def cut(self) -> None:
        """Let all connections die silently, new ones too."""
        self._takes_new = False
        self.freeze()

    def mend(self) -> None:
        """Let new connections work again."""
        self._takes_new = True

    @property
    def connections(self) -> int:
        """Return how many connections are open and relayed."""
        return sum(not pipe.frozen for pipe in self._pipes)

    def _freeze(self) -> None:
        for pipe in self._pipes:
            pipe.frozen = True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pipe = _Pipe()
        pipe.frozen = not self._takes_new
        self._pipes.add(pipe)
        try:
            up_reader, up_writer = await asyncio.open_connection(*self._target)
            try:
                await asyncio.gather(pipe.pump(reader, up_writer), pipe.pump(up_reader, writer))
            finally:
                up_writer.close()
        finally:
            self._pipes.discard(pipe)
            writer.close()

    def _call(self, function: object) -> None:
        done = threading.Event()

        def run() -> None:
            function()  # type: ignore[operator]
            done.set()

        self._loop.call_soon_threadsafe(run)
        assert done.wait(5)

    def __enter__(self) -> Self:
        self._thread.start()
        opening = asyncio.start_server(self._serve, *self._listen)
        self._server = asyncio.run_coroutine_threadsafe(opening, self._loop).result(5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.1)  # closed connections are gone by then


class _Pipe:
    """Relays a connection in both directions."""

    frozen = False

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(CHUNK):
                while self.frozen:
                    await asyncio.sleep(3600)
                writer.write(data)
                await writer.drain()
            if not self.frozen:
                writer.write_eof()
