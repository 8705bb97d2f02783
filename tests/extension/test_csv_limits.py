"""Expensive files are refused before the work is done, and others can work meanwhile."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.extension.test_csv import URL, start
from tests.support.api import Server

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Extension Number" + b",a" * 100_000 + b"\n1001\n", "csv_row_too_long"),
        (b"Extension Number" + b",a" * 256 + b"\n1001\n", "csv_too_many_columns"),
        (b"Extension Number\n1001" + b"," * 256 + b"\n", "csv_too_many_columns"),
        (b"Extension Number\n" + b"1" * 10_001 + b"\n", "csv_cell_too_long"),
        (b'Extension Number\n1001\n"' + b"\n" * 100_000, "csv_row_too_long"),
        (b"Extension Number\n1001\n" + b"\n" * 100_000, "csv_too_many_empty_rows"),
        (b"Extension Number\n1001\n" + b",,\n" * 100_000, "csv_too_many_empty_rows"),
    ],
)
async def test_every_limit_has_a_refusal(admin: httpx.AsyncClient, content: bytes, code: str) -> None:
    answer = await start(admin, content)
    assert answer.status_code == 422, answer.text
    assert answer.json()["fields"]["file"]["code"] == code


async def test_a_file_at_its_limits_is_taken(admin: httpx.AsyncClient, server: Server) -> None:
    content = b"Extension Number,First Name" + b"," * 254 + b"\n1001," + b"x" * 10_000 + b"\n" + b"\n" * 49_000
    assert (await start(admin, content)).status_code == 202
    await server.services.background.idle()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_refusal_names_the_limit_and_the_place(admin: httpx.AsyncClient, language: str) -> None:
    content = "Extension Number\n1001\n" + ",".join(["1002"] * 257) + "\n"
    file = {"file": ("a.csv", content.encode(), "text/csv")}
    answer = await admin.post(f"{URL}/import", files=file, headers={"Accept-Language": language})
    message = answer.json()["fields"]["file"]["message"]
    assert "256" in message
    assert " 3 " in message


async def test_a_file_beyond_every_limit_is_refused_in_the_reader_s_words(admin: httpx.AsyncClient) -> None:
    answer = await start(admin, b"x" * (22 * 1024 * 1024))
    assert answer.status_code == 413
    assert answer.json()["fields"]["file"] == {
        "code": "file_too_large", "message": "内容超过 20 MB 的上限，请减少内容或拆分后重试。",
    }  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"Extension Number" + b",a" * 9_000_000 + b"\n1001\n",
        b"Extension Number\n1001\n" + b"\n" * 19_000_000,
        b"Extension Number\n1001\n" + b"," * 19_000_000,
        b'Extension Number\n"' + b"\n" * 19_000_000,
        b"Extension Number,First Name\n" + ("1001," + "张" * 300 + "\n").encode("gbk") * 30_000,
        b"Extension Number,First Name\n" + (b"1001," + b"x" * 900 + b"," * 200 + b"\n") * 17_000,
    ],
    ids=["columns", "empty rows", "one row", "one cell", "Chinese", "wide rows"],
)
async def test_the_worst_files_let_others_work_on(admin: httpx.AsyncClient, server: Server, content: bytes) -> None:
    """Five seconds allow for a busy machine. An idle one needs a tenth of that, and used to need twelve."""
    waits: list[float] = []
    loop = asyncio.get_running_loop()

    async def watch() -> None:
        while True:
            began = loop.time()
            await asyncio.sleep(0)
            await asyncio.sleep(0.001)
            waits.append(loop.time() - began)

    watching = asyncio.create_task(watch())
    answer = await start(admin, content)
    await server.services.background.idle()
    watching.cancel()
    assert answer.status_code in (202, 422), answer.text
    assert max(waits) < 5
