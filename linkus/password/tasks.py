"""Sends links to users who forgot their password: handler of the outbox topic `password.reset`."""

from __future__ import annotations

import functools
from typing import Any

from fastapi import FastAPI

from linkus.kit.background import Task
from linkus.kit.outbox_worker import Worker
from linkus.kit.work import unit_of_work
from linkus.password import service
from linkus.security.limits import ResetLimits


def install(app: FastAPI) -> None:
    app.state.reset_limits = ResetLimits()


async def handle(app: FastAPI, payload: dict[str, Any]) -> None:
    async with unit_of_work(app) as work:
        await service.send_reset(work, app.state.seal, str(payload["username"]), str(payload.get("address", "")))


async def _send_links(app: FastAPI) -> None:
    await Worker(app.state.database, app.state.outbox, service.TOPIC, lambda payload: handle(app, payload)).run()


def tasks(app: FastAPI) -> list[Task]:
    return [functools.partial(_send_links, app)]
