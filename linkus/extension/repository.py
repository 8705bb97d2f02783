from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.models import Extension, derive
from linkus.extension.schemas import ExtensionSort
from linkus.kit.pages import Paging, fetch_page, like_pattern, order

# sorts numbers by value: 20 before 1001. No number has more than eight digits, so length and then text suffice
_SORT_COLUMNS = {
    "name": Extension.display_name,
    "email": Extension.email_key,
    "mobile_number": Extension.mobile_number,
    "linkus_enabled": Extension.linkus_enabled,
    "created_at": Extension.created_at,
}
_CHUNK = 1000


@dataclass(frozen=True)
class ExtensionFilter:
    search: str = ""
    linkus_enabled: bool | None = None
    numbers: Collection[str] | None = None  # only these
    not_numbers: Collection[str] | None = None  # all but these


def _ordered(query: Select[Extension], sort: ExtensionSort) -> Select[Extension]:
    if sort is ExtensionSort.NUMBER:
        return query.order_by(func.length(Extension.number), Extension.number)
    if sort is ExtensionSort.NUMBER_DESC:
        return query.order_by(func.length(Extension.number).desc(), Extension.number.desc())
    return order(query, sort, _SORT_COLUMNS, Extension.id)


def _filtered(wanted: ExtensionFilter) -> Select[Extension]:
    query = select(Extension)
    if wanted.search:
        query = query.where(Extension.search_key.like(like_pattern(wanted.search.lower()), escape="\\"))
    if wanted.linkus_enabled is not None:
        query = query.where(Extension.linkus_enabled.is_(wanted.linkus_enabled))
    if wanted.numbers is not None:
        query = query.where(Extension.number.in_(list(wanted.numbers)))
    if wanted.not_numbers is not None:
        query = query.where(Extension.number.not_in(list(wanted.not_numbers)))
    return query


async def page(
    db: AsyncSession, wanted: ExtensionFilter, sort: ExtensionSort, paging: Paging
) -> tuple[list[Extension], int]:
    return await fetch_page(db, _ordered(_filtered(wanted), sort), paging)


async def ids(db: AsyncSession, wanted: ExtensionFilter) -> list[int]:
    query = _ordered(_filtered(wanted), ExtensionSort.NUMBER).with_only_columns(Extension.id)
    return list((await db.scalars(query)).all())


async def stream(db: AsyncSession) -> AsyncIterator[Extension]:
    """Yield all extensions by number, some at a time, so that an export never holds 10,000 objects."""
    query = _ordered(select(Extension), ExtensionSort.NUMBER).execution_options(yield_per=_CHUNK)
    async for extension in (await db.stream(query)).scalars():
        yield extension


async def insert_many(db: AsyncSession, extensions: Sequence[Extension]) -> None:
    columns = [column.key for column in inspect(Extension).column_attrs]
    for extension in extensions:
        derive(extension)
    rows = [{key: vars(one)[key] for key in columns if key in vars(one)} for one in extensions]
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
