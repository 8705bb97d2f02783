"""The whole plan that the core gets for each kind of call, and what the portal says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from linkus.call.plan.ringing import RING_SECONDS
from linkus.call.plan.rules import TRUNK_RING_SECONDS, plan_call
from linkus.call.plan.types import Destination, Facts, Group, Plan
from linkus.call.types import PAGE_RING_SECONDS, Cause, Client, Party
from linkus.kit.kinds import ClientKind, SipKind
from linkus.paging.rules import Permission
from linkus.route.rules import Inbound, Outbound, RouteTrunk

ZHANG = Party("1001", "张伟", 1, "en", linkus_enabled=True)
LI = Party("1002", "李娜", 2, "zh-CN", linkus_enabled=True, clients=(Client(SipKind.WEB), Client(SipKind.PHONE)))
TO_LI = Destination("1002", "李娜", 2)
CUSTOMER = Party("13800138000", "客户", language="en")
DID = "02155550001"


def said(plan: Plan) -> list[tuple[str, dict[str, Any]]]:
    return [(step.code.removeprefix("explain_"), dict(step.params)) for step in plan.steps]


def from_zhang(dialled: str, callee: Party | None = None, kind: str = "web", **more: Any) -> Plan:
    return plan_call(Facts(ZHANG, kind, dialled, callee, **more))


def from_customer(inbound: Inbound | None, callee: Party | None = None, group: Group | None = None) -> Plan:
    return plan_call(Facts(CUSTOMER, "trunk", DID, callee, group, inbound=inbound))


class TestInside:
    def test_plan_rings_a_colleague(self) -> None:
        answer = from_zhang("1002", LI)
        assert answer == Plan(
            "dial",
            language="en",
            targets=("1002.web", "1002.phone"),
            timeout=RING_SECONDS,
            cid_num="1001",
            cid_name="张伟",
            destination=TO_LI,
        )
        assert said(answer) == [("extension", {"number": "1002", "name": "李娜"}), ("rings", {"count": 2})]

    def test_plan_plays_the_waiting_prompt_when_the_colleague_is_on_a_call(self) -> None:
        answer = from_zhang("1002", replace(LI, clients=(Client(SipKind.WEB, on_call=True), Client(SipKind.MOBILE))))
        assert answer.waiting
        assert [code for code, _ in said(answer)] == ["extension", "rings", "waiting_prompt"]

    @pytest.mark.parametrize(
        ("client", "prompt", "cause", "why"),
        [
            (Client(SipKind.WEB, on_call=True, call_waiting=False), "busy", Cause.BUSY, "all_busy"),
            (Client(SipKind.WEB, on_call=True, calls=2), "busy", Cause.BUSY, "all_busy"),
            (None, "unavailable", Cause.ABSENT, "nobody_registered"),
        ],
    )
    def test_plan_plays_a_prompt_when_no_client_rings(
        self, client: Client | None, prompt: str, cause: Cause, why: str
    ) -> None:
        answer = from_zhang("1002", replace(LI, clients=(client,) if client else ()))
        assert answer == Plan("prompt", language="en", prompt=prompt, cause=cause, destination=TO_LI)
        assert said(answer) == [("extension", {"number": "1002", "name": "李娜"}), (why, {})]
        assert {leg.kind for leg in answer.legs} == set(SipKind)

    def test_plan_is_busy_when_callers_dial_their_own_number(self) -> None:
        answer = from_zhang("1001", ZHANG)
        to = Destination("1001", "张伟", 1)
        assert answer == Plan("prompt", language="en", prompt="busy", cause=Cause.BUSY, destination=to)
        assert said(answer) == [("own_number", {})]

    def test_plan_answers_the_echo_number(self) -> None:
        answer = from_zhang("*43")
        assert answer == Plan("echo", language="en")
        assert said(answer) == [("echo", {})]

    def test_plan_plays_not_found_when_nobody_has_the_number(self) -> None:
        answer = from_zhang("7777")
        assert answer == Plan(
            "prompt",
            language="en",
            prompt="number-not-found",
            cause=Cause.UNALLOCATED,
            destination=Destination("7777"),
        )
        assert said(answer) == [("number_unknown", {"number": "7777"})]


class TestRefused:
    def test_plan_rejects_an_unknown_caller(self) -> None:
        answer = plan_call(Facts(None, "web", "1002", LI))
        assert answer == Plan("reject", cause=Cause.REJECTED)
        assert said(answer) == [("caller_unknown", {})]

    @pytest.mark.manual("EN-3")
    @pytest.mark.parametrize("kind", list(ClientKind))
    def test_plan_rejects_a_client_when_linkus_is_off(self, kind: str) -> None:
        answer = plan_call(Facts(replace(ZHANG, linkus_enabled=False), kind, "1002", LI))
        assert answer == Plan("reject", cause=Cause.REJECTED)
        assert said(answer) == [("caller_linkus_off", {})]

    def test_plan_accepts_an_outside_caller_without_linkus(self) -> None:
        assert not CUSTOMER.linkus_enabled
        assert from_customer(Inbound("主号", "extension"), LI).action == "dial"


class TestPage:
    MEMBERS = (LI, replace(LI, number="1003", extension_id=3, clients=(Client(SipKind.MOBILE),)))

    @pytest.mark.parametrize(("two_way", "way"), [(True, "page_two_way"), (False, "page_one_way")])
    def test_plan_pages_a_group(self, two_way: bool, way: str) -> None:
        answer = from_zhang("6000", group=Group("6000", "仓库", two_way, members=(*self.MEMBERS, ZHANG)))
        assert answer == Plan(
            "page",
            language="en",
            targets=("1002.web", "1003.mobile", "1002.phone"),
            timeout=PAGE_RING_SECONDS,
            cid_num="1001",
            cid_name="张伟",
            origin="page",
            page="6000",
            duplex=two_way,
            destination=Destination("6000", "仓库"),
        )
        assert said(answer) == [
            ("paging_group", {"number": "6000", "name": "仓库"}),
            (way, {}),
            ("rings", {"count": 3}),
        ]
        assert [(leg.number, str(leg.kind), leg.rings) for leg in answer.legs] == [
            ("1002", "web", True),
            ("1002", "phone", True),
            ("1003", "mobile", True),
        ]

    def test_plan_refuses_a_page_when_the_caller_may_not(self) -> None:
        answer = from_zhang("6000", group=Group("6000", "仓库", permission=Permission("members"), members=self.MEMBERS))
        to = Destination("6000", "仓库")
        assert answer == Plan("prompt", language="en", prompt="not-allowed", cause=Cause.REJECTED, destination=to)
        assert [code for code, _ in said(answer)] == ["paging_group", "page_not_allowed"]
        assert said(answer)[0][1] == {"number": "6000", "name": "仓库"}

    def test_plan_is_unavailable_when_no_member_is_there(self) -> None:
        answer = from_zhang("6000", group=Group("6000", "仓库", members=(replace(LI, clients=()),)))
        to = Destination("6000", "仓库")
        assert answer == Plan("prompt", language="en", prompt="unavailable", cause=Cause.ABSENT, destination=to)
        assert [code for code, _ in said(answer)] == ["paging_group", "page_nobody"]
        assert [(leg.number, leg.rings) for leg in answer.legs] == [("1002", False)]


class TestToOutside:
    OWN_ID = RouteTrunk(1, "电信", caller_id="021555", caller_id_name="Linkus")
    PLAIN = RouteTrunk(2, "联通")

    def route(self, *trunks: RouteTrunk, **more: Any) -> Outbound:
        return Outbound("国内", "0.", trunks=trunks, **more)

    def test_plan_tries_trunks_in_order_each_with_its_caller_id(self) -> None:
        answer = from_zhang("0138", outbound=self.route(self.OWN_ID, self.PLAIN, strip=1, prepend="9"))
        assert answer == Plan(
            "trunk",
            language="en",
            timeout=TRUNK_RING_SECONDS,
            cid_num="021555",
            cid_name="Linkus",
            origin="outbound",
            trunks=(self.OWN_ID, replace(self.PLAIN, caller_id="1001", caller_id_name="张伟")),
            number="9138",
            destination=Destination("0138"),
        )
        assert said(answer) == [
            ("outbound_route", {"route": "国内", "pattern": "0."}),
            ("trunks", {"number": "9138", "trunks": "电信 → 联通"}),
        ]

    def test_plan_shows_the_extensions_caller_id_when_the_trunk_has_none(self) -> None:
        caller = replace(ZHANG, caller_id="02188")
        answer = plan_call(Facts(caller, "web", "0138", outbound=self.route(self.PLAIN, self.OWN_ID)))
        assert [(trunk.caller_id, trunk.caller_id_name) for trunk in answer.trunks] == [
            ("02188", "张伟"),
            ("021555", "Linkus"),
        ]
        assert (answer.cid_num, answer.cid_name) == ("02188", "张伟")

    def test_plan_leaves_out_trunks_that_are_off_or_full_with_a_reason(self) -> None:
        off = replace(self.OWN_ID, enabled=False)
        full = RouteTrunk(3, "移动", calls=2, max_calls=2)
        answer = from_zhang("0138", outbound=self.route(off, full, self.PLAIN))
        assert [trunk.trunk_id for trunk in answer.trunks] == [2]
        assert said(answer)[1:] == [
            ("trunk_off", {"trunk": "电信"}),
            ("trunk_full", {"trunk": "移动"}),
            ("trunks", {"number": "0138", "trunks": "联通"}),
        ]

    def test_plan_has_no_line_when_no_trunk_is_left(self) -> None:
        answer = from_zhang("0138", outbound=self.route(replace(self.PLAIN, enabled=False)))
        assert answer == Plan(
            "prompt",
            language="en",
            prompt="line-unavailable",
            cause=Cause.NO_TRUNK,
            origin="outbound",
            destination=Destination("0138"),
        )
        assert said(answer) == [
            ("outbound_route", {"route": "国内", "pattern": "0."}),
            ("trunk_off", {"trunk": "联通"}),
            ("no_trunk", {}),
        ]

    def test_plan_plays_not_found_when_the_route_strips_every_digit(self) -> None:
        answer = from_zhang("0138", outbound=self.route(self.PLAIN, strip=4))
        assert answer == Plan(
            "prompt",
            language="en",
            prompt="number-not-found",
            cause=Cause.UNALLOCATED,
            origin="outbound",
            destination=Destination("0138"),
        )
        assert [code for code, _ in said(answer)] == ["outbound_route", "nothing_left"]


class TestFromOutside:
    def test_inbound_plan_rings_the_extension_of_the_route(self) -> None:
        answer = from_customer(Inbound("主号", "extension", did_name="销售热线"), LI)
        assert answer == Plan(
            "dial",
            language="en",
            targets=("1002.web", "1002.phone"),
            timeout=RING_SECONDS,
            cid_num="13800138000",
            cid_name="客户",
            origin="inbound",
            did_number=DID,
            did_name="销售热线",
            destination=TO_LI,
        )
        assert [code for code, _ in said(answer)] == ["inbound_route_named", "extension", "rings"]
        assert said(answer)[0][1] == {"route": "主号", "number": DID, "did_name": "销售热线"}

    def test_inbound_plan_names_no_did_when_the_route_has_no_name(self) -> None:
        assert said(from_customer(Inbound("主号", "extension"), LI))[0][0] == "inbound_route"

    def test_inbound_plan_takes_a_message_when_the_route_leads_to_voicemail(self) -> None:
        answer = from_customer(Inbound("夜间", "voicemail"), replace(LI, voicemail_enabled=True))
        assert answer == Plan(
            "voicemail",
            language="en",
            cid_num="13800138000",
            cid_name="客户",
            origin="inbound",
            mailbox="1002",
            did_number=DID,
            destination=TO_LI,
        )
        assert said(answer)[1:] == [("extension", {"number": "1002", "name": "李娜"}), ("voicemail", {})]

    def test_inbound_plan_is_unavailable_when_voicemail_is_off(self) -> None:
        answer = from_customer(Inbound("夜间", "voicemail"), LI)
        assert answer == Plan(
            "prompt",
            language="en",
            prompt="unavailable",
            cause=Cause.ABSENT,
            origin="inbound",
            did_number=DID,
            destination=TO_LI,
        )
        assert said(answer)[1:] == [("extension", {"number": "1002", "name": "李娜"}), ("voicemail_off", {})]

    def test_inbound_plan_is_unavailable_when_the_mailbox_is_full(self) -> None:
        full = replace(LI, voicemail_enabled=True, voicemail_full=True)
        answer = from_customer(Inbound("夜间", "voicemail"), full)
        assert (answer.action, answer.prompt, answer.cause) == ("prompt", "unavailable", Cause.ABSENT)
        assert said(answer)[1:] == [("extension", {"number": "1002", "name": "李娜"}), ("voicemail_full", {})]
        assert from_customer(Inbound("日间", "extension"), full) == from_customer(
            Inbound("日间", "extension"), replace(LI, voicemail_enabled=True)
        )

    def test_inbound_plan_pages_the_group_of_the_route(self) -> None:
        group = Group("6000", "仓库", members=(LI,), permission=Permission("members"))
        answer = from_customer(Inbound("广播", "paging_group", did_name="热线"), group=group)
        assert (answer.action, answer.origin, answer.did_number, answer.did_name) == ("page", "page", DID, "热线")
        assert (answer.cid_num, answer.cid_name, answer.targets) == ("13800138000", "客户", ("1002.web", "1002.phone"))

    def test_inbound_plan_is_unavailable_when_no_member_is_there(self) -> None:
        answer = from_customer(Inbound("广播", "paging_group"), group=Group("6000", "仓库"))
        assert (answer.prompt, answer.origin) == ("unavailable", "inbound")

    def test_inbound_plan_ignores_a_group_when_the_route_leads_to_an_extension(self) -> None:
        answer = from_customer(Inbound("主号", "extension"), LI, Group("6000", members=(LI,)))
        assert (answer.action, answer.destination) == ("dial", TO_LI)

    @pytest.mark.parametrize("destination", ["extension", "paging_group", "voicemail"])
    def test_inbound_plan_plays_not_found_when_the_destination_is_gone(self, destination: Any) -> None:
        answer = from_customer(Inbound("主号", destination))
        assert answer == Plan(
            "prompt",
            language="en",
            prompt="number-not-found",
            cause=Cause.UNALLOCATED,
            origin="inbound",
            did_number=DID,
            destination=Destination(DID),
        )
        assert [code for code, _ in said(answer)] == ["inbound_route", "no_destination"]

    def test_inbound_plan_plays_not_found_when_no_route_matches(self) -> None:
        answer = from_customer(None, LI)
        assert answer == Plan(
            "prompt",
            language="en",
            prompt="number-not-found",
            cause=Cause.UNALLOCATED,
            origin="inbound",
            did_number=DID,
            destination=Destination(DID),
        )
        assert said(answer) == [("no_inbound_route", {"number": DID})]
