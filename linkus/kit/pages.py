"""Paginates lists: `?page=&page_size=&search=&sort=`, answered as `Page[Item]`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar, TypeVarTuple

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

ItemT = TypeVar("ItemT")
RowT = TypeVar("RowT")
LeftT = TypeVar("LeftT")
RightT = TypeVar("RightT")
RowTs = TypeVarTuple("RowTs")
SortColumn = ColumnElement[Any] | InstrumentedAttribute[Any]
SortColumns = Mapping[str, SortColumn | tuple[SortColumn, ...]]  # by sort key
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


@dataclass(frozen=True)
class PageRows(Generic[RowT]):
    """Holds the rows of one page, and how many rows there are in all."""

    rows: list[RowT]
    total: int
    paging: Paging

    def page(self, item: Callable[[RowT], ItemT]) -> Page[ItemT]:
        items = [item(row) for row in self.rows]
        return Page(items=items, total=self.total, page=self.paging.page, page_size=self.paging.page_size)


async def fetch_page(session: AsyncSession, statement: Select[RowT], paging: Paging) -> PageRows[RowT]:
    """Return the rows of a page. The statement must already be ordered."""
    total = await _count(session, statement)
    return PageRows(list((await session.scalars(_limited(statement, paging))).all()), total, paging)


async def fetch_page_of_pairs(
    session: AsyncSession, statement: Select[LeftT, RightT], paging: Paging
) -> PageRows[tuple[LeftT, RightT]]:
    """Return the rows of a page of a statement that selects two objects. It must already be ordered."""
    total = await _count(session, statement)
    rows = (await session.execute(_limited(statement, paging))).all()
    return PageRows([(row[0], row[1]) for row in rows], total, paging)


async def _count(session: AsyncSession, statement: Select[*RowTs]) -> int:
    return await session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0


def _limited(statement: Select[*RowTs], paging: Paging) -> Select[*RowTs]:
    return statement.limit(paging.page_size).offset((paging.page - 1) * paging.page_size)


def by_value(number: InstrumentedAttribute[str]) -> tuple[SortColumn, SortColumn]:
    """Sort numbers by value: 20 before 1001. No number has more than eight digits, so length and then text suffice."""
    return func.length(number), number


def order(
    statement: Select[RowT],
    sort: StrEnum,
    columns: SortColumns,
    tie: InstrumentedAttribute[int],
) -> Select[RowT]:
    """Order by an allow-listed key; `-key` means descending. Sort keys are an enum (compare FreePBX CVE-2026-44238)."""
    chosen = columns[sort.value.removeprefix("-")]
    sorted_by = chosen if isinstance(chosen, tuple) else (chosen,)
    is_descending = sort.value.startswith("-")
    return statement.order_by(*(column.desc() if is_descending else column.asc() for column in sorted_by), tie.asc())


def like_pattern(search: str) -> str:
    """Return `search` as a LIKE pattern with the escape character `\\`, so that % and _ match themselves."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
