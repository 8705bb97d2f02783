"""Tests what holds for the plan of every call, whatever the facts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linkus.call.plan.rules import plan_call
from linkus.call.plan.types import Facts, Group
from linkus.call.types import MAX_CALLS_PER_CLIENT, Client, Party
from linkus.kit.kinds import SipKind
from linkus.paging.rules import Permission
from linkus.route.rules import Inbound, Outbound, RouteTrunk

clients = st.builds(
    Client,
    kind=st.sampled_from(list(SipKind)),
    on_call=st.booleans(),
    call_waiting=st.booleans(),
    paging_auto_answer=st.booleans(),
    paging_preempt=st.booleans(),
    auto_answer=st.booleans(),
    auto_answer_delay=st.integers(0, 60),
    calls=st.integers(0, 3),
)
parties = st.builds(
    Party,
    number=st.sampled_from(["1001", "1002", "1003", "20"]),
    name=st.text(max_size=20),
    extension_id=st.integers(1, 9),
    language=st.sampled_from(["zh-CN", "en"]),
    linkus_enabled=st.booleans(),
    voicemail_enabled=st.booleans(),
    clients=st.lists(clients, max_size=5, unique_by=lambda client: client.kind).map(tuple),
)
permissions = st.builds(
    Permission,
    callers=st.sampled_from(["all", "members", "chosen"]),
    member_ids=st.frozensets(st.integers(1, 9)),
    caller_ids=st.frozensets(st.integers(1, 9)),
)
groups = st.builds(
    Group,
    number=st.just("6000"),
    two_way=st.booleans(),
    permission=permissions,
    members=st.lists(parties, max_size=4, unique_by=lambda member: member.number).map(tuple),
)
trunks = st.builds(
    RouteTrunk, trunk_id=st.integers(1, 5), enabled=st.booleans(), calls=st.integers(0, 3), max_calls=st.integers(0, 3)
)
facts = st.builds(
    Facts,
    caller=st.none() | parties,
    caller_kind=st.sampled_from([*SipKind, "trunk", "", "fax"]),
    dialled=st.sampled_from(["1001", "1002", "1003", "20", "6000", "*43", "0138", "+86 10", "", "1001&1002"]),
    callee=st.none() | parties,
    group=st.none() | groups,
    outbound=st.none()
    | st.builds(
        Outbound, name=st.text(max_size=5), pattern=st.just("0."), strip=st.integers(0, 5),
        prepend=st.sampled_from(["", "9"]), trunks=st.lists(trunks, max_size=3).map(tuple),
    ),
    inbound=st.none()
    | st.builds(
        Inbound, name=st.text(max_size=5), destination=st.sampled_from(["extension", "paging_group", "voicemail"]),
        did_name=st.text(max_size=5),
    ),
)  # fmt: skip


@given(facts)
def test_plan_is_complete_and_says_why_for_any_facts(any_facts: Facts) -> None:
    answer = plan_call(any_facts)
    assert answer.steps
    match answer.action:
        case "dial" | "page":
            assert answer.targets
            assert 0 < answer.timeout < 180  # the edge gives up then
        case "prompt":
            assert answer.prompt
            assert answer.cause > 0
        case "reject":
            assert answer.cause > 0
        case "trunk":
            assert answer.trunks
            assert answer.number
        case "voicemail":
            assert answer.mailbox
        case "echo":
            assert any_facts.dialled == "*43"


@given(facts)
def test_plan_rings_only_registered_clients_and_never_the_callers_own(any_facts: Facts) -> None:
    answer = plan_call(any_facts)
    assert len(set(answer.targets)) == len(answer.targets)
    for target in answer.targets:
        number, _, kind = target.rpartition(".")
        assert any_facts.caller is not None
        members = any_facts.group.members if any_facts.group else ()
        owners = [owner for owner in (any_facts.callee, *members) if owner]
        assert any(
            owner.number == number
            and owner.client(SipKind(kind)) is not None
            and (kind == "phone" or owner.linkus_enabled)
            for owner in owners
        )
        assert any_facts.caller_kind == "trunk" or number != any_facts.caller.number


@given(facts)
def test_client_on_a_call_rings_only_by_its_own_settings(any_facts: Facts) -> None:
    """CW-2, AA-4: over kind of call, kind of client and settings."""
    answer = plan_call(any_facts)
    if answer.action == "dial":
        assert any_facts.callee is not None
        for target in answer.targets:
            client = any_facts.callee.client(SipKind(target.rpartition(".")[2]))
            assert client is not None
            if client.on_call and client.kind is not SipKind.PHONE:
                assert client.call_waiting
                assert answer.waiting
            assert client.kind is SipKind.PHONE or client.calls < MAX_CALLS_PER_CLIENT
        rung = [leg for leg in answer.legs if leg.rings]
        assert answer.waiting == any(leg.on_call for leg in rung)
    elif answer.action == "page":
        assert any_facts.group is not None
        for member in any_facts.group.members:
            for client in member.clients:
                if (
                    f"{member.number}.{client.kind}" in answer.targets
                    and client.on_call
                    and client.kind != SipKind.PHONE
                ):
                    assert client.call_waiting or (client.paging_auto_answer and client.paging_preempt)


@given(facts)
def test_plan_lets_no_outside_caller_out_again(any_facts: Facts) -> None:
    """A call from a trunk follows its route. A caller cannot dial out again at the company's expense."""
    answer = plan_call(any_facts)
    if any_facts.caller_kind == "trunk":
        assert answer.action not in ("trunk", "echo")
    if any_facts.caller is None:
        assert answer.action == "reject"
