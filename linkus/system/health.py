"""How the server is: for the portal's status page, and for whatever watches it."""

from __future__ import annotations

import asyncio
import platform
import tomllib
from datetime import UTC, datetime

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from linkus import __version__
from linkus.kit.background import Background
from linkus.kit.database import Database
from linkus.kit.messages import Language
from linkus.kit.messages import text as message
from linkus.kit.settings import Settings
from linkus.mail.server import view as mail_server_view
from linkus.system.edge_counters import EdgeCounters
from linkus.system.ports import EngineParts, Part
from linkus.system.schemas import About, PartStateWord, PartView, StatusView

PRODUCT = "Linkus Server"
DATABASE_SECONDS = 3.0
READY = PartStateWord.READY
BRAIN = "linkus"
MAIL_SERVER = "mail_server"
EDGE = "kamailio"


async def database_answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(DATABASE_SECONDS), database.transaction(write=False) as db:
            await db.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        return False
    return True


async def database_version(database: Database) -> str:
    async with database.transaction(write=False) as db:
        if database.is_sqlite:
            return f"SQLite {await db.scalar(text('SELECT sqlite_version()'))}"
        return f"PostgreSQL {await db.scalar(text('SHOW server_version'))}"


def part_view(part: Part, language: Language) -> PartView:
    return PartView(
        name=part.name,
        state=PartStateWord(part.state),
        pid=part.pid,
        since=datetime.fromtimestamp(part.since, UTC) if part.since else None,
        restarts=part.restarts,
        message=part.message(language),
    )


async def status(app: FastAPI, language: Language) -> StatusView:
    settings: Settings = app.state.settings
    engine = _engine_parts(app, language)
    reachable = await database_answers(app.state.database)
    database = PartView(
        name="database",
        state=READY if reachable else PartStateWord.FAILED,
        message="" if reachable else message(language, "database_unreachable"),
    )
    # the supervisor knows more of the brain than the brain does: its pid and restarts
    own = next((part for part in engine if part.name == BRAIN and settings.engine == "on"), None)
    own = own or PartView(name=BRAIN, state=READY, since=app.state.started_at)
    background: Background = app.state.background
    if failing := background.failing:  # it answers, and does not do all of its work
        why = message(language, "background_task_failing", tasks=", ".join(failing))
        own = own.model_copy(update={"state": PartStateWord.FAILED, "message": why})
    counters: EdgeCounters = app.state.edge_counters
    others = [_with_faults(part, counters.faults, language) for part in engine if part.name != BRAIN]
    needed = [own, database, *(others if settings.engine == "on" else [])]
    mail = await _mail_server(app.state.database, language) if reachable else []
    return StatusView(
        ready=all(part.state == READY for part in needed),
        engine=settings.engine,
        parts=[own, database, *others, *mail],
        edge=counters.view(),
    )


def _with_faults(part: PartView, faults: int, language: Language) -> PartView:
    """The edge goes on after an exception in its script, but somebody must learn of it."""
    if part.name != EDGE or not faults or part.message:
        return part
    return part.model_copy(update={"message": message(language, "edge_script_faults", faults=str(faults))})


async def _mail_server(database: Database, language: Language) -> list[PartView]:
    """Not ours, and calls do without it: it is shown, and the server is ready all the same."""
    async with database.transaction(write=False) as db:
        view = await mail_server_view(db, language)
    if not view.configured:
        return []
    if view.outage is None:
        return [PartView(name=MAIL_SERVER, state=READY)]
    return [
        PartView(name=MAIL_SERVER, state=PartStateWord.FAILED, since=view.outage.since, message=view.outage.message)
    ]


def _engine_parts(app: FastAPI, language: Language) -> list[PartView]:
    engine: EngineParts = app.state.engine_status
    return [part_view(part, language) for part in engine.parts]


async def about(app: FastAPI) -> About:
    settings: Settings = app.state.settings
    running: dict[str, str] = app.state.engine_versions
    record_path = settings.home / "engine" / "image.toml"
    record = tomllib.loads(record_path.read_text("utf-8")) if record_path.exists() else {}
    return About(
        name=PRODUCT,
        version=__version__,
        python=platform.python_version(),
        database=await database_version(app.state.database),
        engine=running or {str(name): str(version) for name, version in record.get("versions", {}).items()},
        image_built_at=record.get("built_at"),
    )
