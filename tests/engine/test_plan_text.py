"""A plan in the form that the core reads."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.engine.plan_text import dial_string, plan_text

names = st.text(st.characters(codec="utf-8"), max_size=40) | st.text("()[]\"'\\,&= aé王", max_size=20)


def text(**plan: object) -> dict[str, str]:
    return dict(parse_qsl(plan_text(plan, internal="127.0.0.1", edge_port=5070), keep_blank_values=True))


def test_dial() -> None:
    found = text(action="dial", targets=("1002.web", "1002.phone"), timeout=30, cid_num="1001", cid_name="王 小明 & Co")
    assert found == {
        "action": "dial",
        "targets": "PJSIP/edge/sip:1002.web@127.0.0.1:5070&PJSIP/edge/sip:1002.phone@127.0.0.1:5070",
        "timeout": "30",
        "cid_num": "1001",
        "cid_name": quote("王 小明 & Co"),
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


@given(name=names, number=names)
def test_caller_who_names_himself_changes_no_other_key(name: str, number: str) -> None:
    """The core splits at commas outside of quotes and brackets, so no such character may reach it."""
    found = text(action="dial", cid_num=number, cid_name=name, did_num=number, origin="inbound")
    assert not re.search(r"[()\[\]\"'\\,&=]", "".join(found.values()))
    assert (found["action"], found["origin"]) == ("dial", "inbound")
    assert unquote(found.get("cid_name", "")) == re.sub(r"[\x00-\x1f\x7f]+", " ", name).strip()


def test_key_that_the_core_would_misread_is_refused() -> None:
    with pytest.raises(ValueError, match="origin"):
        text(action="dial", origin="a(b")


def test_unknown_key() -> None:
    with pytest.raises(ValueError, match="actoin"):
        text(actoin="dial")
