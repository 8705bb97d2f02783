"""Plans by example and by property: every call is answered, and none comes back to its caller."""

from __future__ import annotations

from typing import Any

import pytest

from linkus.call.plan.rules import plan_call
from linkus.call.plan.types import Facts, Group, Plan
from linkus.call.types import Cause, Client, Party
from linkus.kit.kinds import SipKind
from linkus.paging.rules import Permission
from linkus.route.rules import Inbound, Outbound, RouteTrunk

CALLER = Party("1001", "张伟", 1, "zh-CN", linkus_enabled=True)
LINKUS_KINDS = [SipKind.WEB, SipKind.DESKTOP, SipKind.MOBILE, SipKind.PAD]


def party(number: str = "1002", *clients: Client, linkus: bool = True, **more: Any) -> Party:
    return Party(number, f"name of {number}", int(number), "en", linkus_enabled=linkus, clients=clients, **more)


def idle(*kinds: SipKind) -> tuple[Client, ...]:
    return tuple(Client(kind) for kind in kinds)


def plan(callee: Party | None, dialled: str = "1002", kind: str = "web", **more: Any) -> Plan:
    return plan_call(Facts(CALLER, kind, dialled, callee, **more))


def reasons(answer: Plan) -> dict[str, str]:
    return {str(leg.kind): leg.reason.code for leg in answer.legs}


class TestInside:
    def test_plan_rings_every_registered_client(self) -> None:
        answer = plan(party("1002", *idle(SipKind.WEB, SipKind.MOBILE, SipKind.PHONE)))
        assert (answer.action, answer.language, answer.origin) == ("dial", "zh-CN", "internal")
        assert answer.targets == ("1002.web", "1002.mobile", "1002.phone")
        assert (answer.timeout, answer.cid_num, answer.cid_name, answer.waiting) == (30, "1001", "张伟", False)
        assert reasons(answer)["desktop"] == "explain_leg_not_registered"

    @pytest.mark.parametrize(
        ("callee", "dialled", "prompt", "cause"),
        [
            (party(), "1002", "unavailable", Cause.ABSENT),
            (None, "7777", "number-not-found", Cause.UNALLOCATED),
            (Party("1001", clients=idle(SipKind.PHONE)), "1001", "busy", Cause.BUSY),
        ],
    )
    def test_plan_plays_a_prompt_when_nobody_rings(
        self, callee: Party | None, dialled: str, prompt: str, cause: Cause
    ) -> None:
        answer = plan(callee, dialled)
        assert (answer.action, answer.prompt, answer.cause, answer.language) == ("prompt", prompt, cause, "zh-CN")
        assert answer.steps

    def test_plan_answers_the_echo_number(self) -> None:
        assert plan(None, "*43").action == "echo"

    @pytest.mark.manual("EN-3")
    def test_plan_rings_only_the_desk_phone_when_linkus_is_off(self) -> None:
        callee = party("1003", *idle(SipKind.WEB, SipKind.PHONE), linkus=False)
        assert plan(callee, "1003").targets == ("1003.phone",)
        assert plan(party("1003", *idle(SipKind.WEB), linkus=False), "1003").prompt == "unavailable"

    @pytest.mark.manual("EN-3")
    def test_plan_lets_only_the_desk_phone_call_when_linkus_is_off(self) -> None:
        caller, callee = party("1003", linkus=False), party("1002", *idle(SipKind.WEB))
        assert plan_call(Facts(caller, "web", "1002", callee)).action == "reject"
        assert plan_call(Facts(caller, "phone", "1002", callee)).action == "dial"

    def test_plan_rejects_an_unknown_caller(self) -> None:
        answer = plan_call(Facts(None, "", "1002", party("1002", *idle(SipKind.WEB))))
        assert (answer.action, answer.cause) == ("reject", Cause.REJECTED)


