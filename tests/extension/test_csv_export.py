"""The exported file of extensions has every value and no secret."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from linkus.extension.csv_columns import COLUMNS, export
from linkus.organization.models import ExtensionGroup, ExtensionGroupMember
from linkus.organization.naming import name_key
from linkus.shared.models.extension import Extension
from tests.support.sqlite import small_database

WANG = {
    "number": "0100",
    "first_name": "伟",
    "last_name": "王",
    "email": "wang@example.cn",
    "mobile_number": "+86138",
    "caller_id": "62001001",
    "language": "en",
    "email_language": "zh-CN",
    "registration_name": "reg",
    "phone_max_contacts": 3,
    "emergency_caller_id": "110",
    "voicemail_enabled": False,
    "linkus_enabled": True,
}
SECRETS = {"registration_ha1": "0" * 32, "voicemail_pin_sealed": "sealed", "password_hash": "hashed"}


async def test_the_file_has_every_extension_by_number(tmp_path: Path) -> None:
    async with small_database(tmp_path) as database:
        async with database.transaction() as db:
            db.add(Extension(**WANG, **SECRETS))
            db.add(Extension(**{**WANG, "number": "0099", "email": None, "mobile_number": ""}, **SECRETS))
        data = b"".join([piece async for piece in export(database, "en")]).decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(data))
    written = {
        **{field: str(value) for field, value in WANG.items()},
        "number": "'0100",
        "mobile_number": "'+86138",
        "voicemail_enabled": "0",
        "linkus_enabled": "1",
    }
    assert second == {column.english: written.get(column.field, "") for column in COLUMNS}
    assert (first["Extension Number"], first["Email Address"], first["Mobile Number"]) == ("'0099", "", "")
    assert not [secret for secret in SECRETS.values() if secret in data]


async def test_headings_are_the_reader_s_and_groups_are_each_extension_s_own(tmp_path: Path) -> None:
    async with small_database(tmp_path) as database:
        async with database.transaction() as db:
            members = [Extension(**{**WANG, "number": number, "email": None}, **SECRETS) for number in ("0099", "0100")]
            groups = [ExtensionGroup(name=name, name_key=name_key(name)) for name in ("销售", "客服")]
            db.add_all([*members, *groups])
            await db.flush()
            db.add_all(
                ExtensionGroupMember(group_id=group.id, extension_id=member.id)
                for member, group in zip(members, groups, strict=True)
            )
        data = b"".join([piece async for piece in export(database, "zh-CN")]).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    assert list(rows[0]) == [column.chinese for column in COLUMNS]
    assert [row["分机组"] for row in rows] == ["销售", "客服"]
