"""The state of the server, for the portal's status page and for monitoring."""

from __future__ import annotations

import asyncio
import platform
import tomllib
from datetime import UTC, datetime

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from linkus import __version__
from linkus.kit.database import Database
from linkus.kit.database_failure import DatabaseFailure
from linkus.kit.messages import Language
from linkus.kit.messages import text as message
from linkus.kit.settings import Settings
from linkus.mail.server import view as mail_server_view
from linkus.system.ports import Part
from linkus.system.schemas import About, PartStateWord, PartView, StatusView
from linkus.system.sealed import unreadable
from linkus.system.services import SystemServices
from linkus.system.storage import MEGABYTE, Room, StorageState

PRODUCT = "Linkus Server"
DATABASE_SECONDS = 3.0
READY = PartStateWord.READY
BRAIN = "linkus"
MAIL_SERVER = "mail_server"
EDGE = "kamailio"
STORAGE = "storage"
SECRETS = "secrets"
WORKING = (READY, PartStateWord.WARNING)
log = structlog.get_logger("health")


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


async def status(services: SystemServices, language: Language) -> StatusView:
    settings = services.settings
    engine = _engine_parts(services, language)
    reachable = await database_answers(services.database)
    storage = services.storage.state
    database = _database(reachable, storage, language)
    # the supervisor knows the brain's pid and restarts, which the brain itself does not
    own = next((part for part in engine if part.name == BRAIN and settings.engine == "on"), None)
    own = own or PartView(name=BRAIN, state=READY, since=services.started_at)
    if failing := services.background.failing:  # the brain answers, but does not do all of its work
        why = message(language, "background_task_failing", tasks=", ".join(failing))
        own = own.model_copy(update={"state": PartStateWord.FAILED, "message": why})
    room = _storage(storage, settings, language)
    counters = services.edge_counters
    others = [_with_faults(part, counters.faults, language) for part in engine if part.name != BRAIN]
    others = [await _with_contents(part, services, language) for part in others]
    needed = [own, database, room, *(others if settings.engine == "on" else [])]
    mail = await _of_the_database(services, language) if reachable else []
    return StatusView(
        ready=all(part.state in WORKING for part in needed),
        engine=settings.engine,
        parts=[own, database, room, *others, *mail],
        edge=counters.view(),
    )


def _with_faults(part: PartView, faults: int, language: Language) -> PartView:
    """Add a message to the edge's part after faults of its script. The edge keeps running, but an operator must
    know."""
    if part.name != EDGE or not faults or part.message:
        return part
    return part.model_copy(update={"message": message(language, "edge_script_faults", faults=str(faults))})


async def _with_contents(part: PartView, services: SystemServices, language: Language) -> PartView:
    """Show the edge as starting while it is being filled. Until it knows extensions and trunks it refuses everybody."""
    if part.name != EDGE or part.state is not READY or not await services.edge_is_being_filled():
        return part
    return part.model_copy(update={"state": PartStateWord.STARTING, "message": message(language, "edge_being_filled")})


async def _of_the_database(services: SystemServices, language: Language) -> list[PartView]:
    """Return the parts whose state is in the database. A database that answers may still be damaged at these tables."""
    try:
        return [*await _mail_server(services.database, language), *await _secrets(services, language)]
    except (DBAPIError, OSError) as error:
        log.error("status_not_read", error=str(error))
        return []


def _database(reachable: bool, storage: StorageState, language: Language) -> PartView:
    failure = storage.failure if reachable else storage.failure or DatabaseFailure.UNREACHABLE
    if failure is None:
        return PartView(name="database", state=READY)
    return PartView(name="database", state=PartStateWord.FAILED, message=message(language, f"database_{failure}"))


def _storage(storage: StorageState, settings: Settings, language: Language) -> PartView:
    if storage.room is Room.ENOUGH:
        return PartView(name=STORAGE, state=READY)
    state = PartStateWord.FAILED if storage.room is Room.FULL else PartStateWord.WARNING
    free = storage.free_bytes // MEGABYTE
    why = message(language, f"storage_{storage.room}", home=str(settings.home), megabytes=free)
    return PartView(name=STORAGE, state=state, message=why)


async def _secrets(services: SystemServices, language: Language) -> list[PartView]:
    """Return a part if a sealed value must be entered again. It affects only its trunk or the mail server."""
    async with services.database.transaction(write=False) as db:
        found = await unreadable(db, services.seal)
    if not found:
        return []
    names = [message(language, "secret_of_trunk", name=name) for name in found.trunks]
    if found.mail_server:
        names.append(message(language, "secret_of_mail_server"))
    separator = "、" if language == "zh-CN" else ", "
    why = message(language, "secrets_unreadable", names=separator.join(names))
    return [PartView(name=SECRETS, state=PartStateWord.FAILED, message=why)]


async def _mail_server(database: Database, language: Language) -> list[PartView]:
    """Return the mail server's part. It does not affect readiness: the server is external, and calls work without
    it."""
    async with database.transaction(write=False) as db:
        view = await mail_server_view(db, language)
    if not view.configured:
        return []
    if view.outage is None:
        return [PartView(name=MAIL_SERVER, state=READY)]
    return [
        PartView(name=MAIL_SERVER, state=PartStateWord.FAILED, since=view.outage.since, message=view.outage.message)
    ]


def _engine_parts(services: SystemServices, language: Language) -> list[PartView]:
    return [part_view(part, language) for part in services.engine_status.parts]


async def about(services: SystemServices) -> About:
    settings = services.settings
    running = dict(services.engine_versions)
    record_path = settings.home / "engine" / "image.toml"
    record = tomllib.loads(record_path.read_text("utf-8")) if record_path.exists() else {}
    return About(
        name=PRODUCT,
        version=__version__,
        python=platform.python_version(),
        database=await database_version(services.database),
        engine=running or {str(name): str(version) for name, version in record.get("versions", {}).items()},
        image_built_at=record.get("built_at"),
    )
