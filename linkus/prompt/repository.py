"""Queries about uploaded recordings of prompts."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from linkus.prompt.models import PromptUpload


async def uploads(db: AsyncSession) -> dict[tuple[str, str], PromptUpload]:
    """Return the uploads by name and language, without their sound."""
    rows = await db.scalars(select(PromptUpload))
    return {(row.name, row.language): row for row in rows}


async def with_sound(db: AsyncSession, name: str, language: str) -> PromptUpload | None:
    query = select(PromptUpload).where(PromptUpload.name == name, PromptUpload.language == language)
    query = query.options(undefer(PromptUpload.audio), undefer(PromptUpload.audio_narrow))
    return (await db.scalars(query)).one_or_none()


async def remove(db: AsyncSession, name: str, language: str) -> bool:
    """Remove an upload and return whether there was one."""
    statement = delete(PromptUpload).where(PromptUpload.name == name, PromptUpload.language == language)
    removed = await db.scalars(statement.returning(PromptUpload.name))
    return removed.first() is not None
