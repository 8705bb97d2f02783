"""The library reads and writes the same headers as we do. A header is one line of values."""

from __future__ import annotations

import email
import email.policy
import uuid
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.mail.compose import Content, compose
from linkus.mail.schemas import TlsMode
from linkus.mail.transport import Account

WRITTEN = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
names = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)


def composed(
    recipient: str = "u1@example.cn", subject: str = "Hello", sender_name: str = "晨星"
) -> tuple[bytes, EmailMessage]:
    account = Account("mail.example.cn", 25, TlsMode.NONE, "", "", "pbx@example.cn", sender_name)
    content = Content(subject, "text", "zh-CN", "<p>text</p>", {"qr": b"png"})
    written = compose(account, recipient, content, str(uuid.UUID(int=7)), WRITTEN)
    return written, cast(EmailMessage, email.message_from_bytes(written, policy=email.policy.SMTP))


def test_composed_mail_is_read_by_a_mail_program() -> None:
    written, mail = composed("first.last+tag@mail.example.com", "你的 Linkus 登录凭证（分机 1001）")
    assert {name: str(value) for name, value in mail.items()} == {
        "From": "晨星 <pbx@example.cn>",
        "To": "first.last+tag@mail.example.com",
        "Subject": "你的 Linkus 登录凭证（分机 1001）",
        "Date": "Sun, 01 Mar 2026 08:30:00 +0000",
        "Message-ID": f"<{uuid.UUID(int=7)}@example.cn>",
        "Content-Language": "zh-CN",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
    }
    assert mail.is_multipart()
    assert not mail.defects
    assert all(len(line) <= 76 for line in written.partition(b"\r\n\r\n")[0].splitlines() if b"=?" in line)


@pytest.mark.parametrize(
    "text", ["=?utf-8?q?Invoice?=", "a =?utf-8?b?5L2g5aW9?= b", "1 =? 2", "=?", "你好 =?utf-8?q?x?="]
)
def test_subject_like_an_encoded_word_is_read_as_written(text: str) -> None:
    _, mail = composed(subject=text, sender_name=text)
    assert str(mail["Subject"]) == text
    assert mail["From"].addresses[0].display_name == text


@given(names, names)
def test_any_subject_and_name_stay_in_their_header(subject: str, sender_name: str) -> None:
    written, mail = composed(subject=subject, sender_name=sender_name)
    assert str(mail["Subject"]).split() == subject.split()
    assert set(mail.keys()) >= {"From", "To", "Subject", "Message-ID"}
    assert len(mail.keys()) == 9
    head = written.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert all(len(line) <= 998 for line in head.split(b"\r\n"))


@pytest.mark.parametrize(
    "address", ["o'neil@example.com", "a" * 64 + "@" + "b" * 60 + ".example.com", "_x@sub.example.cn"]
)
def test_unusual_address_is_accepted(address: str) -> None:
    assert str(composed(address)[1]["To"]) == address


@pytest.mark.parametrize("subject", ["a\r\nBcc: x@example.cn", "a\nb", "\r"])
def test_subject_of_several_lines_is_refused(subject: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        composed(subject=subject)


@pytest.mark.parametrize("address", ["a b@example.cn", "a@b@c", "x\r\nBcc: y@example.cn", "地址@example.cn"])
def test_invalid_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        composed(address)


@pytest.mark.parametrize("name", ["=?utf-8?q?=0D=0ABcc:_evil@example.com?=", "=?utf-8?b?DQpCY2M6IGU=?=", "王 =?x"])
def test_name_like_an_encoded_word_is_shown_as_written(name: str) -> None:
    """The library would decode it, and a line break inside would start a header of its own."""
    _, mail = composed(sender_name=name)
    assert mail["Bcc"] is None
    [sender] = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "pbx@example.cn")
