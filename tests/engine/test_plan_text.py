"""A plan in the form that the core reads."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from linkus.engine.plan_text import dial_string, plan_text


def text(**plan: object) -> dict[str, str]:
    return dict(parse_qsl(plan_text(plan, internal="127.0.0.1", edge_port=5070), keep_blank_values=True))


def test_dial() -> None:
    found = text(action="dial", targets=("1002.web", "1002.phone"), timeout=30, cid_num="1001", cid_name="王 小明 & Co")
    assert found == {
        "action": "dial",
        "targets": "PJSIP/edge/sip:1002.web@127.0.0.1:5070&PJSIP/edge/sip:1002.phone@127.0.0.1:5070",
        "timeout": "30",
        "cid_num": "1001",
        "cid_name": "王 小明 & Co",
    }


def test_what_is_not_set_is_left_out() -> None:
    assert text(action="reject", cause=0, prompt="", start=None, alert=False) == {"action": "reject"}
    assert text(action="prompt", cause=17, alert=True) == {"action": "prompt", "cause": "17", "alert": "1"}


def test_nothing_breaks_a_line_of_a_header() -> None:
    assert text(action="dial", did_name="a\r\nX-Evil: 1")["did_name"] == "a X-Evil: 1"


@pytest.mark.parametrize("target", ["1002", "1002.fax", "1002.web@evil", "1002.web&x", "a,b.web", ""])
def test_a_target_is_an_identity(target: str) -> None:
    with pytest.raises(ValueError, match="identity"):
        dial_string([target], internal="127.0.0.1", edge_port=5070)


def test_targets_are_not_one_text() -> None:
    with pytest.raises(TypeError):
        text(action="dial", targets="1002.web")


def test_unknown_key() -> None:
    with pytest.raises(ValueError, match="actoin"):
        text(actoin="dial")
