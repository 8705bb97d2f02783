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


def departments_of(extension_id: int) -> Select[tuple[int]]:
    """Select the ids of an extension's departments and of all departments above them."""
    own = select(DepartmentMember.department_id.label("id")).where(DepartmentMember.extension_id == extension_id)
    above = own.cte("above", recursive=True)
    parents = select(Department.parent_id).where(Department.id == above.c.id, Department.parent_id.is_not(None))
    return select(above.union(parents).c.id)


def groups_of(extension_id: int) -> Select[int]:
    return select(ExtensionGroupMember.group_id).where(ExtensionGroupMember.extension_id == extension_id)


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


def directly_in_department(extension_id: ExtensionId, department_id: int) -> ColumnElement[bool]:
    """Match the extensions of a department, without those below it. Those in no department are directly in the
    company."""
    if department_id == COMPANY_ID:
        return extension_id.not_in(select(DepartmentMember.extension_id))
    return extension_id.in_(
        select(DepartmentMember.extension_id).where(DepartmentMember.department_id == department_id)
    )


def in_group(extension_id: ExtensionId, group_id: int) -> ColumnElement[bool]:
    return true() if group_id == EVERYONE_ID else in_groups(extension_id, [group_id])
