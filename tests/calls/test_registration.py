"""Authentication and registration at the edge."""

from __future__ import annotations

import asyncio
import re

import pytest
from websockets.exceptions import InvalidStatus

from linkus.engine.edge_events import Refused, Registered
from linkus.engine.kamailio import EdgeRefusedError, Phone
from linkus.kit.settings import SIP_PORT
from tests.calls.conftest import PASSWORD, MakeClient, MakePhone
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain, credential, ha1
from tests.calls.sip import Agent
from tests.calls.transports import Tcp, Udp


async def test_a_websocket_has_one_identity(engine: Engine, make_client: MakeClient, number: str, another: str) -> None:
    """The brain finds the contacts of a session that ends by its connection: a second identity would hide the first."""
    client = await make_client(number)
    first, client.aor = client.aor, f"{another}.web"
    client.username, client.password = credential(engine.keys["sip_ephemeral"], client.aor)
    assert (await client.register()).status == 403
    assert [len(await engine.edge.registrations_of(aor)) for aor in (first, client.aor)] == [1, 0]


class TestDeskPhone:
    async def test_registers_with_a_name_that_is_not_its_number(
        self, engine: Engine, brain: FakeBrain, make_phone: MakePhone, number: str
    ) -> None:
        phone = await make_phone(number)
        event = await brain.event("registered", phone.aor)
        assert isinstance(event, Registered)
        assert (event.address, event.transport, event.user_agent, event.expires) == (HOST, "udp", "Linkus test", 300)
        [held] = await engine.edge.registrations_of(phone.aor)
        assert held.contact == event.contact
        assert held.address == HOST
        assert held.user_agent == "Linkus test"

    async def test_wrong_password(self, brain: FakeBrain, make_phone: MakePhone, number: str) -> None:
        phone = await make_phone(number, register=False, password=PASSWORD + "x")
        assert (await phone.register()).status == 401
        event = await brain.event("refused", phone.aor)
        assert isinstance(event, Refused)
        assert (event.reason, event.address) == ("wrong_password", HOST)

    async def test_phone_is_asked_to_retry_before_all_phones_are_written(
        self, engine: Engine, brain: FakeBrain, make_phone: MakePhone, number: str
    ) -> None:
        """After a start of the edge a right password must not be refused, because the phone would give up."""
        phone = await make_phone(number, register=False)
        cable = Agent(await Tcp.connect(HOST, SIP_PORT), phone.aor, phone.username, PASSWORD)
        await engine.edge.ask("htable.delete", "complete", "phones")
        try:
            asking = asyncio.create_task(phone.register())
            answer = await cable.register()
            assert (answer.status, answer.get("Retry-After")) == (503, "3")
            assert not asking.done()
        finally:
            await engine.fill()
        await phone.send(phone.sent[-1])  # as every phone retransmits over UDP without an answer
        assert (await asking).status == 200
        assert (await cable.register()).status == 200
        assert not any(isinstance(each, Refused) and each.aor == phone.aor for each in brain.events)
        await cable.close()

    async def test_unknown_phone_gets_the_same_answer_as_a_wrong_password(
        self, engine: Engine, make_phone: MakePhone, number: str
    ) -> None:
        phone = await make_phone(number, register=False)
        await engine.edge.delete_phone(phone.aor)
        assert (await phone.register()).status == 401

    async def test_phones_register_many_at_once(self, engine: Engine, make_phone: MakePhone, number: str) -> None:
        """All phones of one request are then known, even with the longest names, and earlier phones stay known."""
        phone = await make_phone(number)
        names = [f"{each}.phone" for each in range(70000, 70250)]
        many = [Phone(name, "r" * 63, ha1(name, PASSWORD), 10) for name in names]
        await engine.edge.set_phones(many)
        known = await engine.edge.phones()
        assert {name: known[name] for name in names} == {each.aor: each.entry for each in many}
        assert phone.aor in known
        with pytest.raises(EdgeRefusedError, match=r"not a phone: 70251\.phone"):
            await engine.edge.set_phones([Phone("70250.phone", "r", "0" * 32, 1), Phone("70251.phone", "r", "0", 1)])
        assert "70250.phone" in await engine.edge.phones()
        for name in [*names, "70250.phone"]:
            await engine.edge.delete_phone(name)

    async def test_each_event_is_one_line_of_the_log(self, engine: Engine, make_phone: MakePhone, number: str) -> None:
        """Several processes of the edge write at the same time."""
        phones = [await make_phone(f"{number}{each}", register=False) for each in range(200)]
        begin = len(engine.log("kamailio"))
        assert {answer.status for answer in await asyncio.gather(*(each.register() for each in phones))} == {200}
        whole = re.compile(rf"^event=registered aor={number}\d+\.phone address={HOST} transport=udp sip=\S+$", re.M)
        async with asyncio.timeout(5):
            while engine.log("kamailio").count("transport=udp", begin) < 200:
                await asyncio.sleep(0.05)
        assert len(whole.findall(engine.log("kamailio"), begin)) == 200

    async def test_phone_is_refused_with_another_phones_name(
        self, brain: FakeBrain, make_phone: MakePhone, number: str, another: str
    ) -> None:
        await make_phone(another)
        phone = await make_phone(number, register=False)
        assert (await phone.register(aor=f"{another}.phone")).status == 401
        event = await brain.event("refused", f"{another}.phone")
        assert isinstance(event, Refused)
        assert event.reason == "other_identity"

    async def test_a_phone_cannot_register_as_another_number(
        self, engine: Engine, brain: FakeBrain, make_phone: MakePhone, number: str, another: str
    ) -> None:
        """From says who proves its identity; To says who is registered."""
        owner, phone = await make_phone(another), await make_phone(number, register=False)
        assert (await phone.register(to=owner.aor)).status == 403
        event = await brain.event("refused", owner.aor)
        assert isinstance(event, Refused)
        assert event.reason == "other_identity"
        assert [each.contact for each in await engine.edge.registrations_of(owner.aor)] == [owner.contact.strip("<>")]
        assert await engine.edge.registrations_of(phone.aor) == []

    async def test_phone_deregisters(
        self, engine: Engine, brain: FakeBrain, make_phone: MakePhone, number: str
    ) -> None:
        phone = await make_phone(number)
        assert (await phone.register(0)).status == 200
        await brain.event("unregistered", phone.aor)
        assert await engine.edge.registrations_of(phone.aor) == []

    async def test_oldest_contact_is_dropped_above_the_limit(
        self, engine: Engine, brain: FakeBrain, make_phone: MakePhone, number: str
    ) -> None:
        first, second, last = [await make_phone(number, max_contacts=2) for _ in range(3)]
        held = {each.contact for each in await engine.edge.registrations_of(first.aor)}
        assert held == {second.contact.strip("<>"), last.contact.strip("<>")}
        event = await brain.event("unregistered", first.aor)
        assert getattr(event, "contact", "") == first.contact.strip("<>")

    async def test_contact_is_dropped_once(self, engine: Engine, make_phone: MakePhone, number: str) -> None:
        """usrloc keeps a dropped contact for seconds, so each REGISTER used to drop all of them again."""
        before = len(engine.log("kamailio"))
        phones = [await make_phone(number, max_contacts=1) for _ in range(4)]
        lines = engine.log("kamailio")[before:].splitlines()
        dropped = [line for line in lines if f"event=contact-dropped aor={phones[0].aor}" in line]
        assert len(dropped) == 3

    async def test_deregistration_drops_no_other_contact(
        self, engine: Engine, brain: FakeBrain, make_phone: MakePhone, number: str
    ) -> None:
        """The second phone has displaced the first. When the first is switched off, the second must stay registered."""
        first, second = [await make_phone(number, max_contacts=1) for _ in range(2)]
        assert (await first.register(0)).status == 200
        assert [each.contact for each in await engine.edge.registrations_of(first.aor)] == [second.contact.strip("<>")]

    async def test_several_contacts_in_one_request(
        self, engine: Engine, brain: FakeBrain, make_phone: MakePhone, number: str
    ) -> None:
        """A phone whose address has changed removes the old contact and adds the new one in one request."""
        phone = await make_phone(number, max_contacts=1)
        old, new = phone.contact, f"<sip:{phone.aor}@{HOST}:9>"
        phone.contact = f"{old};expires=0, {new};expires=60"
        await brain.event("registered", phone.aor)
        assert (await phone.register()).status == 200
        assert [each.contact for each in await engine.edge.registrations_of(phone.aor)] == [new.strip("<>")]
        event = await brain.event("registered", phone.aor)
        assert isinstance(event, Registered)
        assert (event.contact, event.expires) == (new.strip("<>"), 60)
        gone = await brain.event("unregistered", phone.aor)
        assert getattr(gone, "contact", "") == old.strip("<>")
        # more contacts than the phone may have are refused, and the present ones stay
        phone.contact = f"{old}, {new}"
        assert (await phone.register()).status == 403
        assert [each.contact for each in await engine.edge.registrations_of(phone.aor)] == [new.strip("<>")]

    async def test_overheard_digest_is_refused(
        self, engine: Engine, make_phone: MakePhone, number: str, another: str
    ) -> None:
        phone = await make_phone(number)
        heard = next(m for m in reversed(phone.sent) if m.get("Authorization"))
        thief = await make_phone(another, register=False)
        heard.headers = [
            (name, {"Via": thief.via(), "Contact": thief.contact, "Expires": "3600"}.get(name, value))
            for name, value in heard.headers
        ]
        assert (await thief.transact(heard)).status == 401
        assert [each.contact for each in await engine.edge.registrations_of(phone.aor)] == [phone.contact.strip("<>")]


