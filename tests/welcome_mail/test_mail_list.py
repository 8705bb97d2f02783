"""The list of welcome mails: its filters by status and by sending."""

from __future__ import annotations

import itertools
import uuid
from datetime import timedelta
from typing import Any

import httpx

from linkus.kit.clock import now
from linkus.mail.models import MailMessage, MailStatus
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension
from linkus.welcome_mail.schemas import WelcomeMailStatus
from tests.mail.worker import account
from tests.support.api import Server
from tests.welcome_mail.mails import URL, listed, send

MOMENT = now()
LATER, BEFORE = MOMENT + timedelta(days=1), MOMENT - timedelta(days=1)
# every state of a credential: looked at, used, revoked, expired, and several of these
CREDENTIALS: list[dict[str, Any]] = [
    {"expires_at": expires, "opened_at": opened, "used_at": used, "revoked_at": revoked}
    for expires, opened, used, revoked in itertools.product(
        (LATER, BEFORE), (None, BEFORE), (None, BEFORE), (None, BEFORE)
    )
]


async def make(server: Server, extension: Extension, status: str, credentials: tuple[dict[str, Any], ...]) -> None:
    async with server.database.transaction() as db:
        mail = MailMessage(
            message_id=str(uuid.uuid4()),
            kind="welcome",
            extension_id=extension.id,
            recipient="a@b.cn",
            subject="",
            language="en",
            status=status,
            attempts=0,
            created_at=BEFORE,
            server_answer="",
            error="",
        )
        db.add(mail)
        await db.flush()
        for n, values in enumerate(credentials):
            db.add(
                Credential(
                    token_hash=f"{mail.id}-{n}",
                    extension_id=extension.id,
                    client_kind="web",
                    mail_id=mail.id,
                    created_at=BEFORE,
                    **values,
                )
            )


async def test_status_filter_finds_exactly_the_mails_that_show_it(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    for status in MailStatus:
        await make(server, extension, status.value, (CREDENTIALS[0],))
    for pair in itertools.combinations_with_replacement(CREDENTIALS, 2):
        await make(server, extension, "sent", pair)
    await make(server, extension, "sent", ())  # its extension was deleted
    shown = (await admin.get(URL, params={"page_size": 500})).json()["items"]
    assert len(shown) > 100
    for wanted in WelcomeMailStatus:
        found = (await admin.get(URL, params={"status": wanted.value, "page_size": 500})).json()
        assert [item["id"] for item in found["items"]] == [item["id"] for item in shown if item["status"] == wanted]
        assert found["items"], wanted
    several = (await admin.get(URL, params={"status": ["failed", "used"], "page_size": 500})).json()
    assert several["total"] == sum(item["status"] in ("failed", "used") for item in shown)


async def test_list_is_filtered_by_request(admin: httpx.AsyncClient, extension: Extension, server: Server) -> None:
    other = await server.make_extension("1002", email="B@Example.cn")
    await admin.put("/api/v1/admin/mail-server", json=account(25))
    first, second = await send(admin, extension.id, other.id), await send(admin, other.id)
    assert {item["created_at"] for item in await listed(admin)} == {first["queued_at"], second["queued_at"]}
    for query, expected in (
        ({"sending": first["queued_at"]}, ["1002", "1001"]),
        ({"sending": second["queued_at"]}, ["1002"]),
        ({"sending": [first["queued_at"], second["queued_at"]]}, ["1002", "1002", "1001"]),
        ({"sending": first["queued_at"], "status": "queued", "search": "b@example"}, ["1002"]),
        ({"sending": first["queued_at"], "status": "failed"}, []),
        ({"sending": "2026-01-01T00:00:00Z"}, []),
    ):
        page = (await admin.get(URL, params=query)).json()
        assert [item["number"] for item in page["items"]] == expected, query
    assert (await admin.get(URL, params={"status": "lost"})).status_code == 422


async def test_list_is_filtered_by_extension_and_by_text(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    other = await server.make_extension("1002", email="b@example.cn")
    await admin.put("/api/v1/admin/mail-server", json=account(25))
    await send(admin, extension.id, other.id)
    for query, expected in (
        (f"?extension_id={other.id}", ["1002"]),
        ("?search=张伟", ["1001"]),
        ("?search=B@EXAMPLE", ["1002"]),
        ("?search=nobody", []),
        ("?page_size=1", ["1002"]),
    ):
        page = (await admin.get(URL + query)).json()
        assert [item["number"] for item in page["items"]] == expected, query
