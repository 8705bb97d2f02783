"""Access to the edge's internal ports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.kit.origins import is_own_origin
from tests.engine.edge_modules import http_access

KEY = "4f" * 32
HOST = "127.0.0.1:8088"
OWN = ("http://pbx.example.org:8088", "http://pbx.example.org:8111")
ORIGINS = [
    ("http://127.0.0.1:8088", True),
    ("http://pbx.example.org:8088", True),
    ("http://pbx.example.org:8111", True),
    ("https://127.0.0.1:8088", True),
    ("https://pbx.example.org:8088", False),
    ("http://pbx.example.org", False),
    ("http://127.0.0.1:8089", False),
    ("https://evil.example", False),
    ("http://127.0.0.1:8088.evil.example", False),
    ("http://evil.example/127.0.0.1:8088", False),
    ("null", False),
    ("", False),
    ("//", False),
    ("[x", False),
]


class TestKey:
    def test_key_is_accepted(self) -> None:
        assert http_access.is_valid_key(KEY, KEY)

    @pytest.mark.parametrize("shown", [None, "", KEY[:-1], KEY + "0", KEY.upper(), f" {KEY}", "schlüssel", "\udce9"])
    def test_other_key_is_refused(self, shown: str | None) -> None:
        assert not http_access.is_valid_key(shown, KEY)

    @pytest.mark.parametrize("shown", [None, "", "x"])
    def test_empty_key_matches_nothing(self, shown: str | None) -> None:
        assert not http_access.is_valid_key(shown, "")

    @given(st.text())
    def test_any_other_text_is_refused(self, shown: str) -> None:
        assert http_access.is_valid_key(shown, KEY) == (shown == KEY)


class TestControl:
    def test_rpc_is_accepted_from_the_brain(self) -> None:
        for kind in ("application/json", "Application/JSON; charset=utf-8"):
            assert http_access.rpc_refusal(KEY, KEY, None, kind) is None

    @pytest.mark.parametrize("shown", [None, "", "wrong"])
    def test_rpc_is_refused_without_the_key(self, shown: str | None) -> None:
        assert http_access.rpc_refusal(KEY, shown, None, "application/json") == http_access.FORBIDDEN

    @pytest.mark.parametrize("origin", [*(origin for origin, _ in ORIGINS), OWN[0]])
    def test_rpc_is_refused_from_a_web_page_even_with_the_key(self, origin: str) -> None:
        assert http_access.rpc_refusal(KEY, KEY, origin, "application/json") == http_access.FORBIDDEN

    @pytest.mark.parametrize(
        "kind", [None, "", "text/plain", "multipart/form-data", "application/jsonp", "x; application/json"]
    )
    def test_rpc_is_refused_when_a_form_could_send_it(self, kind: str | None) -> None:
        assert http_access.rpc_refusal(KEY, KEY, None, kind) == http_access.UNSUPPORTED


class TestHandshake:
    @pytest.mark.parametrize(("origin", "own"), ORIGINS)
    def test_handshake_is_accepted_from_own_pages_only(self, origin: str, own: bool) -> None:
        refusal = http_access.handshake_refusal(KEY, KEY, origin, HOST, OWN, secure=False)
        assert refusal == (None if own else http_access.FORBIDDEN)

    def test_handshake_is_accepted_from_a_program_without_origin(self) -> None:
        assert http_access.handshake_refusal(KEY, KEY, None, HOST, OWN, secure=True) is None

    @pytest.mark.parametrize("origin", [None, OWN[0]])
    def test_handshake_is_refused_past_nginx(self, origin: str | None) -> None:
        assert http_access.handshake_refusal(KEY, None, origin, HOST, OWN, secure=False) == http_access.FORBIDDEN

    @pytest.mark.parametrize("secure", [True, False])
    @pytest.mark.parametrize(
        "origin", [*(origin for origin, _ in ORIGINS), f"https://{HOST}", "ftp://x", "http://[::1]"]
    )
    def test_origin_rule_is_the_one_of_events(self, origin: str, secure: bool) -> None:
        for host in (HOST, "127.0.0.1", "[::1]", "x", "", None):
            ours = http_access.is_own_origin(origin, host, OWN, secure=secure)
            assert ours == is_own_origin(origin, host, OWN, secure=secure)

    @given(st.text() | st.from_regex(r"https?://[a-z.@:0-9/?#\[\]]*", fullmatch=True), st.text(), st.booleans())
    def test_origin_rule_is_the_one_of_events_for_any_text(self, origin: str, host: str, secure: bool) -> None:
        for name in (host, origin.partition("://")[2]):
            ours = http_access.is_own_origin(origin, name, OWN, secure=secure)
            assert ours == is_own_origin(origin, name, OWN, secure=secure)
