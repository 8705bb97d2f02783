"""Plans by example and by property: no call is left without an answer, and none comes back to who made it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.call.plan import Facts, Party, Plan, plan_call
from linkus.kit.kinds import SipKind

CALLER = Party("1001", "张伟", 1, "zh-CN", linkus_enabled=True)
CALLEE = Party("1002", "李娜", 2, "en", linkus_enabled=True)
WITHOUT_LINKUS = Party("1003", "Desk", 3, "en", linkus_enabled=False)


def plan(dialled: str = "1002", callee: Party | None = CALLEE, registered: set[SipKind] | None = None) -> Plan:
    return plan_call(Facts(CALLER, "web", dialled, callee, frozenset(registered or ())))


def test_every_registered_client_rings() -> None:
    found = plan(registered={SipKind.WEB, SipKind.PHONE, SipKind.MOBILE})
    assert found == Plan(
        "dial",
        language="zh-CN",
        targets=("1002.web", "1002.mobile", "1002.phone"),
        timeout=30,
        cid_num="1001",
        cid_name="张伟",
    )


def test_nobody_registered() -> None:
    assert plan() == Plan("prompt", language="zh-CN", prompt="unavailable", cause=20)


def test_a_number_that_nobody_has() -> None:
    assert plan("7777", None) == Plan("prompt", language="zh-CN", prompt="number-not-found", cause=1)


def test_the_own_number_is_busy() -> None:
    assert plan("1001", CALLER, {SipKind.PHONE}) == Plan("prompt", language="zh-CN", prompt="busy", cause=17)


def test_echo() -> None:
    assert plan("*43", None) == Plan("echo", language="zh-CN")


@pytest.mark.manual("EN-3")
def test_without_linkus_only_the_desk_phone_rings() -> None:
    found = plan("1003", WITHOUT_LINKUS, {SipKind.WEB, SipKind.PHONE})
    assert found.targets == ("1003.phone",)
    assert plan("1003", WITHOUT_LINKUS, {SipKind.WEB}).prompt == "unavailable"


@pytest.mark.manual("EN-3")
def test_without_linkus_only_the_desk_phone_calls() -> None:
    assert plan_call(Facts(WITHOUT_LINKUS, "web", "1002", CALLEE, frozenset(SipKind))).action == "reject"
    assert plan_call(Facts(WITHOUT_LINKUS, "phone", "1002", CALLEE, frozenset(SipKind))).action == "dial"


def test_whom_nobody_knows_calls_nobody() -> None:
    assert plan_call(Facts(None, "", "1002", CALLEE, frozenset(SipKind))) == Plan("reject", cause=21)


numbers = st.sampled_from(["1001", "1002", "1003", "20", "*43", "+86 10", "", "1001&1002", "1002.web"])
parties = st.builds(
    Party,
    number=st.sampled_from(["1001", "1002", "1003", "20"]),
    name=st.text(max_size=20),
    extension_id=st.integers(1, 9),
    language=st.sampled_from(["zh-CN", "en"]),
    linkus_enabled=st.booleans(),
)
facts = st.builds(
    Facts,
    caller=st.none() | parties,
    caller_kind=st.sampled_from([*SipKind, "", "fax"]),
    dialled=numbers,
    callee=st.none() | parties,
    registered=st.frozensets(st.sampled_from(list(SipKind))),
)


@given(facts)
def test_every_call_gets_an_answer_that_ends(given_facts: Facts) -> None:
    found = plan_call(given_facts)
    match found.action:
        case "dial":
            assert found.targets
            assert 0 < found.timeout <= 60
        case "prompt":
            assert found.prompt
            assert found.cause > 0
        case "reject":
            assert found.cause > 0
        case "echo":
            assert given_facts.dialled == "*43"


@given(facts)
def test_only_registered_clients_that_may_be_used_ring_and_never_the_callers_own(given_facts: Facts) -> None:
    found = plan_call(given_facts)
    for target in found.targets:
        number, _, kind = target.rpartition(".")
        assert given_facts.callee is not None
        assert given_facts.caller is not None
        assert number == given_facts.callee.number != given_facts.caller.number
        assert kind in given_facts.registered
        assert kind == "phone" or given_facts.callee.linkus_enabled
    assert len(set(found.targets)) == len(found.targets)
