"""Conditions on extensions by department and group, for the queries of this feature and of others."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import InstrumentedAttribute

from linkus.organization.models import Department, DepartmentMember, ExtensionGroupMember
from linkus.organization.naming import COMPANY_ID, EVERYONE_ID

ExtensionId = InstrumentedAttribute[int]


def _below(department_ids: Collection[int]) -> Select[tuple[int]]:
    """Select the ids of departments and of everything below them."""
    top = select(Department.id).where(Department.id.in_(department_ids)).cte("below", recursive=True)
    return select(top.union(select(Department.id).where(Department.parent_id == top.c.id)).c.id)


def in_departments(extension_id: ExtensionId, department_ids: Collection[int]) -> ColumnElement[bool]:
    """Match the extensions of departments and of everything below them."""
    inside = select(DepartmentMember.extension_id).where(DepartmentMember.department_id.in_(_below(department_ids)))
    return extension_id.in_(inside)


def in_groups(extension_id: ExtensionId, group_ids: Collection[int]) -> ColumnElement[bool]:
    inside = select(ExtensionGroupMember.extension_id).where(ExtensionGroupMember.group_id.in_(group_ids))
    return extension_id.in_(inside)


def in_department(extension_id: ExtensionId, department_id: int) -> ColumnElement[bool]:
    """Match the extensions of a department and of everything below it. The company has all extensions."""
    return true() if department_id == COMPANY_ID else in_departments(extension_id, [department_id])


def in_group(extension_id: ExtensionId, group_id: int) -> ColumnElement[bool]:
    return true() if group_id == EVERYONE_ID else in_groups(extension_id, [group_id])
