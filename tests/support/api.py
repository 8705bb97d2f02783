"""Helpers of API tests: signed-in people, existing extensions, and outgoing events."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import ConfigDict
from sqlalchemy import delete, select, text

from linkus.kit.bus import DIRECTORY, Event, Subscription
from linkus.kit.database import Base, Database
from linkus.kit.outbox import OutboxRow
from linkus.kit.secrets import digest_ha1, hash_password
from linkus.services import Services
from linkus.session.cookies import ADMIN_COOKIE, CLIENT_COOKIE
from linkus.session.service import Device, OpenedSession, open_session
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension

HOST = "127.0.0.1:8088"
ORIGIN = f"http://{HOST}"
PASSWORD = "Correct-Horse-7"
_hash: list[str] = []  # of PASSWORD: computed once, since it is slow by design
_numbers = itertools.count(1001)


async def password_hash() -> str:
    if not _hash:
        _hash.append(await hash_password(PASSWORD))
    return _hash[0]


def http_client(
    app: FastAPI, *, cookies: dict[str, str] | None = None, address: str = "127.0.0.1"
) -> httpx.AsyncClient:
    """Return a browser, which sends Origin and keeps cookies. With `address` it comes from there, through nginx."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=("127.0.0.1", 40000), raise_app_exceptions=False),
        base_url=ORIGIN,
        cookies=cookies,
        headers={"Origin": ORIGIN, "Accept-Language": "zh-CN", "X-Forwarded-For": address},
    )


@dataclass
class Server:
    """The server under test, and short cuts into it."""

    app: FastAPI
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)

    @property
    def services(self) -> Services:
        services: Services = self.app.state.services
        return services

    @property
    def database(self) -> Database:
        return self.services.database

    def browser(self, *, cookies: dict[str, str] | None = None, address: str = "127.0.0.1") -> httpx.AsyncClient:
        client = http_client(self.app, cookies=cookies, address=address)
        self.clients.append(client)
        return client

    async def make_administrator(self, username: str = "boss", **values: Any) -> Administrator:
        """Create an administrator with the password PASSWORD, a super administrator unless `values` say otherwise."""
        values = {"password_hash": await password_hash(), "language": "zh-CN", **values}
        async with self.database.transaction() as db:
            administrator = Administrator(username=username, **values)
            db.add(administrator)
        return administrator

    async def make_extension(self, number: str | None = None, **values: Any) -> Extension:
        """Create an extension with Linkus enabled and the password PASSWORD, unless `values` say otherwise."""
        number = number or str(next(_numbers))
        defaults: dict[str, Any] = {
            "first_name": f"F{number}",
            "caller_id": number,
            "password_hash": await password_hash(),
            "registration_name": f"reg{number}",
            "registration_ha1": digest_ha1(f"reg{number}", "Desk-phone-7"),
            "voicemail_pin_sealed": self.services.seal.seal("593817"),
            "linkus_enabled": True,
        }
        async with self.database.transaction() as db:
            extension = Extension(number=number, **{**defaults, **values})
            db.add(extension)
        self.services.bus.publish([DIRECTORY], Example(type="made"))
        return extension

    async def open_session(self, owner: Extension | Administrator, kind: str = "web") -> OpenedSession:
        async with self.database.transaction() as db:
            return await open_session(db, owner, Device(client_kind=kind, device_name="Test", address="192.0.2.1"))

    async def sign_in(self, owner: Extension | Administrator, kind: str = "web") -> httpx.AsyncClient:
        """Return a browser in which `owner` is signed in."""
        opened = await self.open_session(owner, kind)
        cookie = ADMIN_COOKIE if isinstance(owner, Administrator) else CLIENT_COOKIE
        return self.browser(cookies={cookie: opened.token})

    async def outbox(self, topic: str | None = None) -> list[OutboxRow]:
        async with self.database.transaction(write=False) as db:
            query = select(OutboxRow).order_by(OutboxRow.id)
            rows = list((await db.scalars(query)).all())
        return [row for row in rows if topic in (None, row.topic)]

    async def payloads(self, topic: str) -> list[dict[str, Any]]:
        return [row.payload for row in await self.outbox(topic)]

    async def clear_outbox(self) -> None:
        async with self.database.transaction() as db:
            await db.execute(delete(OutboxRow))

    def listen(self, *topics: str) -> Subscription:
        subscription = self.services.bus.subscribe(topics)
        self.subscriptions.append(subscription)
        return subscription

    async def clean(self) -> None:
        """Empty every table and all state in memory, for the next test."""
        for client in self.clients:
            await client.aclose()
        self.clients.clear()
        for subscription in self.subscriptions:  # the next test reuses the ids
            self.services.bus.unsubscribe(subscription)
        self.subscriptions.clear()
        self.services.reset_limits.forget()
        self.services.refused_networks.replace(())
        self.services.change_limits.forget()
        self.services.mail_test_limits.forget()
        await self.services.background.idle()
        async with self.database.transaction() as db:
            for statement in _empty_all(self.database):
                await db.execute(text(statement))
        self.services.bus.publish([DIRECTORY], Example(type="emptied"))


def _empty_all(database: Database) -> Iterable[str]:
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    if database.is_sqlite:
        return [f'DELETE FROM "{name}"' for name in tables]  # noqa: S608 - names of our own tables
    return ["TRUNCATE " + ", ".join(f'"{name}"' for name in tables) + " RESTART IDENTITY CASCADE"]


class Example(Event):
    """An event that the server itself does not send."""

    model_config = ConfigDict(extra="allow")


def frames(subscription: Subscription) -> list[dict[str, Any]]:
    """Return the events so far."""
    found = []
    while not subscription.queue.empty():
        found.append(subscription.queue.get_nowait().body)
    return found


def codes(answer: httpx.Response) -> dict[str, str]:
    """Return the error code of each field."""
    assert answer.status_code == 422, answer.text
    return {field: error["code"] for field, error in answer.json()["fields"].items()}
