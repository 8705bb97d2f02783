"""Ends expired sessions once a minute."""

from __future__ import annotations

import asyncio
import functools

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from linkus.kit.background import Task
from linkus.kit.work import UnitOfWork
from linkus.session.service import end_expired

log = structlog.get_logger("session")
EVERY_SECONDS = 60


async def _end_expired(app: FastAPI) -> None:
    while True:
        try:
            async with app.state.database.transaction() as db:
                await end_expired(UnitOfWork(db, app.state.outbox, app.state.bus))
        except (SQLAlchemyError, OSError) as error:
            log.error("expiry_failed", exc_info=error)  # the database is unavailable: retry in a minute
        await asyncio.sleep(EVERY_SECONDS)


def tasks(app: FastAPI) -> list[Task]:
    return [functools.partial(_end_expired, app)]
