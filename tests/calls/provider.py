"""Runs a provider: another Asterisk with its own configuration and address, which knows nothing of ours."""

from __future__ import annotations

import asyncio
import os
import shutil

from linkus.engine.layout import Layout
from linkus.engine.sandbox import ENGINE_UID, choose_sandbox
from tests.calls.baresip import write_wav
from tests.calls.engine import HOST

USER, PASSWORD = "acme-4711", "Provider-secret-9"
NUMBER = "+862155501000"
TONE = 1000
SIP_PORT, AMI_PORT = 5060, 5038

PJSIP = """[global]
type=global
endpoint_identifier_order=auth_username,username,ip
default_realm=provider.example
user_agent=provider
[udp]
type=transport
protocol=udp
bind={address}:5060
[tcp]
type=transport
protocol=tcp
bind={address}:5060
[{user}]
type=endpoint
context=from-customer
auth={user}
aors={user}
identify_by=auth_username,username
disallow=all
allow={codecs}
direct_media=no
media_address={address}
bind_rtp_to_media_address=yes
dtmf_mode=rfc4733
trust_id_inbound=yes
send_pai=yes
rewrite_contact=no
rtp_symmetric=no
[{user}]
type=aor
max_contacts=2
remove_existing=yes
qualify_frequency=0
[{user}]
type=auth
auth_type=userpass
username={user}
password={password}
"""

HEADERS = ("From", "To", "P-Asserted-Identity", "Contact", "X-Linkus-Call", "X-Linkus-Trunk")
FACTS = [*(f"{name}: ${{PJSIP_HEADER(read,{name})}}" for name in HEADERS), "Codec: ${CHANNEL(audioreadformat)}"]
TLS = """[tls]
type=transport
protocol=tls
bind={address}:5061
cert_file={folder}/tls/cert.pem
priv_key_file={folder}/tls/key.pem
method=tlsv1_2
"""

# 1...: outcomes of calls to these numbers. 8...: calls that the provider makes to us.
EXTENSIONS = """[from-customer]
exten => _+86X!,1,Goto(${{EXTEN:3}},1)
exten => 10000,1,Answer()
 same => n,UserEvent(Answered,{facts})
 same => n,Playback({folder}/tone)
 same => n,Hangup()
exten => 10002,1,Progress()
 same => n,Playback({folder}/tone,noanswer)
 same => n,Hangup(16)
exten => 10003,1,Answer()
 same => n,Read(keys,,4,,1,10)
 same => n,UserEvent(Keys,Keys: ${{keys}})
 same => n,Playback({folder}/tone)
exten => 10004,1,Ringing()
 same => n,Wait(60)
exten => 10017,1,Hangup(17)
exten => 10404,1,Hangup(1)
exten => 10021,1,Hangup(21)
exten => 10034,1,Hangup(34)
[tone]
exten => s,1,Answer()
 same => n,Playback({folder}/tone)
 same => n,Hangup()
"""

MANAGER = """[general]
enabled=yes
bindaddr={address}
port=5038
[test]
secret=test
read=call,user,dtmf,system,reporting
write=all
"""
MODULES = (
    "app_read", "app_userevent", "app_playtones", "app_senddtmf", "res_pjsip_registrar",
    "res_pjsip_endpoint_identifier_user", "res_pjsip_outbound_authenticator_digest", "func_pjsip_endpoint",
)  # fmt: skip


def provider_address(host: str = HOST) -> str:
    """Return an address next to the engine's: 127.1.4.1 has its provider at 127.1.4.151."""
    front, _, last = host.rpartition(".")
    return f"{front}.{150 + int(last) % 100}"


