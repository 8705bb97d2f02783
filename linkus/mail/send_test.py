"""Sends a test mail and reports how far it got."""

from __future__ import annotations

import asyncio

from linkus.kit.clock import now
from linkus.kit.messages import Language, text
from linkus.mail.compose import Content, compose
from linkus.mail.explain import MailError
from linkus.mail.schemas import MailStage, MailTestAnswer
from linkus.mail.transport import Account, Connection
from linkus.mail.wording import describe

TEST_TIMEOUT_SECONDS = 45.0  # below the minute for which nginx waits for an answer


async def send_test_mail(account: Account, recipient: str, language: Language, message_id: str) -> MailTestAnswer:
    content = Content(
        subject=text(language, "mail_test_subject"),
        plain=text(language, "mail_test_body", host=account.host),
        language=language,
    )
    connection = Connection(account)
    try:
        async with asyncio.timeout(TEST_TIMEOUT_SECONDS):
            await connection.open()
            answer = await connection.send(recipient, compose(account, recipient, content, message_id, now()))
            await connection.quit()
    except MailError as error:
        return _failed(error, account, recipient, language)
    except TimeoutError:
        return _failed(MailError(MailStage.CONNECT, "mail_timeout", temporary=True), account, recipient, language)
    finally:
        connection.close()
    return MailTestAnswer(
        ok=True, stage=MailStage.DONE, server_answer=answer, message=text(language, "mail_test_ok", recipient=recipient)
    )


def _failed(error: MailError, account: Account, recipient: str, language: Language) -> MailTestAnswer:
    return MailTestAnswer(
        ok=False,
        stage=error.stage,
        server_answer=error.answer,
        message=describe(language, error.code, error.answer, account, recipient),
    )
