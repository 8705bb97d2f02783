"""A mailbox takes so many messages and minutes, and more again once some are deleted."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from linkus.shared.models.extension import Extension
from linkus.voicemail import quota
from linkus.voicemail.files import MessageFiles
from linkus.voicemail.tasks import learn_full, take_all
from tests.support.api import Server
from tests.voicemail.test_endpoints import OWN, files, leave

__all__ = ["files"]


@pytest.fixture
def full(server: Server) -> Iterator[set[int]]:
    """Return what the plans of calls know of full mailboxes."""
    known = server.services.calls.full_mailboxes
    known.clear()
    yield known
    known.clear()


@pytest.mark.parametrize(("messages", "seconds"), [(2, 10_000), (100, 6)])
async def test_a_full_mailbox_takes_no_more(
    client: httpx.AsyncClient,
    extension: Extension,
    server: Server,
    files: MessageFiles,
    full: set[int],
    monkeypatch: pytest.MonkeyPatch,
    messages: int,
    seconds: int,
) -> None:
    monkeypatch.setattr(quota, "MAX_MESSAGES", messages)
    monkeypatch.setattr(quota, "MAX_MAILBOX_SECONDS", seconds)
    other = await server.make_extension("1002")
    for count in (1, 2):
        assert extension.id not in full
        leave(files, caller=f"10{count}", seconds=3)
        await take_all(server.services)
        assert (await client.get(OWN)).json()["total"] == count
    assert full == {extension.id}
    paths = [leave(files, caller="103", seconds=3), leave(files, "1002", "1001")]  # of calls that were answered before
    await take_all(server.services)
    assert not any(path.exists() for path in paths)
    assert len(list(files.kept.rglob("*.wav"))) == 3
    page = (await client.get(OWN)).json()
    assert (page["total"], page["full"]) == (2, True)
    theirs = (await (await server.sign_in(other)).get(OWN)).json()
    assert (theirs["total"], theirs["full"]) == (1, False)

    full.clear()  # as after a restart
    await learn_full(server.services)
    assert full == {extension.id}
    assert (await client.delete(f"{OWN}/{page['items'][0]['id']}")).status_code == 204
    assert full == set()
    leave(files, caller="104", seconds=3)
    await take_all(server.services)
    assert (await client.get(OWN)).json()["total"] == 2
