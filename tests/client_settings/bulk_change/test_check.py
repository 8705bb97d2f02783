"""The check of a bulk change: it reports the effect and changes nothing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from linkus.shared.models.extension import Extension
from tests.client_settings.bulk_change.changes import BULK, write
from tests.support.api import Server


class TestCheck:
    async def test_check_counts_what_really_changes(
        self, admin: httpx.AsyncClient, extension: Extension, client: httpx.AsyncClient, server: Server
    ) -> None:
        off = await server.make_extension("1002", linkus_enabled=False)
        await write(admin, extension, "web", call_waiting=False)
        changes: dict[str, Any] = {
            "linkus_enabled": False,
            "web": {"call_waiting": False, "auto_answer_delay": 5},
            "mobile": {"codec": "opus"},
        }
        request = {"extension_ids": [extension.id, off.id, 9999], "changes": changes}
        assert (await admin.post(f"{BULK}/check", json=request)).json() == {
            "extensions": 2,
            "not_found": 1,
            "changed": 2,
            "items": [
                {"kind": "linkus", "name": "linkus_enabled", "value": False, "changed": 1},
                {"kind": "mobile", "name": "codec", "value": "opus", "changed": 0},
                {"kind": "web", "name": "call_waiting", "value": False, "changed": 1},
                {"kind": "web", "name": "auto_answer_delay", "value": 5, "changed": 2},
            ],
            "sessions_ended": 1,
            "signs_out": [
                {
                    "extension_number": extension.number,
                    "display_name": extension.display_name,
                    "client_kind": "web",
                    "device_name": "Test",
                }
            ],
        }
        assert (await client.get("/api/v1/client/session")).status_code == 200  # nothing was done

    async def test_check_names_at_most_ten_clients(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        for _ in range(12):
            await server.open_session(extension, "mobile")
        request = {"extension_ids": [extension.id], "changes": {"linkus_enabled": False}}
        check = (await admin.post(f"{BULK}/check", json=request)).json()
        assert (check["sessions_ended"], len(check["signs_out"])) == (12, 10)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({}, "changes"),
            ({"web": {}}, "changes"),
            ({"web": {"screen_pop": True}}, "changes.web.screen_pop_url"),
            ({"desktop": {"screen_pop_url": "ftp://crm.example"}}, "changes.desktop.screen_pop_url"),
            ({"web": {"screen_pop_inbound": False}}, "changes.web.screen_pop_inbound"),
            ({"web": {"auto_answer_delay": 61}}, "changes.web.auto_answer_delay"),
            ({"mobile": {"screen_pop": True}}, "changes.mobile.screen_pop"),
        ],
    )
    async def test_invalid_change_is_refused_at_its_field(
        self, admin: httpx.AsyncClient, extension: Extension, changes: dict[str, Any], field: str
    ) -> None:
        for path in (BULK, f"{BULK}/check"):
            answer = await admin.post(path, json={"extension_ids": [extension.id], "changes": changes})
            assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
