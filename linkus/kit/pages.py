"""Paginates lists: `?page=&page_size=&search=&sort=`, answered as `Page[Item]`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

ItemT = TypeVar("ItemT")
MAX_PAGE_SIZE = 500


class Page(BaseModel, Generic[ItemT]):
    items: list[ItemT]
    total: int
    page: int
    page_size: int


class Paging(BaseModel):
    page: int
    page_size: int


def _paging(
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1, page_size: Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE)] = 50
) -> Paging:
    return Paging(page=page, page_size=page_size)


PagingQuery = Annotated[Paging, Depends(_paging)]


async def fetch_page(session: AsyncSession, statement: Select[Any], paging: Paging) -> tuple[list[Any], int]:
    """Return (rows of the page, total number of rows). The statement must already be ordered."""
    total = await session.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
    rows = await session.execute(statement.limit(paging.page_size).offset((paging.page - 1) * paging.page_size))
    return list(rows.scalars().all()), total or 0


def order(
    statement: Select[Any],
    sort: StrEnum,
    columns: Mapping[str, ColumnElement[Any] | InstrumentedAttribute[Any]],
    tie: InstrumentedAttribute[Any],
) -> Select[Any]:
    """Order by an allow-listed key; `-key` means descending. Sort keys are an enum (compare FreePBX CVE-2026-44238)."""
    column = columns[sort.value.removeprefix("-")]
    return statement.order_by(column.desc() if sort.value.startswith("-") else column.asc(), tie.asc())


def like_pattern(search: str) -> str:
    """Return `search` as a LIKE pattern with the escape character `\\`, so that % and _ match themselves."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
