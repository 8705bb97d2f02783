"""From the core's folder into the user's list: nothing lost, nothing twice, nothing of other users."""

from __future__ import annotations

import os
import struct
import time
import wave
from pathlib import Path

import httpx
import pytest

from linkus.call.records.models import CallRecord
from linkus.kit.bus import extension_topic
from linkus.kit.clock import now
from linkus.shared.models.extension import Extension
from linkus.voicemail.files import MessageFiles
from linkus.voicemail.tasks import MAX_WAIT_FOR_NAME_SECONDS, forget_owner, take_all
from tests.support.api import Server, frames

OWN = "/api/v1/client/voicemail"


@pytest.fixture
def files(server: Server, tmp_path: Path) -> MessageFiles:
    found = MessageFiles(tmp_path / "box", tmp_path / "kept")
    found.box.mkdir()
    server.services.voicemail_files = found
    return found


def leave(
    files: MessageFiles, mailbox: str = "1001", caller: str = "1002", seconds: float = 3, age: float = 60
) -> Path:
    path = files.box / f"1790000000_{mailbox}_{caller}_{len(list(files.box.iterdir())):08x}.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(struct.pack("<h", 1000) * int(8000 * seconds))
    then = time.time() - age
    os.utime(path, (then, then))
    return path


async def test_message_is_listed_heard_and_deleted(
    client: httpx.AsyncClient, extension: Extension, server: Server, files: MessageFiles
) -> None:
    listening = server.listen(extension_topic(extension.id))
    path = leave(files, seconds=4.4)
    await take_all(server.services)
    await take_all(server.services)
    assert not path.exists()
    found = (await client.get(OWN)).json()
    assert (found["total"], found["unheard"]) == (1, 1)
    [message] = found["items"]
    assert (message["from_number"], message["seconds"], message["heard"]) == ("1002", 4, False)
    audio = await client.get(f"{OWN}/{message['id']}/audio")
    assert (audio.headers["content-type"], len(audio.content)) == ("audio/wav", 44 + int(4.4 * 16000))
    assert (await client.put(f"{OWN}/{message['id']}", json={"heard": True})).json()["heard"] is True
    assert (await client.get(OWN)).json()["unheard"] == 0
    assert (await client.delete(f"{OWN}/{message['id']}")).status_code == 204
    assert (await client.get(OWN)).json()["items"] == []
    assert (await client.get(f"{OWN}/{message['id']}/audio")).status_code == 404
    assert list(files.kept.rglob("*.wav")) == []
    assert [event["unheard"] for event in frames(listening) if event["type"] == "voicemail.changed"] == [1, 0, 0]


async def test_same_file_twice_is_one_message(client: httpx.AsyncClient, server: Server, files: MessageFiles) -> None:
    """As after a crash between the commit and the removal."""
    path = leave(files)
    content = path.read_bytes()
    await take_all(server.services)
    path.write_bytes(content)
    os.utime(path, (1, 1))
    await take_all(server.services)
    assert (await client.get(OWN)).json()["total"] == 1


@pytest.mark.usefixtures("extension")
async def test_incomplete_or_foreign_file_is_no_message(
    client: httpx.AsyncClient, server: Server, files: MessageFiles
) -> None:
    growing, empty, nobodys = leave(files, age=0), leave(files, seconds=0.4), leave(files, mailbox="77")
    stranger = files.box / "notes.txt"
    stranger.write_text("x")
    await take_all(server.services)
    assert (await client.get(OWN)).json()["total"] == 0
    assert [path.exists() for path in (growing, empty, nobodys, stranger)] == [True, False, False, True]


async def test_user_cannot_read_the_message_of_another(
    server: Server, client: httpx.AsyncClient, files: MessageFiles
) -> None:
    other = await server.sign_in(await server.make_extension("1002"))
    leave(files)
    await take_all(server.services)
    [message] = (await client.get(OWN)).json()["items"]
    assert (await other.get(OWN)).json()["total"] == 0
    for answer in (
        await other.get(f"{OWN}/{message['id']}/audio"),
        await other.put(f"{OWN}/{message['id']}", json={"heard": True}),
        await other.delete(f"{OWN}/{message['id']}"),
    ):
        assert answer.status_code == 404
    assert (await client.get(OWN)).json()["unheard"] == 1


async def record_of(server: Server, call_id: str, from_name: str) -> None:
    """Write the record of the call with this message, of a caller from outside."""
    at = now()
    async with server.database.transaction() as db:
        db.add(
            CallRecord(
                call_id=call_id, from_number="13800138000", from_name=from_name, from_kind="trunk", to_number="1001",
                to_name="", to_kind="", origin="inbound", did_number="02155550001", did_name="", started_at=at,
                ended_at=at, result="answered", cause=16, hidden_from_caller=False, hidden_from_callee=False,
            )
        )  # fmt: skip


@pytest.mark.usefixtures("extension")
async def test_message_waits_for_the_name_of_an_outside_caller(
    client: httpx.AsyncClient, server: Server, files: MessageFiles
) -> None:
    """The record is written at the call's end, while the caller may still hear that the message was saved."""
    path = leave(files, caller="13800138000", age=5)
    await take_all(server.services)
    assert path.exists()
    await record_of(server, "00000000", "客户 Li")
    await take_all(server.services)
    assert not path.exists()
    [message] = (await client.get(OWN)).json()["items"]
    assert (message["from_number"], message["from_name"]) == ("13800138000", "客户 Li")


@pytest.mark.usefixtures("extension")
async def test_message_does_not_wait_forever_without_a_call_record(
    client: httpx.AsyncClient, server: Server, files: MessageFiles
) -> None:
    """As after an outage of the brain."""
    leave(files, age=MAX_WAIT_FOR_NAME_SECONDS - 2)
    await take_all(server.services)
    assert (await client.get(OWN)).json()["total"] == 0
    leave(files, age=MAX_WAIT_FOR_NAME_SECONDS + 1)
    await take_all(server.services)
    [message] = (await client.get(OWN)).json()["items"]
    assert message["from_name"] == ""


async def test_messages_of_a_deleted_extension_go_with_it(
    server: Server, admin: httpx.AsyncClient, extension: Extension
) -> None:
    other = await server.make_extension("1002")
    files = server.services.voicemail_files
    for owner in (extension, other):
        place = files.place(owner.id, "message.wav")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    await admin.delete(f"/api/v1/admin/extensions/{extension.id}")
    [payload] = await server.payloads("extension.forget")
    await forget_owner(server.services, payload)
    assert files.owners() & {extension.id, other.id} == {other.id}
    await forget_owner(server.services, payload)  # a row may be worked off twice
