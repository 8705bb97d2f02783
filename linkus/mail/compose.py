"""Builds the bytes of a mail."""

from __future__ import annotations

import base64
import binascii
import email.policy
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache

from linkus.mail.transport import Account


@dataclass(frozen=True)
class Content:
    """Holds the plain text and the same in HTML, which refers to its pictures as `cid:<key>`."""

    subject: str
    plain: str
    language: str
    html: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)  # PNG by content id


def compose(account: Account, recipient: str, content: Content, message_id: str, written_at: datetime) -> bytes:
    """Return a mail of multipart/alternative: text and multipart/related (RFC 2046, 5.1.4; RFC 2387).

    Message-ID and Date belong to the mail, not to the attempt, so that a second copy is recognised as the same mail.
    The library writes the headers, whose rules are many. This module joins the parts, which is ten times as fast.
    """
    domain = account.sender_address.rpartition("@")[2]
    head = (
        _same_for_many(account.sender_name, account.sender_address, content.language, written_at)
        + _recipient(recipient)
        + _subject(content.subject)
        + _header("Message-ID", f"<{message_id}@{domain}>")
    )
    body = _text("plain", content.plain)
    if content.html:
        pictures = [_picture(f"{cid}@{domain}", picture) for cid, picture in content.pictures.items()]
        html = _text("html", content.html)
        if pictures:
            html = _multipart("related", f"r-{message_id}", [html, *pictures], '; type="text/html"')
        body = _multipart("alternative", f"a-{message_id}", [body, html])
    return head + body


_LINE = b"\r\n"
_PLAIN_TEXT = re.compile(r"[ -~]{0,64}")  # fits into a line of 78 after any of our header names (RFC 5322, 2.1.1)
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_+-]*(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@lru_cache(64)
def _same_for_many(sender_name: str, sender_address: str, language: str, written_at: datetime) -> bytes:
    """Return the headers that all mails of one batch share."""
    head = EmailMessage(policy=email.policy.SMTP)
    if "=?" not in sender_name:
        head["From"] = Address(sender_name, addr_spec=sender_address)
    head["Date"] = format_datetime(written_at)
    head["Content-Language"] = language
    head["Auto-Submitted"] = "auto-generated"  # RFC 3834, 5: prevents out-of-office replies
    head["MIME-Version"] = "1.0"
    sender = b"" if "From" in head else _strange_sender(sender_name, sender_address)
    return sender + head.as_bytes().rstrip(b"\r\n") + _LINE


def _strange_sender(name: str, address: str) -> bytes:
    """Return a From header for a name that looks like an encoded word. The library would decode such a name, and line
    breaks in it would add headers."""
    return b"From: " + _encoded_words(name) + f"\r\n <{Address(addr_spec=address).addr_spec}>\r\n".encode()


def _header(name: str, value: object) -> bytes:
    """Return a header line. The library writes it unless it is plain and short: then this takes a twentieth of the
    time."""
    if isinstance(value, str) and _PLAIN_TEXT.fullmatch(value):
        return f"{name}: {value}\r\n".encode()
    head = EmailMessage(policy=email.policy.SMTP)
    head[name] = value
    return head.as_bytes().rstrip(b"\r\n") + _LINE


def _recipient(address: str) -> bytes:
    if _PLAIN_ADDRESS.fullmatch(address):
        return _header("To", address)
    try:
        return _header("To", Address(addr_spec=address))
    except (MessageError, IndexError) as error:  # the library's parser raises these as well as ValueError
        raise ValueError(str(error)) from error


def _subject(text: str) -> bytes:
    if _PLAIN_TEXT.fullmatch(text) and "=?" not in text:
        return _header("Subject", text)
    return b"Subject: " + _encoded_words(text) + _LINE


def _encoded_words(text: str) -> bytes:
    """Encode text as words of at most 75 characters, never splitting a character (RFC 2047, 2 and 5)."""
    if any(character in "\r\n" for character in text):
        raise ValueError("a header is one line")
    words, word = [], b""
    for character in text:
        encoded = character.encode()
        if len(word) + len(encoded) > _MAX_WORD_BYTES:
            words.append(word)
            word = b""
        word += encoded
    return b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(word) + b"?=" for word in (*words, word))


_MAX_WORD_BYTES = 39  # 52 characters of base64 and 12 around them fit after "Subject: " in a line of 76 (RFC 2047, 2)


def _part(headers: str, payload: bytes) -> bytes:
    """Return a part in base64 with lines of 76 characters (RFC 2045, 6.8)."""
    encoded = binascii.b2a_base64(payload, newline=False)  # one call, because a call per line takes much longer
    encoded = b"".join(encoded[start : start + 76] + _LINE for start in range(0, len(encoded), 76))
    return f"{headers}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + encoded


def _text(subtype: str, text: str) -> bytes:
    return _part(f'Content-Type: text/{subtype}; charset="utf-8"', _LINE.join(text.encode().splitlines()) + _LINE)


def _picture(cid: str, picture: bytes) -> bytes:
    return _part(f"Content-Type: image/png\r\nContent-Disposition: inline\r\nContent-ID: <{cid}>", picture)


def _multipart(subtype: str, name: str, parts: list[bytes], more: str = "") -> bytes:
    """Join the parts. The boundary cannot occur in a part, because base64 has no `_` (RFC 2045, 6.7)."""
    boundary = f"=_{name}"
    opening, closing = f"--{boundary}\r\n".encode(), f"--{boundary}--\r\n".encode()
    header = f'Content-Type: multipart/{subtype}; boundary="{boundary}"{more}\r\n\r\n'.encode()
    return header + b"".join(opening + part + _LINE for part in parts) + closing


def cid_url(account: Account, cid: str) -> str:
    """Return the URL by which the HTML refers to a picture (RFC 2392)."""
    return f"cid:{cid}@{account.sender_address.rpartition('@')[2]}"
