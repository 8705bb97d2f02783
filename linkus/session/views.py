from __future__ import annotations

from linkus.session.models import Session
from linkus.session.schemas import DeviceView
from linkus.session.user_agent import read_user_agent
from linkus.shared.models.extension import Extension


def device_view(session: Session, extension: Extension, current_session_id: int | None = None) -> DeviceView:
    program = read_user_agent(session.user_agent)
    return DeviceView(
        id=session.id,
        extension_id=extension.id,
        extension_number=extension.number,
        display_name=extension.display_name,
        client_kind=session.client_kind,
        device_name=session.device_name,
        remark=session.remark,
        version=program.version,
        system=program.system,
        user_agent=session.user_agent,
        address=session.address,
        created_at=session.created_at,
        last_seen_at=session.last_seen_at,
        expires_at=session.expires_at,
        current=session.id == current_session_id,
    )