class Provider:
    def __init__(self, layout: Layout, codecs: str = "alaw") -> None:
        """Prepare a provider for the instance at `layout`, and borrow its image."""
        self.address = provider_address(layout.host)
        self._folder = layout.run / "provider"
        self._sandbox = choose_sandbox(layout)
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self.events: list[dict[str, str]] = []
        tls = layout.run / "tls"
        if self._folder.exists():
            shutil.rmtree(self._folder)
        source = layout.run / "asterisk"
        shutil.copytree(source, self._folder, ignore=shutil.ignore_patterns("*.ctl", "*.pid", "*.sqlite3*"))
        values = {
            "address": self.address,
            "user": USER,
            "password": PASSWORD,
            "codecs": codecs,
            "folder": self._folder,
            "facts": ",".join(FACTS),
        }
        main = (self._folder / "asterisk.conf").read_text()
        (self._folder / "asterisk.conf").write_text(main.replace(str(source), str(self._folder)))
        modules = (self._folder / "modules.conf").read_text()
        (self._folder / "modules.conf").write_text(modules + "".join(f"load={each}.so\n" for each in MODULES))
        for name, text in (("pjsip", PJSIP), ("extensions", EXTENSIONS), ("manager", MANAGER)):
            (self._folder / f"{name}.conf").write_text(text.format(**values))
        if tls.exists():
            shutil.copytree(tls, self._folder / "tls")
            with (self._folder / "pjsip.conf").open("a") as file:
                file.write(TLS.format(address=self.address, folder=self._folder))
        write_wav(self._folder / "tone.wav", TONE, 8000, 1)
        if os.geteuid() == 0:
            for path in (self._folder, *self._folder.rglob("*")):
                os.chown(path, ENGINE_UID, ENGINE_UID)

    async def start(self) -> None:
        self.events.clear()
        command = self._sandbox.command(["asterisk", "-f", "-C", str(self._folder / "asterisk.conf")])
        with (self._folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )
        async with asyncio.timeout(20):
            while True:
                try:
                    reader, self._writer = await asyncio.open_connection(self.address, AMI_PORT)
                    break
                except OSError:
                    await asyncio.sleep(0.05)
        self._reading = asyncio.create_task(self._read(reader))
        await self.action("Login", Username="test", Secret="test")
        await self.event("FullyBooted")

    async def stop(self) -> None:
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._writer:
            self._writer.close()
        if self._process and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), 10)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()

    async def action(self, name: str, **fields: str) -> None:
        assert self._writer
        lines = {"Action": name, **fields}
        self._writer.write(("".join(f"{key}: {value}\r\n" for key, value in lines.items()) + "\r\n").encode())
        await self._writer.drain()

    async def event(self, name: str, seconds: float = 10.0, **fields: str) -> dict[str, str]:
        """Return the next event of this name with these fields, or one that has already come."""
        async with asyncio.timeout(seconds):
            while True:
                for each in self.events:
                    if name in (each.get("Event"), each.get("UserEvent")) and fields.items() <= each.items():
                        self.events.remove(each)
                        return each
                await asyncio.sleep(0.02)

    async def call(self, target: str, number: str, name: str = "") -> None:
        """Place a call from an outside caller. The INVITE is sent to the SIP URI `target`."""
        await self.action(
            "Originate", Channel=f"PJSIP/{USER}/{target}", Context="tone", Exten="s", Priority="1",
            CallerID=f'"{name}" <{number}>', Async="true", Timeout="20000",
        )  # fmt: skip

    async def contacts(self) -> list[str]:
        """Return the URIs that we have registered."""
        self.events.clear()
        await self.action("PJSIPShowContacts")
        async with asyncio.timeout(5):
            while not (ends := [each for each in self.events if each.get("Event") == "ContactListComplete"]):
                if any(each.get("Message") == "No Contacts found" for each in self.events):
                    return []
                await asyncio.sleep(0.02)
        assert ends
        return [each["Uri"] for each in self.events if each.get("Event") == "ContactList"]

    async def contact(self) -> str:
        """Return the URI that we have registered, after waiting for it."""
        async with asyncio.timeout(15):
            while not (found := await self.contacts()):
                await asyncio.sleep(0.2)
        [contact] = found
        return contact

    async def hang_up_all(self) -> None:
        """End every call on the other side's behalf."""
        await self.action("Hangup", Channel="/^PJSIP.*/")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        message: dict[str, str] = {}
        while line := await reader.readline():
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            if text:
                key, _, value = text.partition(": ")
                message[key] = value
            elif message:
                self.events.append(message)
                message = {}

    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")
