"""Only a live session gets a SIP credential, and none that outlives the session's end."""

from __future__ import annotations

import pytest

from linkus.kit.errors import NotSignedIn
from linkus.kit.work import unit_of_work
from linkus.presence import sip_credential
from linkus.session.auth import check_extension
from linkus.session.schemas import EndReason
from linkus.session.service import end_sessions
from linkus.shared.models.extension import Extension
from tests.support.api import Server


@pytest.mark.parametrize("is_deleted", [False, True])
async def test_session_that_ends_during_its_request_gets_no_credential(
    server: Server, extension: Extension, is_deleted: bool
) -> None:
    """A request is let in by an earlier transaction than the one that issues the credential."""
    opened = await server.open_session(extension)
    who = await check_extension(server.database, opened.token)
    async with unit_of_work(server.services) as work:
        await end_sessions(work, EndReason.SIGNED_OUT_BY_ADMINISTRATOR, extension_ids=[extension.id])
        if is_deleted:
            await work.db.delete(await work.db.get_one(Extension, extension.id))
    async with server.database.transaction(write=False) as db:
        with pytest.raises(NotSignedIn) as refused:
            await sip_credential.issue(db, server.services.settings, "key", who)
    assert refused.value.code == "session_ended"
    reason = EndReason.EXTENSION_DELETED if is_deleted else EndReason.SIGNED_OUT_BY_ADMINISTRATOR
    assert refused.value.extra == {"reason": reason.value}


async def test_next_session_gets_a_credential_that_its_predecessors_revocation_does_not_refuse(
    server: Server, extension: Extension
) -> None:
    opened = await server.open_session(extension)
    async with unit_of_work(server.services) as work:
        await end_sessions(work, EndReason.SIGNED_OUT, session_id=opened.session.id)
    [row] = await server.payloads("edge.revoke")
    browser = await server.sign_in(extension)
    username = (await browser.post("/api/v1/client/sip-credential")).json()["username"]
    assert int(username.split(":")[0]) > row["until"]
