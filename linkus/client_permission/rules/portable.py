"""Writes the subjects of rules as other installations know them, and finds them by that."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.people import PeopleDirectory
from linkus.client_permission.rules.resolution import Subject
from linkus.client_permission.rules.schemas import PortableSubject
from linkus.client_permission.rules.subjects import EVERYBODY
from linkus.kit.errors import FieldError
from linkus.organization import repository as organization
from linkus.organization.naming import EVERYONE_ID, name_key
from linkus.organization.tree import Tree

_EVERYONE, _COMPANY = EVERYBODY
_FIELD_OF_KIND = {"extension": "number", "group": "name", "department": "path"}


async def read_directory(db: AsyncSession, people: PeopleDirectory) -> Directory:
    groups = {group.id: group.name for group in await organization.groups(db)}
    return Directory((await people.current()).ids, groups, await organization.tree(db))


@dataclass(frozen=True)
class Directory:
    """Holds what rules can name: extensions by number, groups by id, and the departments."""

    extensions: Mapping[str, int]
    groups: Mapping[int, str]
    tree: Tree

    @functools.cached_property
    def _numbers(self) -> dict[int, str]:
        return {extension_id: number for number, extension_id in self.extensions.items()}

    def written(self, subject: Subject) -> PortableSubject:
        if subject == _EVERYONE:
            return PortableSubject(kind="group")
        if subject == _COMPANY:
            return PortableSubject(kind="department", path=[])
        if subject.kind == "group":
            return PortableSubject(kind="group", name=self.groups[subject.id])
        if subject.kind == "department":
            return PortableSubject(kind="department", path=self.tree.path(subject.id))
        return PortableSubject(kind="extension", number=self._numbers[subject.id])

    def found(self, subject: PortableSubject) -> Subject | tuple[str, FieldError]:
        """Return the subject, or the field that is wrong and why."""
        own = _FIELD_OF_KIND[subject.kind]
        for name in _FIELD_OF_KIND.values():
            if name != own and getattr(subject, name) is not None:
                return name, FieldError("permission_subject_other_kind", {"kind": subject.kind})
        match subject.kind:
            case "extension":
                extension_id = self.extensions.get(subject.number or "")
                error = FieldError("permission_extension_unknown", {"number": subject.number or ""})
                return (own, error) if extension_id is None else Subject("extension", extension_id)
            case "group":
                return self._group(subject.name)
            case "department":
                department_id = self.tree.find(subject.path or [])
                error = FieldError("permission_department_unknown", {"path": "/".join(subject.path or [])})
                return (own, error) if department_id is None else Subject("department", department_id)

    def find_all(self, subjects: Sequence[PortableSubject], place: str, errors: dict[str, FieldError]) -> list[Subject]:
        """Return the subjects that exist. Enter each other one in `errors`, by its place in the file."""
        existing = []
        for at, named in enumerate(subjects):
            found = self.found(named)
            if isinstance(found, Subject):
                existing.append(found)
            else:
                errors[f"{place}.{at}.{found[0]}"] = found[1]
        return existing

    def _group(self, name: str | None) -> Subject | tuple[str, FieldError]:
        if not name:
            return Subject("group", EVERYONE_ID)
        key = name_key(name)
        for group_id, group_name in self.groups.items():
            if name_key(group_name) == key:
                return Subject("group", group_id)
        return "name", FieldError("permission_group_unknown", {"name": name})
