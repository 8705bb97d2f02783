"""Reads and writes the columns of departments and groups in the CSV file of extensions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import FieldError
from linkus.organization import repository
from linkus.organization.cells import read_names, read_paths, written_names, written_paths
from linkus.organization.models import DepartmentMember, ExtensionGroupMember
from linkus.organization.naming import COMPANY_ID, is_everyone, is_unnamed_company, name_key
from linkus.organization.tree import Tree
from linkus.shared.general_settings import company_name

DEPARTMENTS, GROUPS = "organization", "extension_group"
FIELDS = (DEPARTMENTS, GROUPS)
_SHOWN_CHARACTERS = 200


@dataclass(frozen=True)
class Places:
    """Holds the departments and groups that the cells of a file name."""

    company: str
    tree: Tree
    groups: Mapping[int, str]

    def departments(self, cell: str) -> set[int] | FieldError:
        """Return the departments that a cell names. The company, or an empty cell, is none."""
        found: set[int] = set()
        for path in read_paths(cell):
            department_id = self._find(path)
            if department_id is None:
                return FieldError("csv_department_unknown", {"path": written_paths([path])[:_SHOWN_CHARACTERS]})
            found.add(department_id)
        return found - {COMPANY_ID}

    def _find(self, path: list[str]) -> int | None:
        """Look a path up below the company's name, with which full paths begin, and otherwise without it. A company
        without a name is called as the pages call it."""
        if name_key(path[0]) == name_key(self.company) if self.company else is_unnamed_company(path[0]):
            below = self.tree.find(path[1:])
            if below is not None:
                return below
        return self.tree.find(path)

    def groups_of(self, cell: str) -> set[int] | FieldError:
        """Return the groups that a cell names. That of all extensions is none, because everybody is in it."""
        by_key = {name_key(name): group_id for group_id, name in self.groups.items()}
        found: set[int] = set()
        for name in read_names(cell):
            if name_key(name) in by_key:
                found.add(by_key[name_key(name)])
            elif not is_everyone(name):
                return FieldError("csv_extension_group_unknown", {"name": name[:_SHOWN_CHARACTERS]})
        return found

    def departments_cell(self, department_ids: Collection[int]) -> str:
        root = [self.company] if self.company else []
        paths = sorted(self.tree.path(department_id) for department_id in department_ids)
        return written_paths([*root, *path] for path in paths or [[]] if root or path)

    def groups_cell(self, group_ids: Collection[int]) -> str:
        return written_names(sorted(self.groups[group_id] for group_id in group_ids))


@dataclass(frozen=True)
class AllPlaces:
    """Holds the departments and groups of every extension, for an export."""

    places: Places
    department_ids: Mapping[int, Collection[int]]
    group_ids: Mapping[int, Collection[int]]

    def cells(self, extension_id: int) -> dict[str, str]:
        """Return the cells of an extension by field."""
        return {
            DEPARTMENTS: self.places.departments_cell(self.department_ids.get(extension_id, ())),
            GROUPS: self.places.groups_cell(self.group_ids.get(extension_id, ())),
        }


async def all_places(db: AsyncSession) -> AllPlaces:
    departments = await repository.all_memberships(db, DepartmentMember)
    groups = await repository.all_memberships(db, ExtensionGroupMember)
    return AllPlaces(await places(db), _by_extension(departments), _by_extension(groups))


def _by_extension(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for extension_id, owner_id in pairs:
        found.setdefault(extension_id, []).append(owner_id)
    return found


async def places(db: AsyncSession) -> Places:
    groups = {group.id: group.name for group in await repository.groups(db)}
    return Places(await company_name(db), await repository.tree(db), groups)
