"""Only an administrator can make the server read megabytes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.api import Server

PIECE = b"x" * 65536
PIECES = 100
URLS = ("extensions/import", "inbound-routes/import", "extensions/delete")
FORM = "multipart/form-data; boundary=b"


async def send(browser: httpx.AsyncClient, url: str, *, chunked: bool) -> tuple[int, int]:
    """Return the status, and how many pieces of the body were read."""
    read = []

    async def body() -> AsyncIterator[bytes]:
        for _ in range(PIECES):
            read.append(1)
            yield PIECE

    headers = {"Content-Type": FORM if url.endswith("import") else "application/json"}
    headers |= {} if chunked else {"Content-Length": str(PIECES * len(PIECE))}
    answer = await browser.post(f"/api/v1/admin/{url}", content=body(), headers=headers)
    return answer.status_code, len(read)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("who", ["stranger", "user", "forged"])
async def test_large_body_is_refused_unread_without_an_administrator(
    server: Server, client: httpx.AsyncClient, url: str, who: str, chunked: bool
) -> None:
    forged = server.browser(cookies={"linkus_admin": "forged"})
    browser = {"stranger": server.browser(), "user": client, "forged": forged}[who]
    status, read = await send(browser, url, chunked=chunked)
    assert status == 401
    assert read <= 1


async def test_large_body_of_an_administrator_is_read(admin: httpx.AsyncClient) -> None:
    status, _read = await send(admin, URLS[0], chunked=False)
    assert status == 422  # the body is no form
