"""The exported file of inbound routes: in the order of trying, in the reader's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkus.kit.messages import Language
from linkus.route.csv_columns import export
from linkus.shared.models.extension import Extension
from linkus.shared.models.paging import PagingGroup
from linkus.shared.models.route import InboundRoute
from linkus.trunk.models import Trunk
from tests.support.sqlite import small_database

ENGLISH = """\
Name,Trunk,DID Number,DID Name,Destination,Destination Number,Enabled\r
Night,Telecom,'+8610,Hotline,Voicemail,1001,0\r
Hall,,100,,Paging Group,6000,1\r
Rest,,,,Extension,1001,1\r
"""
CHINESE = """\
名称,中继,DID 号码,DID 名称,目的地,目的地号码,启用\r
Night,Telecom,'+8610,Hotline,语音信箱,1001,0\r
Hall,,100,,广播组,6000,1\r
Rest,,,,分机,1001,1\r
"""


@pytest.mark.parametrize(("language", "text"), [("en", ENGLISH), ("zh-CN", CHINESE)])
async def test_the_file_has_every_route_in_order(tmp_path: Path, language: Language, text: str) -> None:
    async with small_database(tmp_path) as database:
        async with database.transaction() as db:
            extension = Extension(
                number="1001",
                first_name="Wei",
                caller_id="",
                registration_name="r",
                registration_ha1="",
                voicemail_pin_sealed="",
            )
            trunk = Trunk(name="Telecom", kind="peer", host="192.0.2.7", codecs=[])
            group = PagingGroup(number="6000", name="Hall")
            db.add_all([extension, trunk, group])
            await db.flush()
            db.add_all(
                [
                    InboundRoute(
                        position=3, name="Rest", destination="extension", extension_id=extension.id, enabled=True
                    ),
                    InboundRoute(
                        position=1,
                        name="Night",
                        trunk_id=trunk.id,
                        did_number="+8610",
                        did_name="Hotline",
                        destination="voicemail",
                        extension_id=extension.id,
                        enabled=False,
                    ),
                    InboundRoute(
                        position=2,
                        name="Hall",
                        did_number="100",
                        destination="paging_group",
                        paging_group_id=group.id,
                        enabled=True,
                    ),
                ]
            )
        pieces = [piece async for piece in export(database, language)]
    assert b"".join(pieces).decode("utf-8-sig") == text
