"""Tests which clients ring, one by one, and why: what the portal shows of a plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.call.plan import ringing
from linkus.call.plan.types import LegChoice, Reason
from linkus.call.types import Client, Party
from linkus.kit.kinds import SipKind

WEB, MOBILE, PHONE = SipKind.WEB, SipKind.MOBILE, SipKind.PHONE


def party(*clients: Client, number: str = "1002", linkus: bool = True) -> Party:
    return Party(number, "李娜", 2, "en", linkus_enabled=linkus, clients=clients)


def leg(kind: SipKind | None, rings: bool, code: str, on_call: bool = False, number: str = "1002") -> LegChoice:
    return LegChoice(number, kind, rings, Reason(f"explain_leg_{code}"), on_call)


class TestOrdinaryCall:
    @pytest.mark.parametrize(
        ("client", "linkus", "choice"),
        [
            (Client(WEB), True, leg(WEB, True, "idle")),
            (Client(WEB), False, leg(WEB, False, "linkus_off")),
            (Client(PHONE), False, leg(PHONE, True, "idle")),
            (Client(PHONE, on_call=True), True, leg(PHONE, True, "phone_on_call", on_call=True)),
            (Client(WEB, on_call=True), True, leg(WEB, True, "waiting", on_call=True)),
            (Client(WEB, on_call=True, auto_answer=True), True, leg(WEB, True, "waiting_auto_later", on_call=True)),
            (Client(WEB, on_call=True, call_waiting=False), True, leg(WEB, False, "busy", on_call=True)),
            (Client(WEB, on_call=True, calls=2), True, leg(WEB, False, "full", on_call=True)),
            (Client(WEB, calls=2), True, leg(WEB, False, "full")),
            (Client(WEB, auto_answer=True), True, leg(WEB, True, "idle_auto_now")),
        ],
    )
    def test_of_a_client(self, client: Client, linkus: bool, choice: LegChoice) -> None:
        found = ringing.for_call(party(client, linkus=linkus))
        assert [each for each in found if each.kind is client.kind] == [choice]
        others = [each for each in found if each.kind is not client.kind]
        assert others == [leg(kind, False, "not_registered") for kind in SipKind if kind is not client.kind]

    def test_only_those_that_ring_are_targets(self) -> None:
        found = ringing.for_call(party(Client(WEB), Client(MOBILE, on_call=True, call_waiting=False), Client(PHONE)))
        assert ringing.targets(found) == ("1002.web", "1002.phone")


class TestPage:
    @pytest.mark.parametrize(
        ("client", "linkus", "choice"),
        [
            (Client(WEB), True, leg(WEB, True, "idle")),
            (Client(WEB, paging_auto_answer=True), True, leg(WEB, True, "idle_page_auto")),
            (Client(WEB), False, leg(WEB, False, "linkus_off")),
            (Client(PHONE), False, leg(PHONE, True, "idle")),
            (Client(PHONE, on_call=True), True, leg(PHONE, True, "phone_on_call", on_call=True)),
            (Client(WEB, on_call=True), True, leg(WEB, True, "waiting", on_call=True)),
            (Client(WEB, on_call=True, call_waiting=False), True, leg(WEB, False, "page_busy", on_call=True)),
            (
                Client(WEB, on_call=True, paging_auto_answer=True, paging_preempt=True),
                True,
                leg(WEB, True, "preempts", on_call=True),
            ),
        ],
    )
    def test_of_a_client(self, client: Client, linkus: bool, choice: LegChoice) -> None:
        assert ringing.for_page([party(client, linkus=linkus)]) == (choice,)

    def test_every_client_of_every_member_has_its_line(self) -> None:
        members = [
            party(number="1001"),
            party(Client(WEB), Client(PHONE), number="1002", linkus=False),
            party(Client(MOBILE), number="1003"),
        ]
        assert ringing.for_page(members) == (
            leg(None, False, "not_registered", number="1001"),
            leg(WEB, False, "linkus_off", number="1002"),
            leg(PHONE, True, "idle", number="1002"),
            leg(MOBILE, True, "idle", number="1003"),
        )


class TestRoomForAPage:
    """The core takes a list of limited length (`MAX_PAGE_CHARACTERS`)."""

    def choices(self, *targets: str) -> list[LegChoice]:
        pairs = [target.split(".") for target in targets]
        return [leg(SipKind(kind), True, "idle", number=number) for number, kind in pairs]

    def test_the_first_client_of_everybody_comes_before_anybody_s_second(self) -> None:
        choices = self.choices("1009.web", "1009.mobile", "1009.phone", "1001.web", "1001.mobile", "1005.web")
        assert ringing.page_targets(choices) == (
            "1009.web", "1001.web", "1005.web", "1009.mobile", "1001.mobile", "1009.phone",
        )  # fmt: skip

    def test_one_that_does_not_ring_takes_no_turn(self) -> None:
        choices = [leg(WEB, False, "busy"), *self.choices("1002.mobile", "1001.web")]
        assert ringing.page_targets(choices) == ("1002.mobile", "1001.web")

    def test_the_list_is_filled_to_the_last_character(self, monkeypatch: pytest.MonkeyPatch) -> None:
        choices = self.choices("1001.web", "1002.web", "1003.web")
        room = len("PJSIP/1001.web@edge&PJSIP/1002.web@edge&")
        monkeypatch.setattr(ringing, "MAX_PAGE_CHARACTERS", room)
        assert ringing.page_targets(choices) == ("1001.web", "1002.web")
        monkeypatch.setattr(ringing, "MAX_PAGE_CHARACTERS", room - 1)
        assert ringing.page_targets(choices) == ("1001.web",)

    @given(st.lists(st.integers(1, 4), max_size=150), st.integers(0, 400))
    def test_nobody_has_a_second_client_before_each_has_one(self, clients: list[int], room: int) -> None:
        targets = [f"{number}.{list(SipKind)[at]}" for number, count in enumerate(clients, 1000) for at in range(count)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ringing, "MAX_PAGE_CHARACTERS", room)
            found = ringing.page_targets(self.choices(*targets))
        kinds_of = {
            number: [target for target in targets if target.startswith(f"{number}.")] for number in range(1000, 1150)
        }
        turns = [kinds_of[int(target.partition(".")[0])].index(target) for target in found]
        assert turns == sorted(turns)
        assert len("".join(f"PJSIP/{target}@edge&" for target in found)) <= room
        assert set(found) <= set(targets)

    def test_who_is_left_out_does_not_ring_and_the_reason_is_said(self) -> None:
        choices = [leg(WEB, False, "busy", on_call=True), *self.choices("1003.web", "1004.web")]
        assert ringing.cut(choices, {"1003.web"}) == (
            choices[0],
            choices[1],
            leg(WEB, False, "cut", number="1004"),
        )
