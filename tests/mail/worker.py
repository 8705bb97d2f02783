"""Runs the mail worker as the server does, until there is nothing to do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from sqlalchemy import func, select

from linkus.mail.models import MailMessage
from linkus.mail.tasks import send_mails
from tests.mail.smtp import HOST
from tests.support.api import Server


@contextlib.asynccontextmanager
async def mail_worker(server: Server) -> AsyncIterator[None]:
    task = asyncio.create_task(send_mails(server.services))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def mails(server: Server) -> list[MailMessage]:
    async with server.database.transaction(write=False) as db:
        return list((await db.scalars(select(MailMessage).order_by(MailMessage.id))).all())


async def until(server: Server, done: Callable[[list[MailMessage]], bool], seconds: float = 20) -> list[MailMessage]:
    """Return all mails, once `done` accepts them."""
    async with asyncio.timeout(seconds):
        while not done(found := await mails(server)):
            await asyncio.sleep(0.05)
    return found


async def settled(server: Server, seconds: float = 20) -> list[MailMessage]:
    """Return all mails, once each is sent or has failed."""
    unsettled = select(func.count(MailMessage.id)).where(MailMessage.status.not_in(("sent", "failed")))

    async def left() -> int:
        async with server.database.transaction(write=False) as db:
            return await db.scalar(unsettled) or 0

    async with asyncio.timeout(seconds):
        while await left():
            await asyncio.sleep(0.1)
    return await mails(server)


def account(port: int, version: int = 1) -> dict[str, object]:
    return {
        "host": HOST,
        "port": port,
        "tls_mode": "none",
        "sender_address": "pbx@example.cn",
        "sender_name": "晨星",
        "version": version,
    }
