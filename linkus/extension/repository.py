from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.schemas import ExtensionSort
from linkus.kit.pages import PageRows, Paging, SortColumns, by_value, fetch_page, like_pattern, order
from linkus.organization.queries import directly_in_department, in_department, in_group
from linkus.shared.models.extension import Extension, derive

_SORT_COLUMNS: SortColumns = {
    "number": by_value(Extension.number),
    "name": Extension.display_name,
    "email": Extension.email_key,
    "mobile_number": Extension.mobile_number,
    "linkus_enabled": Extension.linkus_enabled,
    "created_at": Extension.created_at,
}
_CHUNK_EXTENSIONS = 1000


@dataclass(frozen=True)
class ExtensionFilter:
    search: str = ""
    linkus_enabled: bool | None = None
    numbers: Collection[str] | None = None  # only these
    not_numbers: Collection[str] | None = None  # all but these
    department_id: int | None = None
    below: bool = True  # also in the departments below that one
    group_id: int | None = None


def _filtered(filters: ExtensionFilter) -> Select[Extension]:
    query = select(Extension)
    if filters.search:
        query = query.where(Extension.search_key.like(like_pattern(filters.search.lower()), escape="\\"))
    if filters.linkus_enabled is not None:
        query = query.where(Extension.linkus_enabled.is_(filters.linkus_enabled))
    if filters.numbers is not None:
        query = query.where(Extension.number.in_(list(filters.numbers)))
    if filters.not_numbers is not None:
        query = query.where(Extension.number.not_in(list(filters.not_numbers)))
    if filters.department_id is not None:
        inside = in_department if filters.below else directly_in_department
        query = query.where(inside(Extension.id, filters.department_id))
    if filters.group_id is not None:
        query = query.where(in_group(Extension.id, filters.group_id))
    return query


async def page(db: AsyncSession, filters: ExtensionFilter, sort: ExtensionSort, paging: Paging) -> PageRows[Extension]:
    return await fetch_page(db, order(_filtered(filters), sort, _SORT_COLUMNS, Extension.id), paging)


async def ids(db: AsyncSession, filters: ExtensionFilter) -> list[int]:
    query = _filtered(filters).order_by(*by_value(Extension.number)).with_only_columns(Extension.id)
    return list((await db.scalars(query)).all())


async def ids_of_numbers(db: AsyncSession, numbers: Collection[str]) -> list[int]:
    return list((await db.scalars(select(Extension.id).where(Extension.number.in_(list(numbers))))).all())


async def stream(db: AsyncSession) -> AsyncIterator[Extension]:
    """Yield all extensions by number, some at a time, so that an export never holds 10,000 objects."""
    query = select(Extension).order_by(*by_value(Extension.number)).execution_options(yield_per=_CHUNK_EXTENSIONS)
    async for extension in (await db.stream(query)).scalars():
        yield extension


async def insert_many(db: AsyncSession, extensions: Sequence[Extension]) -> None:
    columns = [column.key for column in inspect(Extension).column_attrs]
    for extension in extensions:
        derive(extension)
    rows = [{key: vars(extension)[key] for key in columns if key in vars(extension)} for extension in extensions]
    await db.execute(insert(Extension), rows)


async def by_id(db: AsyncSession, extension_id: int) -> Extension | None:
    return await db.get(Extension, extension_id)


async def by_ids(db: AsyncSession, ids: Collection[int]) -> list[Extension]:
    return list((await db.scalars(select(Extension).where(Extension.id.in_(list(ids))))).all())


async def by_numbers(db: AsyncSession, numbers: Collection[str]) -> dict[str, Extension]:
    rows = await db.scalars(select(Extension).where(Extension.number.in_(list(numbers))))
    return {extension.number: extension for extension in rows}


async def taken_numbers(db: AsyncSession, numbers: Collection[str]) -> set[str]:
    return set((await db.scalars(select(Extension.number).where(Extension.number.in_(list(numbers))))).all())


async def email_owners(db: AsyncSession, emails: Collection[str]) -> dict[str, str]:
    """Return the numbers of the extensions that have these addresses, by lower-case address."""
    keys = [email.lower() for email in emails if email]
    if not keys:
        return {}
    rows = await db.execute(select(Extension.email_key, Extension.number).where(Extension.email_key.in_(keys)))
    return {email: number for email, number in rows.all() if email is not None}
