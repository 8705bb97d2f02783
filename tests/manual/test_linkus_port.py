"""OV-2: 8111 is fixed. (The walk, where a user signs in at it, shows that the product listens there.)"""

from collections.abc import Iterator
from typing import Any

import pytest

from linkus.app import create_app
from linkus.kit.settings import LINKUS_PORT, Settings

METHODS_THAT_CHANGE = ("post", "put", "patch")
# ports of other servers
ELSEWHERE = {
    "/api/v1/admin/mail-server", "/api/v1/admin/mail-server/test",
    "/api/v1/admin/trunks", "/api/v1/admin/trunks/{trunk_id}",
}  # fmt: skip


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield path and schema of each request body of the API."""
    for path, operations in document["paths"].items():
        for method in METHODS_THAT_CHANGE:
            content = operations.get(method, {}).get("requestBody", {}).get("content", {})
            for kind in content.values():
                reference = kind["schema"].get("$ref", "").rpartition("/")[2]
                yield path, document["components"]["schemas"][reference] if reference else kind["schema"]


@pytest.mark.manual("OV-2")
class TestTheLinkusPort:
    @pytest.mark.parametrize("name", ["LINKUS_PORT", "LINKUS_LINKUS_PORT", "LINKUS_SERVER_PORT"])
    def test_no_environment_variable_changes_it(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(name, "9999")
        assert Settings().linkus_url.endswith(":8111")
        assert LINKUS_PORT == 8111

    def test_no_setting_of_the_api_names_a_port_of_ours(self) -> None:
        sent = list(bodies(create_app(Settings()).openapi()))
        assert {path for path, _ in sent} >= ELSEWHERE
        ports = {
            (path, name) for path, schema in sent for name in schema.get("properties", {}) if "port" in name.split("_")
        }
        assert ports == {(path, "port") for path in ELSEWHERE}
