"""Imports a file of rules: matches its rules with the present ones by name, and writes the difference.

Permission rules and visibility rules take the same course. They differ in their values, and in how these are written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from linkus.kit.errors import FieldError, ValidationFailed


class ImportedRule(BaseModel):
    """Names a rule of an import. A new one has no id yet; the name may be empty."""

    id: int | None = None
    name: str


class _Named(Protocol):
    @property
    def name(self) -> Any: ...  # str, which the checkers do not see through a column of SQLAlchemy


class _Row(_Named, Protocol):
    @property
    def id(self) -> Any: ...


RowT = TypeVar("RowT", bound=_Row)
ValuesT = TypeVar("ValuesT", bound=_Named)
RowT_contra = TypeVar("RowT_contra", contravariant=True)
ValuesT_contra = TypeVar("ValuesT_contra", contravariant=True)


@dataclass
class ImportPlan(Generic[RowT, ValuesT]):
    """Holds what an import does: values for new rules and for present ones, and rules that go."""

    added: list[ValuesT] = field(default_factory=list)
    changed: list[tuple[RowT, ValuesT]] = field(default_factory=list)
    deleted: list[RowT] = field(default_factory=list)
    unchanged: int = 0

    def told(self) -> dict[str, Any]:
        """Return which rules these are for the answer to the administrator."""
        return {
            "added": [ImportedRule(name=values.name) for values in self.added],
            "changed": [ImportedRule(id=row.id, name=row.name) for row, _values in self.changed],
            "deleted": [ImportedRule(id=row.id, name=row.name) for row in self.deleted],
            "unchanged": self.unchanged,
        }


class RuleWriter(Protocol[RowT_contra, ValuesT_contra]):
    """Writes one kind of rules."""

    async def delete(self, rows: Sequence[RowT_contra]) -> None: ...

    async def change(self, row: RowT_contra, values: ValuesT_contra) -> None: ...

    async def add(self, values: ValuesT_contra) -> None: ...

    def publish(self) -> None:
        """Publish once that many rules have changed."""


def plan_import(
    rows: Sequence[RowT],
    rules: Sequence[ValuesT],
    is_same: Callable[[RowT, ValuesT], bool],
    *,
    delete_others: bool,
) -> ImportPlan[RowT, ValuesT]:
    """Match the rules of the file with the present rows by name. Several rules of one name are matched in order."""
    by_name: defaultdict[str, list[RowT]] = defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    plan = ImportPlan[RowT, ValuesT]()
    for values in rules:
        same_name = by_name[values.name]
        if not same_name:
            plan.added.append(values)
            continue
        row = same_name.pop(0)
        if is_same(row, values):
            plan.unchanged += 1
        else:
            plan.changed.append((row, values))
    left = [row for row in rows if row in by_name[row.name]]
    if delete_others:
        plan.deleted = left
    else:
        plan.unchanged += len(left)
    return plan


def check_count(plan: ImportPlan[Any, Any], present: int, maximum: int, code: str) -> None:
    if present + len(plan.added) - len(plan.deleted) > maximum:
        raise ValidationFailed(fields={"document.rules": FieldError(code, {"max": maximum})})


async def carry_out(plan: ImportPlan[RowT, ValuesT], writer: RuleWriter[RowT, ValuesT]) -> None:
    if plan.deleted:
        await writer.delete(plan.deleted)
    for row, values in plan.changed:
        await writer.change(row, values)
    for values in plan.added:
        await writer.add(values)
    if plan.deleted or plan.changed or plan.added:
        writer.publish()
