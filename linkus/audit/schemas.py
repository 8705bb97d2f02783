from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel

from linkus.kit.actor import ActorKind
from linkus.kit.fields import MAX_ID, Moment, SearchQuery
from linkus.shared.audit.kinds import AuditAction, AuditObject


class AuditedValue(BaseModel):
    """Shows one value before and after, in the reader's language. Null: there was none, or there is none any more."""

    name: str
    label: str
    before: str | None
    after: str | None


class AuditItem(BaseModel):
    """Shows an entry. `actor_label`, `object_label`, `action_label` and the values are in the reader's language."""

    id: int
    created_at: datetime
    actor: ActorKind
    actor_name: str
    actor_label: str
    address: str
    object: AuditObject
    object_id: int | None
    object_name: str
    object_label: str
    action: AuditAction
    action_label: str
    values: list[AuditedValue]


class AuditChoice(BaseModel):
    """Offers a value to filter by, with its name in the reader's language."""

    value: str
    label: str


class AuditChoices(BaseModel):
    """Lists what the audit log can be filtered by. `actors`: the administrators that occur in it."""

    actors: list[AuditChoice]
    objects: list[AuditChoice]
    actions: list[AuditChoice]


class AuditFilter(BaseModel):
    search: str = ""
    actor: str = ""
    object: AuditObject | None = None
    object_id: int | None = None
    action: AuditAction | None = None
    since: datetime | None = None
    until: datetime | None = None


def _filter(
    search: SearchQuery = "",
    actor: SearchQuery = "",
    object: AuditObject | None = None,  # noqa: A002 the name in the query
    object_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
    action: AuditAction | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> AuditFilter:
    return AuditFilter(
        search=search, actor=actor, object=object, object_id=object_id, action=action, since=since, until=until
    )


AuditQuery = Annotated[AuditFilter, Depends(_filter)]
