"""Queues welcome mails, and takes apart what arrives."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any

import httpx

URL = "/api/v1/admin/welcome-mails"
REDEEM = "/api/v1/credentials/redeem"


async def send(admin: httpx.AsyncClient, *ids: int) -> dict[str, Any]:
    answer = await admin.post(URL, json={"extension_ids": list(ids)})
    assert answer.status_code == 202, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def listed(admin: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await admin.get(URL)).json()["items"]
    return items


def parts(mail: EmailMessage) -> tuple[str, str, dict[str, bytes]]:
    """Return plain text, HTML and the pictures by content id."""
    plain, html, pictures = "", "", {}
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            plain = part.get_content()  # type: ignore[attr-defined]  # an EmailMessage by its policy
        elif part.get_content_type() == "text/html":
            html = part.get_content()  # type: ignore[attr-defined]
        elif part.get_content_maintype() == "image":
            pictures[str(part["Content-ID"]).strip("<>")] = part.get_payload(decode=True)
    return plain, html, pictures  # type: ignore[return-value]


def tokens(text: str) -> dict[str, str]:
    return dict(re.findall(r"/login/(\w+)#t=([\w-]+)", text))
