from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.client_settings.rules import change_errors, setting_errors
from linkus.client_settings.schemas import WebSettings
from linkus.client_settings.screen_pop import VARIABLES, render, url_error
from linkus.kit.messages import LANGUAGES, text
from linkus.shared.models.extension import Extension
from tests.support.api import Server

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("screen_pop_cases.json").read_text("utf-8"))
CALL = {"CallerNumber": "1001", "CallerDisplayName": "张 伟&/", "StartTime": "1764000000"}
MANUAL = "https://web/solve.360.com/{{.CallerNumber}}&{{.CallerDisplayName}}"
OWN = "/api/v1/client/settings"


@pytest.mark.manual("SP-3")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["url"] or "empty")
def test_cases(case: dict[str, Any]) -> None:
    error = url_error(case["url"])
    assert (error.code if error else None) == case["code"]
    if error is not None:
        assert error.params.get("text", "") == case.get("text", error.params.get("text", ""))
        assert error.params.get("suggestion", "") == case.get("suggestion", "")
        assert all(text(language, error.code, **error.params) for language in LANGUAGES)
    if "rendered" in case:
        assert render(case["url"], CALL) == case["rendered"]


paths = st.text(st.sampled_from("abcXYZ019-_~/?&=%.#;,:@!$'()*+[]|"), max_size=20)
variables = st.builds("{}{{{{.{}}}}}".format, st.sampled_from(["", "."]), st.sampled_from(VARIABLES))
values = st.dictionaries(st.sampled_from(VARIABLES), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))


@given(pieces=st.lists(paths | variables, max_size=6), call=values)
def test_rendered_url_leads_to_the_same_server(pieces: list[str], call: dict[str, str]) -> None:
    url = "https://crm.example:8443/" + "".join(pieces)
    assert url_error(url) is None
    opened = render(url, call)
    assert (urlsplit(opened).scheme, urlsplit(opened).netloc) == ("https", "crm.example:8443")
    assert "{" not in opened
    assert opened.isascii()


@given(
    name=st.sampled_from(VARIABLES), dot=st.sampled_from(["", "."]), value=st.text(max_size=40).filter(str.isprintable)
)
def test_value_is_decoded_as_it_was_encoded(name: str, dot: str, value: str) -> None:
    opened = render(f"https://crm.example/?x={dot}{{{{.{name}}}}}&y=1", {name: value})
    before, _, rest = opened.partition("?x=")
    encoded, _, after = rest.rpartition("&y=")
    assert (before, unquote(encoded), after) == ("https://crm.example/", value, "1")
    assert not set(encoded) & set("&=?#/+ ")


@given(written=st.text(st.sampled_from("{}.CalerNumb｛ "), min_size=1, max_size=24))
def test_rendered_url_has_no_brace(written: str) -> None:
    url = f"https://crm.example/{written}"
    if url_error(url) is None:
        assert not set("{}｛｝ ") & set(render(url, {}))


@given(
    rows=st.fixed_dictionaries(
        {
            "screen_pop": st.booleans(),
            "screen_pop_url": st.sampled_from(["", "nonsense", MANUAL]),
            "screen_pop_inbound": st.booleans(),
            "screen_pop_internal": st.booleans(),
        }
    ),
    change=st.fixed_dictionaries(
        {},
        optional={
            "screen_pop": st.booleans(),
            "screen_pop_url": st.sampled_from(["", "nonsense", MANUAL]),
            "screen_pop_inbound": st.booleans(),
            "screen_pop_internal": st.booleans(),
        },
    ),
)
def test_valid_bulk_change_keeps_every_row_valid(rows: dict[str, Any], change: dict[str, Any]) -> None:
    if setting_errors(rows) or change_errors(change):
        return
    assert setting_errors({**rows, **change}) == {}


def test_default_settings_are_valid() -> None:
    assert setting_errors(WebSettings().model_dump(mode="json")) == {}


def pop(version: int = 1, **values: Any) -> dict[str, Any]:
    return {"kind": "web", "version": version, "values": values}


class TestSaving:
    async def test_invalid_url_is_reported_at_its_field(self, client: httpx.AsyncClient) -> None:
        answer = await client.put(OWN, json=pop(screen_pop=True))
        assert answer.status_code == 422
        assert answer.json()["fields"]["screen_pop_url"]["code"] == "screen_pop_url_missing"
        wrong = pop(screen_pop=True, screen_pop_url="https://crm.example/{{.CallerNumer}}")
        found = (await client.put(OWN, json=wrong)).json()["fields"]["screen_pop_url"]
        assert found["message"] == "变量 {{.CallerNumer}} 不存在，是否应为 {{.CallerNumber}}？"
        neither = pop(screen_pop_inbound=False, screen_pop_internal=False)
        assert list((await client.put(OWN, json=neither)).json()["fields"]) == ["screen_pop_inbound"]
        assert (await client.get(OWN)).json()["version"] == 1

    @pytest.mark.manual("SP-3")
    async def test_example_of_the_manual_is_accepted(
        self, client: httpx.AsyncClient, admin: httpx.AsyncClient, extension: Extension
    ) -> None:
        saved = (await client.put(OWN, json=pop(screen_pop=True, screen_pop_url=MANUAL))).json()
        assert (saved["version"], saved["values"]["screen_pop_url"]) == (2, MANUAL)
        # the URL stays while the pop-up is off, and must be valid when it is on
        url = f"/api/v1/admin/extensions/{extension.id}/client-settings/web"
        assert (await admin.put(url, json=pop(2, screen_pop_url=""))).status_code == 422
        assert (
            await admin.put(url, json=pop(2, screen_pop=False, screen_pop_url="half an address"))
        ).status_code == 200
        answer = await client.put(OWN, json=pop(3, screen_pop=True))
        assert answer.json()["fields"]["screen_pop_url"]["code"] == "screen_pop_url_scheme"

    async def test_stale_version_is_reported_before_an_invalid_url(self, client: httpx.AsyncClient) -> None:
        await client.put(OWN, json=pop(call_waiting=False))
        assert (await client.put(OWN, json=pop(screen_pop=True))).status_code == 409

    @pytest.mark.manual("SP-1")
    async def test_mobile_settings_have_no_screen_pop(self, extension: Extension, server: Server) -> None:
        phone = await server.sign_in(extension, "mobile")
        answer = await phone.put(OWN, json={"kind": "mobile", "version": 1, "values": {"screen_pop": True}})
        assert answer.status_code == 422
        assert "screen_pop" not in (await phone.get(OWN)).json()["values"]
