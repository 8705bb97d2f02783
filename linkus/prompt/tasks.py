"""Writes the prompts to where the core plays them from: all at start, and each one that changes."""

from __future__ import annotations

import functools
from typing import Any

import structlog

from linkus.kit.background import Task
from linkus.kit.messages import LANGUAGES, Language
from linkus.kit.outbox_worker import Worker
from linkus.kit.retry import DATABASE_ERRORS, retry
from linkus.prompt.service import TOPIC, write
from linkus.prompt.services import PromptServices

log = structlog.get_logger("prompt")
RETRY_DELAY_SECONDS = 5.0


def tasks(services: PromptServices) -> list[Task]:
    """Return no tasks without the engine. Nothing is played here then, and queued prompts wait for the process that has
    an engine."""
    if services.settings.engine == "off":
        return []
    return [functools.partial(_write_all, services), functools.partial(_follow, services)]


async def _follow(services: PromptServices) -> None:
    async def handle(payload: dict[str, Any]) -> None:
        await write(services.database, services.prompt_files, payload["name"], payload["language"])

    await Worker(services.database, services.outbox, TOPIC, handle).run()


async def _write_all(services: PromptServices) -> None:
    """Write all prompts at start: the image may be new, and the database may come from another machine."""
    for name in services.prompt_files.texts():
        for language in LANGUAGES:
            await retry(
                functools.partial(write, services.database, services.prompt_files, name, language),
                DATABASE_ERRORS,
                functools.partial(_log_failure, name, language),
                wait=RETRY_DELAY_SECONDS,
            )


def _log_failure(name: str, language: Language, error: BaseException) -> None:
    log.error("prompt_not_written", name=name, language=language, exc_info=error)
