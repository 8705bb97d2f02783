"""Lets an administrator in again who has lost the second factor, from the command line of the server's machine."""

from __future__ import annotations

from dataclasses import dataclass

from linkus.administrator.roles.service import role_name
from linkus.administrator.second_factor import service
from linkus.kit.actor import Actor, ActorKind, acting
from linkus.kit.database import Database
from linkus.kit.messages import LANGUAGES
from linkus.session.second_factor import repository
from linkus.shared.roles.holders import all_holders

COMMAND = Actor(ActorKind.COMMAND_LINE, name="linkus rescue")


@dataclass(frozen=True)
class Rescuable:
    """Describes an administrator. `role` has its name in each language."""

    name: str
    role: tuple[str, ...]
    disabled: bool
    has_second_factor: bool


async def administrators(database: Database) -> list[Rescuable]:
    async with database.transaction(write=False) as db:
        having = await repository.all_confirmed(db)
        return [
            Rescuable(
                found.name,
                tuple(dict.fromkeys(role_name(language, found.role) for language in LANGUAGES)),
                found.administrator.disabled,
                found.administrator.id in having,
            )
            for found in await all_holders(db)
        ]


async def remove_second_factor(database: Database, name: str) -> bool | None:
    """Remove the second factor of an administrator, by name or extension number, and write it to the audit log.

    Return whether there was one, and None if there is no such administrator."""
    async with database.transaction() as db:
        for found in await all_holders(db):
            if found.name == name.strip().lower():
                with acting(COMMAND):
                    return await service.remove_factor(db, found.administrator.id)
    return None
