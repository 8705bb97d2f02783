"""Writes the prompts to where the core plays them from: all at start, and each one that changes."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from linkus.engine.image import PROMPTS_IN_IMAGE
from linkus.engine.layout import layout_of
from linkus.engine.recipe import PROMPTS
from linkus.kit.background import Task
from linkus.kit.messages import LANGUAGES
from linkus.kit.outbox_worker import Worker
from linkus.kit.settings import Settings
from linkus.prompt.files import PromptFiles
from linkus.prompt.service import TOPIC, write

log = structlog.get_logger("prompt")
RETRY_SECONDS = 5.0


def install(app: FastAPI) -> None:
    layout = layout_of(app.state.settings)
    app.state.prompt_files = PromptFiles(PROMPTS / "prompts.json", layout.image / PROMPTS_IN_IMAGE, layout.prompts)


def tasks(app: FastAPI) -> list[Task]:
    """Return no tasks without the engine. Nothing is played here then, and queued prompts wait for the process that has
    an engine."""
    settings: Settings = app.state.settings
    if settings.engine == "off":
        return []
    return [functools.partial(_write_all, app), functools.partial(_follow, app)]


async def _follow(app: FastAPI) -> None:
    async def handle(payload: dict[str, Any]) -> None:
        await write(app.state.database, app.state.prompt_files, payload["name"], payload["language"])

    await Worker(app.state.database, app.state.outbox, TOPIC, handle).run()


async def _write_all(app: FastAPI) -> None:
    """Write all prompts at start: the image may be new, and the database may come from another machine."""
    files: PromptFiles = app.state.prompt_files
    for name in files.texts():
        for language in LANGUAGES:
            while True:
                try:
                    await write(app.state.database, files, name, language)
                    break
                except (SQLAlchemyError, OSError) as error:
                    log.error("prompt_not_written", name=name, language=language, exc_info=error)
                    await asyncio.sleep(RETRY_SECONDS)
