"""The list of extensions: searched, sorted, filtered, in pages."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import pytest_asyncio

from linkus.presence.service import Presence
from linkus.shared.extension_schemas import Online, PhoneContact
from linkus.shared.models.extension import Extension
from tests.support.api import Server

URL = "/api/v1/admin/extensions"


class TestList:
    @pytest_asyncio.fixture(loop_scope="session")
    async def people(self, server: Server) -> None:
        await server.make_extension("20", first_name="Wei", last_name="Zhang", email="b@example.cn")
        await server.make_extension("1001", first_name="伟", last_name="张", linkus_enabled=False)
        await server.make_extension("0100", first_name="50%", email="a@example.cn", mobile_number="+86-138")

    async def numbers(self, admin: httpx.AsyncClient, **params: Any) -> list[str]:
        answer = await admin.get(URL, params=params)
        assert answer.status_code == 200, answer.text
        return [item["number"] for item in answer.json()["items"]]

    async def test_list_is_sorted_by_the_value_of_the_number(self, admin: httpx.AsyncClient, people: None) -> None:
        assert await self.numbers(admin) == ["20", "0100", "1001"]
        assert await self.numbers(admin, sort="-number") == ["1001", "0100", "20"]

    @pytest.mark.parametrize(
        ("search", "found"),
        [
            ("张伟", ["1001"]),
            ("wei zh", ["20"]),
            ("ZHANG", ["20"]),
            ("example", ["20", "0100"]),
            ("%", ["0100"]),
            ("_", []),
            ("100", ["0100", "1001"]),
            ("138", ["0100"]),
            ("' OR 1=1 --", []),
        ],
    )
    async def test_list_is_searched(
        self, admin: httpx.AsyncClient, people: None, search: str, found: list[str]
    ) -> None:
        assert await self.numbers(admin, search=search) == found

    async def test_list_is_sorted_by_email_and_paged(self, admin: httpx.AsyncClient, people: None) -> None:
        answer = (await admin.get(URL, params={"sort": "name", "page": 2, "page_size": 1})).json()
        assert (answer["total"], answer["page"], answer["page_size"], len(answer["items"])) == (3, 2, 1, 1)

    @pytest.mark.parametrize("sort", ["number; DROP TABLE extension", "password_hash", "", "--number"])
    async def test_unknown_sort_key_is_refused(self, admin: httpx.AsyncClient, sort: str) -> None:
        assert (await admin.get(URL, params={"sort": sort})).status_code == 422

    async def test_list_is_filtered_by_linkus(self, admin: httpx.AsyncClient, people: None) -> None:
        assert await self.numbers(admin, linkus_enabled="false") == ["1001"]

    async def test_list_is_filtered_by_presence(self, admin: httpx.AsyncClient, server: Server, people: None) -> None:
        class Present(Presence):
            def online(self, number: str) -> Online:
                return Online(web=number == "20", phone=number == "1001")

            def phone_contacts(self, number: str) -> list[PhoneContact]:
                return [PhoneContact(address="192.0.2.7", user_agent="Desk")] if number == "1001" else []

            def numbers(self) -> set[str]:
                return {"20", "1001"}

        before, server.services.registrations = server.services.registrations, Present(server.services.bus)
        try:
            assert await self.numbers(admin, online="any") == ["20", "1001"]
            assert await self.numbers(admin, online="none") == ["0100"]
            assert await self.numbers(admin, online="web") == ["20"]
            item = (await admin.get(URL, params={"online": "phone"})).json()["items"][0]
            assert item["online"] == {"web": False, "desktop": False, "mobile": False, "pad": False, "phone": True}
            assert item["phone_contacts"] == [{"address": "192.0.2.7", "user_agent": "Desk"}]
        finally:
            server.services.registrations = before

    async def test_ids_of_all_filtered_extensions_are_returned(self, admin: httpx.AsyncClient, people: None) -> None:
        """Actions on thousands need their ids without reading every page."""

        async def ids(**params: Any) -> list[int]:
            answer = await admin.get(f"{URL}/ids", params=params)
            assert answer.status_code == 200, answer.text
            return list(answer.json()["ids"])

        everybody = {one["number"]: one["id"] for one in (await admin.get(URL)).json()["items"]}
        assert await ids() == [everybody["20"], everybody["0100"], everybody["1001"]]
        assert await ids(search="example", linkus_enabled="true") == [everybody["20"], everybody["0100"]]
        assert await ids(online="any") == []
        assert (await admin.get(f"{URL}/ids", params={"online": "nobody"})).status_code == 422

    async def test_list_contains_no_secret(self, admin: httpx.AsyncClient, extension: Extension) -> None:
        for answer in (await admin.get(URL), await admin.get(f"{URL}/{extension.id}")):
            for secret in (extension.registration_ha1, extension.password_hash, extension.voicemail_pin_sealed):
                assert secret is not None
                assert secret not in answer.text

    @pytest.mark.parametrize("params", [{"page": 0}, {"page_size": 501}, {"page": 2**63}, {"search": "a\0b"}])
    async def test_bad_paging_is_refused(self, admin: httpx.AsyncClient, params: dict[str, Any]) -> None:
        assert (await admin.get(URL, params=params)).status_code == 422
