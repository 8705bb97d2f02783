"""Serves live calls: those of a client, its claims to answer, and all calls for the administrator."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, status

from linkus.call.live import rejoin
from linkus.call.live.answer_claims import claim_for_client, release_for_client
from linkus.call.live.schemas import ClaimAnswer, ClaimRequest, LeaveRequest, LiveCalls, OwnCalls
from linkus.call.services import AppAnswerClaims, AppCalls
from linkus.kit.errors import Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import Line
from linkus.kit.http import MAX_CLIENT_BODY_BYTES
from linkus.kit.services import AppBackground, AppBus
from linkus.session.access import ViewCalls
from linkus.session.auth import ClientSession

router = APIRouter(tags=["calls"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))
ServerCallId = Annotated[Line, Path(min_length=1, max_length=64)]  # X-Linkus-Call


@router.get("/client/calls/current")
async def list_current_calls(who: ClientSession, calls: AppCalls) -> OwnCalls:
    """List the calls that this client is in.

    Includes the calls that are kept for the client while it is gone."""
    return OwnCalls(items=rejoin.own_calls(calls, who.number, who.client_kind))


@router.post("/client/calls/leave", status_code=status.HTTP_204_NO_CONTENT, max_body_size=MAX_CLIENT_BODY_BYTES)
async def leave_calls(body: LeaveRequest, who: ClientSession, calls: AppCalls, background: AppBackground) -> None:
    """Keep this client's calls while its page closes or reloads.

    The other sides hear hold music for up to 20 seconds. Then a call that nobody came back to ends."""
    leaving = rejoin.leave(calls, who.number, who.client_kind, body.call_ids)
    background.start(leaving, "leave")


@router.post("/client/calls/{server_call_id}/claim", max_body_size=MAX_CLIENT_BODY_BYTES)
async def claim_call(
    server_call_id: ServerCallId, body: ClaimRequest, who: ClientSession, claims: AppAnswerClaims, calls: AppCalls
) -> ClaimAnswer:
    """Claim a call before answering it automatically.

    Of all clients of the user, the first to ask answers. A repeated request gets the same answer. Reason `on_call`: the
    user speaks on another client of that kind; this does not apply to a page."""
    return await claim_for_client(claims, calls, who, server_call_id, lets_speaker_first=body.lets_speaker_first)


@router.delete("/client/calls/{server_call_id}/claim", status_code=status.HTTP_204_NO_CONTENT)
async def give_back_call(
    server_call_id: ServerCallId, who: ClientSession, claims: AppAnswerClaims, bus: AppBus
) -> None:
    """Release the claim on a call.

    For a client that cannot answer, for want of a microphone. The user's other clients receive `claim.returned` and may
    then claim the call."""
    release_for_client(claims, bus, who, server_call_id)


@router.get("/admin/calls")
async def list_live_calls(_who: ViewCalls, calls: AppCalls) -> LiveCalls:
    """List the calls in progress."""
    return LiveCalls(items=calls.live())
