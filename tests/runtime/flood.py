"""Sends more requests than any honest client."""

from __future__ import annotations

import asyncio
import json
import ssl
from pathlib import Path

REQUESTS_PER_CONNECTION = 1000  # nginx closes a connection after as many (keepalive_requests)
REQUEST = f"GET /internal/{'x' * 900} HTTP/1.1\r\nHost: x\r\nUser-Agent: {'y' * 900}\r\n\r\n".encode()


def flood(host: str, port: int, source: str, thousands: int, context: ssl.SSLContext | None = None) -> None:
    """Request missing pages from the address `source`, and read all answers."""

    async def ask() -> None:
        for _ in range(thousands):
            reader, writer = await asyncio.open_connection(host, port, ssl=context, local_addr=(source, 0))
            writer.write(REQUEST * REQUESTS_PER_CONNECTION)
            while await reader.read(1 << 20):
                pass
            writer.close()

    asyncio.run(ask())


def lines_of(log: Path, *sources: str) -> list[str]:
    found = log.read_text().splitlines()
    return [line for line in found if json.loads(line)["address"] in sources]
