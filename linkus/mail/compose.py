"""A mail's bytes."""

from __future__ import annotations

import email.policy
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from linkus.mail.transport import Account


@dataclass(frozen=True)
class Content:
    """Plain text, and the same in HTML with pictures that it names `cid:<key>`."""

    subject: str
    plain: str
    language: str
    html: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)  # PNG by content id


def compose(account: Account, recipient: str, content: Content, message_id: str, written_at: datetime) -> bytes:
    """multipart/alternative of text and multipart/related (RFC 2046, 5.1.4; RFC 2387).

    Message-ID and Date belong to the mail, not to the attempt: a copy that goes out twice is recognised as one.
    """
    domain = account.sender_address.rpartition("@")[2]
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = Address(account.sender_name, addr_spec=account.sender_address)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = content.subject
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = f"<{message_id}@{domain}>"
    message["Content-Language"] = content.language
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834, 5: no out-of-office answers to this
    message.set_content(content.plain)
    if content.html:
        message.add_alternative(content.html, subtype="html")
        html = message.get_payload()[1]  # type: ignore[index]  # a multipart's payload is the list of its parts
        for cid, picture in content.pictures.items():
            html.add_related(picture, "image", "png", cid=f"<{cid}@{domain}>", disposition="inline")  # type: ignore[union-attr]  # parts of an EmailMessage
    return message.as_bytes()


def cid_url(account: Account, cid: str) -> str:
    """How the HTML names a picture (RFC 2392)."""
    return f"cid:{cid}@{account.sender_address.rpartition('@')[2]}"