class TestCallWaiting:
    def test_plan_is_busy_when_call_waiting_is_off_on_the_only_client(self) -> None:
        """The caller hears busy (CW-2)."""
        answer = plan(party("1002", Client(SipKind.WEB, on_call=True, call_waiting=False)))
        assert (answer.action, answer.prompt, answer.cause) == ("prompt", "busy", Cause.BUSY)
        assert reasons(answer)["web"] == "explain_leg_busy"

    def test_plan_plays_the_waiting_prompt_when_call_waiting_is_on(self) -> None:
        """The caller hears the call-waiting prompt (CW-3)."""
        answer = plan(party("1002", Client(SipKind.WEB, on_call=True)))
        assert (answer.action, answer.targets, answer.waiting) == ("dial", ("1002.web",), True)

    def test_plan_rings_the_idle_client_when_another_is_busy(self) -> None:
        busy = Client(SipKind.WEB, on_call=True, call_waiting=False)
        answer = plan(party("1002", busy, *idle(SipKind.MOBILE)))
        assert (answer.targets, answer.waiting) == (("1002.mobile",), False)

    def test_plan_applies_call_waiting_to_each_kind_of_client(self) -> None:
        answer = plan(
            party("1002", Client(SipKind.WEB, on_call=True, call_waiting=False), Client(SipKind.MOBILE, on_call=True))
        )
        assert (answer.targets, answer.waiting) == (("1002.mobile",), True)

    def test_plan_rings_a_desk_phone_on_a_call_whatever_the_setting(self) -> None:
        answer = plan(party("1002", Client(SipKind.PHONE, on_call=True, call_waiting=False)))
        assert (answer.targets, answer.waiting) == (("1002.phone",), True)


class TestPaging:
    def group(self, *members: Party, **more: Any) -> Group:
        return Group("6000", "全体", members=members, **more)

    def test_page_rings_all_members_except_the_speaker(self) -> None:
        members = (party("1001", *idle(SipKind.WEB)), party("1002", *idle(SipKind.WEB)), party("1003"))
        answer = plan(None, "6000", group=self.group(*members, two_way=True))
        assert (answer.action, answer.page, answer.duplex, answer.origin) == ("page", "6000", True, "page")
        assert answer.targets == ("1002.web",)

    @pytest.mark.parametrize(
        ("client", "rings"),
        [
            (Client(SipKind.WEB), True),
            (Client(SipKind.WEB, on_call=True, call_waiting=False), False),
            (Client(SipKind.WEB, on_call=True, call_waiting=True), True),
            (Client(SipKind.WEB, True, call_waiting=False, paging_auto_answer=True, paging_preempt=True), True),
            (Client(SipKind.WEB, True, call_waiting=False, paging_auto_answer=True), False),
            (Client(SipKind.WEB, True, call_waiting=False, paging_preempt=True), False),
            (Client(SipKind.PHONE, on_call=True, call_waiting=False), True),
        ],
    )
    def test_page_rings_a_member_by_the_settings_of_the_client(self, client: Client, rings: bool) -> None:
        answer = plan(None, "6000", group=self.group(party("1002", client)))
        assert (answer.action == "page") is rings

    @pytest.mark.parametrize(
        ("permission", "may"),
        [
            (Permission("all"), True),
            (Permission("members", frozenset({1})), True),
            (Permission("members", frozenset({2})), False),
            (Permission("chosen", frozenset({1}), frozenset({2})), False),
            (Permission("chosen", frozenset(), frozenset({1})), True),
        ],
    )
    def test_page_is_refused_when_the_caller_may_not(self, permission: Permission, may: bool) -> None:
        answer = plan(None, "6000", group=self.group(party("1002", *idle(SipKind.WEB)), permission=permission))
        assert (answer.action == "page") is may
        assert may or (answer.prompt, answer.cause) == ("not-allowed", Cause.REJECTED)

    def test_page_rings_every_one_of_a_hundred_members(self) -> None:
        """The core takes no longer list. Only second clients of members who are already rung are left out."""
        kinds = (SipKind.DESKTOP, SipKind.MOBILE, SipKind.WEB, SipKind.PHONE)
        members = [party(str(10_000_001 + n), *idle(*kinds)) for n in range(100)]
        answer = plan(None, "6000", group=self.group(*members))
        assert {target.partition(".")[0] for target in answer.targets} == {member.number for member in members}
        assert len("&".join(f"PJSIP/{target}@edge" for target in answer.targets)) <= 4000
        assert len(set(answer.targets)) == len(answer.targets) > 100

    def test_page_is_unavailable_when_no_member_is_registered(self) -> None:
        assert plan(None, "6000", group=self.group(party("1002"))).prompt == "unavailable"


