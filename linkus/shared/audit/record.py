"""Writes an entry of the audit log, in the transaction of the change that it tells of. Every feature calls it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.actor import ChangeWay, current_actor
from linkus.kit.clock import now
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.values import Values, difference
from linkus.shared.models.audit import AuditEntry

_BY_WAY = {ChangeWay.RESTORE: AuditAction.RESTORED, ChangeWay.UNDO: AuditAction.UNDONE}
MAX_NAME_CHARACTERS = 255
MAX_WORDS = 4000
MAX_NAMED = 50


def record(
    db: AsyncSession,
    action: AuditAction,
    about: AuditObject,
    object_id: int | None = None,
    name: str = "",
    *,
    before: Values | None = None,
    after: Values | None = None,
) -> None:
    """Record what the present actor does. With both `before` and `after`, a change that changes nothing is no entry.

    `before` of a row that is changed in place must be a `snapshot` of it. A change that restores a past value or undoes
    the last change is told as such.
    """
    was, will_be = difference(about, before, after)
    if before is not None and after is not None and not was and not will_be:
        return
    actor = current_actor()
    if action is AuditAction.CHANGED and actor.way is not None:
        action = _BY_WAY[actor.way]
    db.add(
        AuditEntry(
            created_at=now(),
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            actor_name=actor.name[:150],
            address=actor.address[:63],
            object_kind=about.value,
            object_id=object_id,
            object_name=name[:MAX_NAME_CHARACTERS],
            action=action.value,
            before=was,
            after=will_be,
            words=_words(actor.name, actor.address, name, was, will_be),
        )
    )


def numbers_of_many(numbers: Sequence[str]) -> dict[str, Any]:
    """Tell of many extensions in one entry: how many, and which ones as far as there is room."""
    shown = sorted(numbers, key=lambda number: (len(number), number))[:MAX_NAMED]
    return {"count": len(numbers), "numbers": [*shown, *(["…"] if len(numbers) > MAX_NAMED else [])]}


def _words(*parts: Any) -> str:
    texts = [part if isinstance(part, str) else json.dumps(part, ensure_ascii=False) for part in parts]
    return "\n".join(text for text in texts if text).lower()[:MAX_WORDS]
