"""Reports the effect of a bulk change before it is made. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal, cast

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_settings import bulk_repository
from linkus.client_settings.bulk_schemas import (
    LINKUS,
    MOST_NAMED,
    BulkChanges,
    BulkCheck,
    BulkItem,
    BulkRequest,
    LeavingClient,
)
from linkus.client_settings.default import default_values
from linkus.client_settings.rules import change_errors
from linkus.kit.errors import FieldError, ValidationFailed

CHUNK = 500
Kind = Literal["linkus", "mobile", "desktop", "web"]


def validate(changes: BulkChanges) -> dict[str, dict[str, Any]]:
    """Return the ticked values by kind. They must be valid for every extension, whatever its other values are."""
    by_kind = changes.by_kind()
    if not by_kind:
        raise ValidationFailed(fields={"changes": FieldError("bulk_nothing_chosen")})
    errors = {
        f"changes.{kind}.{name}": error
        for kind, values in by_kind.items()
        for name, error in change_errors(values).items()
    }
    if errors:
        raise ValidationFailed(fields=errors)
    return by_kind


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(ids), CHUNK):
        yield ids[begin : begin + CHUNK]


async def check(db: AsyncSession, given: BulkRequest) -> BulkCheck:
    by_kind = validate(given.changes)
    defaults = {kind: await default_values(db, kind) for kind in by_kind if kind != LINKUS}
    ids = sorted(set(given.extension_ids))
    differing: Counter[tuple[str, str]] = Counter()
    found, changed, sessions = 0, 0, 0
    named: list[LeavingClient] = []
    for chunk in chunks(ids):
        switches = await bulk_repository.switches(db, chunk)
        found += len(switches)
        touched: set[int] = set()
        for kind, values in by_kind.items():
            if kind == LINKUS:
                present = {one: {"linkus_enabled": enabled} for one, enabled in switches.items()}
            else:
                present = await bulk_repository.present(db, kind, chunk, list(values))
            for one in switches:
                now_there = present.get(one) or defaults[kind]
                different = [name for name, value in values.items() if now_there[name] != value]
                differing.update((kind, name) for name in different)
                if different:
                    touched.add(one)
        changed += len(touched)
        if given.changes.linkus_enabled is False:
            leaving = [one for one, enabled in switches.items() if enabled]
            sessions += await bulk_repository.live_count(db, leaving)
            if len(named) < MOST_NAMED:
                named += await bulk_repository.live_clients(db, leaving, MOST_NAMED - len(named))
    items = [
        BulkItem(kind=cast(Kind, kind), name=name, value=value, changed=differing[kind, name])
        for kind, values in by_kind.items()
        for name, value in values.items()
    ]
    return BulkCheck(
        extensions=found,
        not_found=len(ids) - found,
        changed=changed,
        items=items,
        sessions_ended=sessions,
        signs_out=named,
    )
