"""Ringing time, clients that do not ring because of their calls, and the explanation for auto-answer clients."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.call.plan.ringing import AUTO_ANSWER_SECONDS, RING_SECONDS, WAITING_RING_SECONDS
from linkus.call.plan.rules import plan_call
from linkus.call.plan.types import Facts, Group, Plan
from linkus.call.types import MAX_CALLS_PER_CLIENT, Cause, Client, Party
from linkus.kit.kinds import SipKind

CALLER = Party("1001", "张伟", 1, "zh-CN", linkus_enabled=True)
WEB, MOBILE, PHONE = SipKind.WEB, SipKind.MOBILE, SipKind.PHONE


def plan(*clients: Client) -> Plan:
    callee = Party("1002", "李娜", 2, "en", linkus_enabled=True, clients=clients)
    return plan_call(Facts(CALLER, "web", "1002", callee))


def reasons(answer: Plan) -> dict[str, str]:
    return {str(leg.kind): leg.reason.code.removeprefix("explain_leg_") for leg in answer.legs}


@pytest.mark.manual("AA-1")
@given(delay=st.integers(0, 60), other=st.integers(0, 60))
def test_call_rings_until_the_slowest_auto_answer(delay: int, other: int) -> None:
    answer = plan(Client(WEB, auto_answer=True, auto_answer_delay=delay), Client(MOBILE, auto_answer_delay=other))
    assert answer.timeout == max(RING_SECONDS, delay + AUTO_ANSWER_SECONDS)


@pytest.mark.parametrize(
    ("clients", "seconds"),
    [
        ([Client(WEB)], RING_SECONDS),
        ([Client(WEB, on_call=True, calls=1)], RING_SECONDS),
        # the present call may end at any time
        ([Client(WEB, on_call=True, calls=1, auto_answer=True)], WAITING_RING_SECONDS),
        ([Client(WEB, calls=1, auto_answer=True)], WAITING_RING_SECONDS),
        # the web client does not ring at all
        ([Client(WEB, True, call_waiting=False, auto_answer=True), Client(MOBILE)], RING_SECONDS),
    ],
)
def test_ring_time_follows_from_the_clients(clients: list[Client], seconds: int) -> None:
    assert plan(*clients).timeout == seconds


@pytest.mark.parametrize("on_call", [True, False])  # two ringing calls are also the maximum
def test_client_is_busy_when_a_third_call_comes(on_call: bool) -> None:
    full = Client(WEB, on_call=on_call, calls=MAX_CALLS_PER_CLIENT)
    answer = plan(full)
    assert (answer.action, answer.prompt, answer.cause, reasons(answer)["web"]) == (
        "prompt",
        "busy",
        Cause.BUSY,
        "full",
    )
    assert [step.code for step in answer.steps][-1] == "explain_all_busy"
    assert plan(full, Client(MOBILE)).targets == ("1002.mobile",)
    assert plan(Client(WEB, on_call=True, calls=MAX_CALLS_PER_CLIENT - 1)).targets == ("1002.web",)
    desk_phone = Client(PHONE, on_call=True, calls=MAX_CALLS_PER_CLIENT)
    assert plan(desk_phone).targets == ("1002.phone",)  # it decides itself


@pytest.mark.parametrize(
    ("client", "reason", "params"),
    [
        (Client(WEB), "idle", {}),
        (Client(WEB, auto_answer=True), "idle_auto_now", {}),
        (Client(WEB, auto_answer=True, auto_answer_delay=8), "idle_auto", {"seconds": 8}),
        (Client(WEB, on_call=True, calls=1), "waiting", {}),
        (Client(WEB, on_call=True, calls=1, auto_answer=True), "waiting_auto_later", {}),
        (Client(WEB, True, call_waiting=False, auto_answer=True), "busy", {}),
    ],
)
def test_reason_tells_when_a_client_answers_by_itself(client: Client, reason: str, params: dict[str, int]) -> None:
    answer = plan(client)
    [leg] = [leg for leg in answer.legs if leg.kind is WEB]
    assert (leg.reason.code, leg.reason.params) == (f"explain_leg_{reason}", params)


class TestPage:
    def page(self, *members: Party) -> Plan:
        return plan_call(Facts(CALLER, "web", "6000", group=Group("6000", "全体", members=members)))

    @pytest.mark.parametrize(("answers", "reason"), [(True, "idle_page_auto"), (False, "idle")])
    def test_idle_client_rings_with_the_reason_of_page_auto_answer(self, answers: bool, reason: str) -> None:
        clients = (Client(WEB, paging_auto_answer=answers), Client(PHONE, paging_auto_answer=answers))
        member = Party("1002", "李娜", 2, "en", linkus_enabled=True, clients=clients)
        assert reasons(self.page(member)) == {"web": reason, "phone": "idle"}

    def test_client_is_left_out_with_a_reason_when_the_core_has_no_room(self) -> None:
        kinds = (SipKind.DESKTOP, MOBILE, WEB, PHONE)
        clients = tuple(Client(kind) for kind in kinds)
        members = [
            Party(str(10_000_001 + n), "", n + 2, "en", linkus_enabled=True, clients=clients) for n in range(100)
        ]
        answer = self.page(*members)
        assert {leg.target for leg in answer.legs if leg.rings} == set(answer.targets)
        cut = [leg for leg in answer.legs if leg.reason.code == "explain_leg_cut"]
        assert len(cut) == 400 - len(answer.targets) > 0
        assert not any(leg.rings for leg in cut)