class TestOutside:
    ROUTE = Outbound("国内", "0.", 1, "9", (RouteTrunk(1, "电信", caller_id="021555"), RouteTrunk(2, "联通")))

    def test_outbound_plan_lists_trunks_in_order_and_the_sent_number(self) -> None:
        answer = plan(None, "013800138000", outbound=self.ROUTE)
        assert (answer.action, answer.number, answer.origin) == ("trunk", "913800138000", "outbound")
        assert [trunk.trunk_id for trunk in answer.trunks] == [1, 2]
        assert [trunk.caller_id for trunk in answer.trunks] == ["021555", "1001"]

    def test_plan_prefers_an_extension_to_a_pattern(self) -> None:
        assert plan(party("1002", *idle(SipKind.WEB)), "1002", outbound=self.ROUTE).action == "dial"

    @pytest.mark.parametrize("trunk", [RouteTrunk(1, enabled=False), RouteTrunk(1, calls=2, max_calls=2)])
    def test_outbound_plan_leaves_out_a_trunk_that_is_off_or_full(self, trunk: RouteTrunk) -> None:
        answer = plan(None, "0138", outbound=Outbound("x", "0.", 0, "", (trunk, RouteTrunk(2))))
        assert [used.trunk_id for used in answer.trunks] == [2]
        alone = plan(None, "0138", outbound=Outbound("x", "0.", 0, "", (trunk,)))
        assert (alone.prompt, alone.cause) == ("line-unavailable", Cause.NO_TRUNK)

    def test_outbound_plan_plays_not_found_when_nothing_is_left_to_dial(self) -> None:
        assert plan(None, "0", outbound=Outbound("x", "0", 1, "", (RouteTrunk(1),))).prompt == "number-not-found"


class TestFromOutside:
    OUTSIDE = Party("13800138000", "客户")

    def arrive(self, inbound: Inbound | None, callee: Party | None = None, group: Group | None = None) -> Plan:
        return plan_call(Facts(self.OUTSIDE, "trunk", "02155550001", callee, group, inbound=inbound))

    def test_inbound_plan_rings_an_extension_with_the_did(self) -> None:
        answer = self.arrive(Inbound("主号", "extension", did_name="销售热线"), party("1002", *idle(SipKind.WEB)))
        assert (answer.action, answer.origin, answer.cid_num, answer.cid_name) == (
            "dial",
            "inbound",
            "13800138000",
            "客户",
        )
        assert (answer.did_number, answer.did_name) == ("02155550001", "销售热线")

    def test_inbound_plan_takes_a_message_when_voicemail_is_on(self) -> None:
        route = Inbound("夜间", "voicemail")
        answer = self.arrive(route, party("1002", voicemail_enabled=True))
        assert (answer.action, answer.mailbox, answer.origin) == ("voicemail", "1002", "inbound")
        assert self.arrive(route, party("1002")).prompt == "unavailable"

    def test_inbound_plan_pages_whatever_the_permission(self) -> None:
        group = Group("6000", members=(party("1002", *idle(SipKind.WEB)),), permission=Permission("members"))
        answer = self.arrive(Inbound("广播", "paging_group"), group=group)
        assert (answer.action, answer.origin) == ("page", "page")

    def test_inbound_plan_reaches_nobody_without_a_route(self) -> None:
        answer = self.arrive(None, party("02155550001", *idle(SipKind.WEB)))
        assert (answer.prompt, answer.cause, answer.origin) == ("number-not-found", Cause.UNALLOCATED, "inbound")


