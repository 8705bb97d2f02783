"""Each request of the portal reads what its administrator may do, with one statement."""

from __future__ import annotations

from typing import Any

import pytest

from linkus.kit.clock import now
from linkus.session.auth import AdministratorPrincipal, check_administrator
from linkus.session.second_factor.check import KEY
from linkus.shared.models.administrator import Administrator, CustomRole, SecondFactor
from linkus.shared.models.setting import Setting
from tests.support.api import Server
from tests.support.statements import counted


async def add(server: Server, *rows: Any) -> None:
    async with server.database.transaction() as db:
        db.add_all(rows)


async def checked(server: Server, administrator: Administrator) -> AdministratorPrincipal:
    return await check_administrator(server.database, (await server.open_session(administrator)).token)


async def test_one_statement_reads_role_rule_and_second_factor(server: Server) -> None:
    role = CustomRole(name="Operator", name_key="operator", permissions={"calls": "view"})
    await add(server, role, Setting(key=KEY, value={"required": True}, version=2))
    operator = await server.make_administrator("operator", role="custom", custom_role_id=role.id)
    await add(server, SecondFactor(administrator_id=operator.id, secret_sealed="sealed", confirmed_at=now()))
    token = (await server.open_session(operator)).token
    with counted(server.database) as statements:
        who = await check_administrator(server.database, token)
    assert len(statements) == 1
    assert (who.username, who.role.name, who.role.permissions) == ("operator", "Operator", {"calls": "view"})
    assert not who.second_factor_missing


@pytest.mark.parametrize("required", [None, False, True])
@pytest.mark.parametrize("factor", [None, "begun", "confirmed"])
async def test_the_second_factor_is_missing_only_if_it_is_required_and_not_confirmed(
    server: Server, administrator: Administrator, required: bool | None, factor: str | None
) -> None:
    if required is not None:
        await add(server, Setting(key=KEY, value={"required": required}, version=2))
    if factor is not None:
        confirmed_at = now() if factor == "confirmed" else None
        await add(
            server,
            SecondFactor(administrator_id=administrator.id, secret_sealed="sealed", confirmed_at=confirmed_at),
        )
    who = await checked(server, administrator)
    assert who.second_factor_missing is (required is True and factor != "confirmed")
    assert bool(who.role.permissions) is not who.second_factor_missing


async def test_another_administrators_factor_does_not_count(server: Server, administrator: Administrator) -> None:
    other = await server.make_administrator("other")
    await add(
        server,
        Setting(key=KEY, value={"required": True}, version=2),
        SecondFactor(administrator_id=other.id, secret_sealed="sealed", confirmed_at=now()),
    )
    assert (await checked(server, administrator)).second_factor_missing
    assert not (await checked(server, other)).second_factor_missing


async def test_the_user_of_an_extension_has_its_number_as_name(server: Server) -> None:
    extension = await server.make_extension("1234")
    holder = await server.make_administrator(f"@{extension.id}", extension_id=extension.id)
    who = await checked(server, holder)
    assert (who.username, who.extension_id) == ("1234", extension.id)
