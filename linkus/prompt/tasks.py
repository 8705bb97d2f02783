"""Writes the prompts to where the core plays them from: all at start, and each one that changes."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from linkus.kit.background import Task
from linkus.kit.messages import LANGUAGES
from linkus.kit.outbox_worker import Worker
from linkus.prompt.service import TOPIC, write
from linkus.services import Services

log = structlog.get_logger("prompt")
RETRY_SECONDS = 5.0


def tasks(services: Services) -> list[Task]:
    """Return no tasks without the engine. Nothing is played here then, and queued prompts wait for the process that has
    an engine."""
    if services.settings.engine == "off":
        return []
    return [functools.partial(_write_all, services), functools.partial(_follow, services)]


async def _follow(services: Services) -> None:
    async def handle(payload: dict[str, Any]) -> None:
        await write(services.database, services.prompt_files, payload["name"], payload["language"])

    await Worker(services.database, services.outbox, TOPIC, handle).run()


async def _write_all(services: Services) -> None:
    """Write all prompts at start: the image may be new, and the database may come from another machine."""
    files = services.prompt_files
    for name in files.texts():
        for language in LANGUAGES:
            while True:
                try:
                    await write(services.database, files, name, language)
                    break
                except (SQLAlchemyError, OSError) as error:
                    log.error("prompt_not_written", name=name, language=language, exc_info=error)
                    await asyncio.sleep(RETRY_SECONDS)
