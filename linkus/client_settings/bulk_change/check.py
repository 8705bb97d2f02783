"""Reports the effect of a bulk change before it is made. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal, cast

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_settings.bulk_change import repository
from linkus.client_settings.bulk_change.apply import CHUNK_EXTENSIONS
from linkus.client_settings.bulk_change.schemas import (
    LINKUS,
    MAX_NAMED_CLIENTS,
    BulkChanges,
    BulkCheck,
    BulkItem,
    BulkRequest,
    LeavingClient,
)
from linkus.client_settings.default import default_values
from linkus.client_settings.rules import change_errors
from linkus.kit.errors import FieldError, ValidationFailed

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
    for start in range(0, len(ids), CHUNK_EXTENSIONS):
        yield ids[start : start + CHUNK_EXTENSIONS]


async def _present_values(
    db: AsyncSession, kind: str, switches: dict[int, bool], names: list[str]
) -> dict[int, dict[str, Any]]:
    """Return these values of the extensions that have a row, or their switches."""
    if kind == LINKUS:
        return {extension_id: {"linkus_enabled": enabled} for extension_id, enabled in switches.items()}
    return await repository.present(db, kind, switches, names)


async def check(db: AsyncSession, body: BulkRequest) -> BulkCheck:
    by_kind = validate(body.changes)
    defaults = {kind: await default_values(db, kind) for kind in by_kind if kind != LINKUS}
    ids = sorted(set(body.extension_ids))
    differing_counts: Counter[tuple[str, str]] = Counter()
    found_count, changed_count, sessions_ended = 0, 0, 0
    signs_out: list[LeavingClient] = []
    for chunk in chunks(ids):
        switches = await repository.switches(db, chunk)
        found_count += len(switches)
        differing_ids: set[int] = set()
        for kind, values in by_kind.items():
            present_values = await _present_values(db, kind, switches, list(values))
            for extension_id in switches:
                present = present_values.get(extension_id) or defaults[kind]
                differing_names = [name for name, value in values.items() if present[name] != value]
                differing_counts.update((kind, name) for name in differing_names)
                if differing_names:
                    differing_ids.add(extension_id)
        changed_count += len(differing_ids)
        if body.changes.linkus_enabled is False:
            leaving_ids = [id_ for id_, enabled in switches.items() if enabled]
            sessions_ended += await repository.live_count(db, leaving_ids)
            if len(signs_out) < MAX_NAMED_CLIENTS:
                signs_out += await repository.live_clients(db, leaving_ids, MAX_NAMED_CLIENTS - len(signs_out))
    items = [
        BulkItem(kind=cast(Kind, kind), name=name, value=value, changed=differing_counts[kind, name])
        for kind, values in by_kind.items()
        for name, value in values.items()
    ]
    return BulkCheck(
        extensions=found_count,
        not_found=len(ids) - found_count,
        changed=changed_count,
        items=items,
        sessions_ended=sessions_ended,
        signs_out=signs_out,
    )
