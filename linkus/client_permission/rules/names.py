"""Names the subjects of rules for people, and checks that they exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.rules.resolution import Subject
from linkus.client_permission.rules.subjects import EVERYBODY
from linkus.extension.repository import by_ids
from linkus.organization import repository as organization


async def labels(db: AsyncSession, subjects: Iterable[Subject]) -> dict[Subject, str]:
    """Return what people call each subject that exists. Everybody and the whole company have no name of their own."""
    chosen = frozenset(subjects)
    found = dict.fromkeys(chosen.intersection(EVERYBODY), "")
    for extension in await by_ids(db, _ids(chosen, "extension")):
        found[Subject("extension", extension.id)] = f"{extension.number} {extension.display_name}".strip()
    if wanted := _ids(chosen, "group"):
        names = {group.id: group.name for group in await organization.groups(db)}
        found |= {Subject("group", group_id): names[group_id] for group_id in wanted if group_id in names}
    if wanted := _ids(chosen, "department"):
        tree = await organization.tree(db)
        found |= {Subject("department", each): "/".join(tree.path(each)) for each in wanted if each in tree}
    return found


def _ids(subjects: Collection[Subject], kind: str) -> set[int]:
    return {subject.id for subject in subjects if subject.kind == kind and subject.id}