class TestLinkusClient:
    async def test_client_is_asked_to_retry_before_revocations_are_written(
        self, engine: Engine, brain: FakeBrain, make_client: MakeClient, number: str
    ) -> None:
        """After a start of the edge a revoked credential looks valid, even when used for a desk phone's identity."""
        client = await make_client(number, register=False)
        cable = Agent(await Tcp.connect(HOST, SIP_PORT), client.aor, client.username, client.password)
        datagram = Agent(await Udp.open(HOST, (HOST, SIP_PORT)), client.aor, client.username, client.password)
        await engine.edge.ask("htable.delete", "complete", "revoked")
        try:
            for each in (client, cable):
                answer = await each.register()
                assert (answer.status, answer.get("Retry-After")) == (503, "3")
            asking = asyncio.create_task(datagram.register())
            with pytest.raises(InvalidStatus) as refused:
                await make_client(number)
            assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (503, "3")
            await asyncio.sleep(0.5)
            assert not asking.done()
        finally:
            await engine.fill()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert await engine.edge.registrations_of(client.aor) == []
        assert not any(isinstance(each, Refused) and each.aor == client.aor for each in brain.events)
        assert (await client.register()).status == 200
        for each in (cable, datagram):
            await each.close()

    async def test_client_connects_without_an_error_in_the_log(
        self, engine: Engine, brain: FakeBrain, make_client: MakeClient, number: str
    ) -> None:
        before = len(engine.log("kamailio"))
        client = await make_client(number)
        await client.transport.close()
        await brain.event("disconnected", client.aor, seconds=10)
        said = engine.log("kamailio")[before:]
        assert f"aor={client.aor}" in said
        assert [line for line in said.splitlines() if "ERROR" in line or "WARNING" in line] == []

    async def test_connections_of_strangers_leave_few_lines_in_the_log(
        self, engine: Engine, brain: FakeBrain, make_client: MakeClient, number: str
    ) -> None:
        begin = len(engine.log("kamailio"))
        strangers = [await make_client(f"{number}{each}", register=False, address="203.0.113.9") for each in range(60)]
        clients = [strangers.pop() for _ in range(20)]
        assert {(await client.register()).status for client in clients} == {200}
        await asyncio.sleep(0.5)
        said = engine.log("kamailio")[begin:]
        connected = re.findall(r"^event=connected connection=(\d+) address=203\.0\.113\.9 request=\S+", said, re.M)
        registered = {each.websocket for each in brain.events if isinstance(each, Registered)}
        assert len(registered) == 20
        assert registered <= set(map(int, connected))
        # two lines per process, in at most two windows of ten seconds
        assert 20 <= len(connected) == len(set(connected)) <= 20 + 2 * 2 * 3
        # a client that registers again is no newcomer
        assert (await clients[0].register()).status == 200
        assert engine.log("kamailio").count("event=connected", begin) == len(connected)

    async def test_registers_with_a_time_limited_credential(
        self, engine: Engine, brain: FakeBrain, make_client: MakeClient, number: str
    ) -> None:
        client = await make_client(number)
        event = await brain.event("registered", client.aor)
        assert isinstance(event, Registered)
        assert event.address == "203.0.113.7"
        [held] = await engine.edge.registrations_of(client.aor)
        assert held.connection == event.websocket is not None
        assert held.contact == event.contact

    @pytest.mark.parametrize("contact", ["{}", "{};expires=86400", "{};expires=60;expires=86400"])
    async def test_registration_ends_with_its_credential(
        self, engine: Engine, brain: FakeBrain, make_client: MakeClient, number: str, contact: str
    ) -> None:
        """The client renews it with a newer one. Otherwise a client whose user is gone could be called for an hour."""
        client = await make_client(number, register=False, lives=100)
        plain, client.contact = client.contact, contact.format(client.contact)
        assert (await client.register(86400)).status == 200
        [held] = await engine.edge.registrations_of(client.aor)
        assert 90 <= held.expires <= 100
        event = await brain.event("registered", client.aor)
        assert isinstance(event, Registered)
        assert event.expires <= 100
        client.contact = plain
        client.username, client.password = credential(engine.keys["sip_ephemeral"], client.aor, 300)
        assert (await client.register(200)).status == 200
        [held] = await engine.edge.registrations_of(client.aor)
        assert 190 <= held.expires <= 200
        assert (await client.register(0)).status == 200
        assert [each for each in await engine.edge.registrations_of(client.aor) if each.expires > 0] == []

    async def test_client_needs_a_credential_that_outlasts_the_shortest_registration(
        self, make_client: MakeClient, number: str
    ) -> None:
        client = await make_client(number, register=False, lives=20)
        answer = await client.register()
        assert (answer.status, answer.start) == (403, "SIP/2.0 403 Credential Ends")

    async def test_client_registers_over_a_websocket_only(
        self, engine: Engine, make_client: MakeClient, number: str
    ) -> None:
        client = await make_client(number, register=False)
        for transport in (await Udp.open(HOST, (HOST, SIP_PORT)), await Tcp.connect(HOST, SIP_PORT)):
            stranger = Agent(transport, client.aor, client.username, client.password)  # type: ignore[type-var]
            assert (await stranger.register()).status == 403
            await stranger.close()
        assert await engine.edge.registrations_of(client.aor) == []

    async def test_client_is_refused_with_an_expired_credential(
        self, brain: FakeBrain, make_client: MakeClient, number: str
    ) -> None:
        client = await make_client(number, register=False, lives=-1)
        assert (await client.register()).status == 401
        event = await brain.event("refused", client.aor)
        assert isinstance(event, Refused)
        assert event.reason == "expired"

    async def test_client_is_refused_with_a_forged_credential(
        self, brain: FakeBrain, make_client: MakeClient, number: str
    ) -> None:
        client = await make_client(number, register=False)
        client.password = credential("not the key", client.aor)[1]
        assert (await client.register()).status == 401
        event = await brain.event("refused", client.aor)
        assert isinstance(event, Refused)
        assert event.reason == "wrong_password"

    async def test_client_is_refused_with_a_credential_of_another_kind(
        self, make_client: MakeClient, number: str
    ) -> None:
        client = await make_client(number, "web", register=False)
        assert (await client.register(aor=f"{number}.desktop")).status == 401

    async def test_a_client_cannot_register_as_another_number(
        self, engine: Engine, brain: FakeBrain, make_client: MakeClient, number: str, another: str
    ) -> None:
        owner, client = await make_client(another), await make_client(number, register=False)
        before = await engine.edge.registrations_of(owner.aor)
        assert (await client.register(to=owner.aor)).status == 403
        event = await brain.event("refused", owner.aor)
        assert isinstance(event, Refused)
        assert event.reason == "other_identity"
        after = await engine.edge.registrations_of(owner.aor)
        assert [each.contact for each in after] == [each.contact for each in before]
        assert await engine.edge.registrations_of(client.aor) == []