class TestHandedOn:
    """1001 transfers a caller, who may then go where 1001 may."""

    OUTSIDE = Party("13800138000", "客户")

    def transfer(self, dialled: str, caller: Party = OUTSIDE, kind: str = "trunk", **more: Any) -> Plan:
        return plan_call(Facts(caller, kind, dialled, handed_on_by=CALLER, **more))

    @pytest.mark.parametrize(
        ("permission", "may"),
        [
            (Permission("all"), True),
            (Permission("members", frozenset({1})), True),
            (Permission("members", frozenset({2})), False),
            (Permission("chosen", frozenset(), frozenset({1})), True),
            (Permission("chosen", frozenset({1}), frozenset({2})), False),
        ],
    )
    def test_transferred_caller_pages_by_the_permission_of_the_transferring_user(
        self, permission: Permission, may: bool
    ) -> None:
        group = Group("6000", members=(party("1002", *idle(SipKind.WEB)),), permission=permission)
        answer = self.transfer("6000", group=group)
        assert (answer.action == "page") is may
        assert may or (answer.prompt, answer.cause) == ("not-allowed", Cause.REJECTED)

    def test_page_rings_neither_the_caller_nor_the_transferring_user(self) -> None:
        group = Group("6000", members=tuple(party(number, *idle(SipKind.WEB)) for number in ("1001", "1002", "1003")))
        assert self.transfer("6000", group=group).targets == ("1002.web", "1003.web")
        assert self.transfer("6000", party("1003"), "web", group=group).targets == ("1002.web",)

    def test_transfer_to_the_own_number_is_busy(self) -> None:
        answer = self.transfer("1001", callee=Party("1001", clients=idle(SipKind.WEB)))
        assert (answer.action, answer.prompt, answer.cause) == ("prompt", "busy", Cause.BUSY)

    def test_colleague_is_transferred_to_another_client_of_the_transferring_user(self) -> None:
        own = Party("1001", clients=idle(SipKind.PHONE))
        assert self.transfer("1001", party("1003"), "web", callee=own).targets == ("1001.phone",)

    @pytest.mark.parametrize(
        ("kind", "by_kind", "action"),
        [("web", "web", "reject"), ("web", "phone", "trunk"), ("trunk", "web", "reject"), ("trunk", "phone", "trunk")],
    )
    def test_user_whose_linkus_is_off_transfers_only_with_the_desk_phone(
        self, kind: str, by_kind: str, action: str
    ) -> None:
        caller = self.OUTSIDE if kind == "trunk" else party("1003")
        route = Outbound("国内", "0.", 0, "", (RouteTrunk(1),))
        by = Party("1001", "张伟", 1, linkus_enabled=False)
        answer = plan_call(Facts(caller, kind, "0138", outbound=route, handed_on_by=by, handed_on_kind=by_kind))
        assert answer.action == action

    def test_outside_call_of_a_transferred_colleague_shows_the_transferring_user(self) -> None:
        route = Outbound("国内", "0.", 0, "", (RouteTrunk(1), RouteTrunk(2, caller_id="02150000")))
        by = Party("1001", "张伟", 1, caller_id="02161001", linkus_enabled=True)
        colleague = party("1003", caller_id="02161003")

        def shown(caller: Party, kind: str, **more: Any) -> list[tuple[str, str]]:
            answer = plan_call(Facts(caller, kind, "0138", outbound=route, **more))
            return [(trunk.caller_id, trunk.caller_id_name) for trunk in answer.trunks]

        assert shown(colleague, "web") == [("02161003", colleague.name), ("02150000", colleague.name)]
        assert shown(colleague, "web", handed_on_by=by) == [("02161001", "张伟"), ("02150000", "张伟")]
        assert shown(self.OUTSIDE, "trunk", handed_on_by=by) == [("13800138000", "客户"), ("02150000", "客户")]

    def test_transferred_caller_gets_out_as_the_transferring_user_would(self) -> None:
        answer = self.transfer("0138", outbound=Outbound("国内", "0.", 0, "", (RouteTrunk(1),)))
        assert (answer.action, answer.number) == ("trunk", "0138")
