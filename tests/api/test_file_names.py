"""Names of uploaded files and of devices, which a program chooses: people read them in lists and logs."""

from __future__ import annotations

import httpx
import pytest

from linkus.shared.models.extension import Extension
from tests.support.api import Server

API = "/api/v1/admin"
CSV = b"Extension Number,First Name\r\n2001,A\r\n"
NAMES = {b"a\x00b.csv": "ab.csv", b"a\x1b[2Jb.csv": "a[2Jb.csv", "a\u202egnp.csv".encode(): "agnp.csv"}


def _form(name: bytes) -> tuple[bytes, dict[str, str]]:
    head = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
        + name
        + b'"\r\nContent-Type: text/csv\r\n\r\n'
    )
    return head + CSV + b"\r\n--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("page", ["extensions", "inbound-routes"])
async def test_of_an_import(admin: httpx.AsyncClient, server: Server, page: str, name: bytes) -> None:
    body, headers = _form(name)
    if page == "inbound-routes":
        body = body.replace(CSV, b"DID Number\r\n1\r\n")
    answer = await admin.post(f"{API}/{page}/import", content=body, headers=headers)
    await server.services.background.idle()
    assert answer.status_code < 300
    assert answer.json()["file_name"] == NAMES[name]


async def test_name_of_a_device(server: Server, extension: Extension) -> None:
    body = {
        "username": "1001",
        "password": "Correct-Horse-7",
        "device_name": "\u202eenohP \u200b\U0001f469\u200d\U0001f4bb",
        "transport": "bearer",
    }
    answer = await server.browser().post("/api/v1/sessions", json=body)
    assert answer.status_code == 201
    client = server.browser()
    devices = await client.get("/api/v1/client/devices", headers={"Authorization": f"Bearer {answer.json()['token']}"})
    assert devices.json()["items"][0]["device_name"] == "enohP \U0001f469\U0001f4bb"
