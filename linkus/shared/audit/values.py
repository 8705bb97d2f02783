"""Prepares values for the audit log: without secrets, and with names in place of ids. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from sqlalchemy import inspect

from linkus.kit.database import Base
from linkus.shared.audit.kinds import AuditObject, is_ignored, is_secret

Values = Mapping[str, Any] | BaseModel | Base
MASK = "••••••"
MAX_ITEMS = 200  # of a list; a rule can name a thousand extensions
MAX_TEXT_CHARACTERS = 5000
_EMPTY: tuple[Any, ...] = (None, "", [], {})


def snapshot(values: Values | None) -> dict[str, Any]:
    """Return plain values, which later changes of the object do not reach."""
    if values is None:
        return {}
    if isinstance(values, BaseModel):
        return values.model_dump(mode="json")
    if isinstance(values, Base):
        state = inspect(values)
        # a column that was not loaded (a large or deferred one) stays unread
        return {
            column.key: getattr(values, column.key)
            for column in state.mapper.column_attrs
            if column.key not in state.unloaded or state.transient
        }
    return dict(values)


def difference(
    about: AuditObject, before: Values | None, after: Values | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what differs, before and after. Without one of them, all that the other says, except empty values."""
    was, will_be = _told(about, snapshot(before)), _told(about, snapshot(after))
    names = [name for name in {**was, **will_be} if was.get(name) != will_be.get(name)]
    if before is not None and after is not None:
        return _shown(about, was, names), _shown(about, will_be, names)
    return (
        _shown(about, was, [name for name in names if was.get(name) not in _EMPTY]),
        _shown(about, will_be, [name for name in names if will_be.get(name) not in _EMPTY]),
    )


def _told(about: AuditObject, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not is_ignored(about, name)}


def _shown(about: AuditObject, values: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: _masked(about, name, values[name]) for name in names if name in values}


def _masked(about: AuditObject, name: str, value: Any) -> Any:
    if is_secret(about, name):
        return MASK if value else ""
    return _named(to_jsonable_python(value))


def _named(value: Any) -> Any:
    """Return what people call a value: the number and name of an extension, the path of a department."""
    if isinstance(value, list):
        return [_named(item) for item in value[:MAX_ITEMS]] + (["…"] if len(value) > MAX_ITEMS else [])
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT_CHARACTERS else f"{value[:MAX_TEXT_CHARACTERS]}…"
    if not isinstance(value, dict):
        return value
    if "label" in value:
        return value["label"] or f"{value.get('kind', '')}_all"
    if "number" in value:
        return f"{value['number']} {value.get('display_name') or value.get('name') or ''}".strip()
    if "path" in value:
        return "/".join(value["path"])
    if set(value) <= {"id", "name", "enabled"} and "name" in value:
        return value["name"]
    # ids stand beside the names of the same
    return {name: _named(inner) for name, inner in value.items() if not name.endswith("_ids")}
