"""Sends a test mail and reports how far it got."""

from __future__ import annotations

import asyncio

import structlog

from linkus.kit.clock import now
from linkus.kit.messages import Language, text
from linkus.mail.compose import Content, compose
from linkus.mail.explain import MailError
from linkus.mail.schemas import MailStage, MailTestAnswer
from linkus.mail.transport import Account, Connection
from linkus.mail.wording import describe

log = structlog.get_logger("mail")
# Whoever may not know which ports of the network are open waits as long for every answer before that of a mail server.
GREETING_SECONDS = 10.0
TEST_TIMEOUT_SECONDS = 45.0  # below the minute for which nginx waits for an answer


async def send_test_mail(
    account: Account, recipient: str, language: Language, message_id: str, *, exact: bool = True
) -> MailTestAnswer:
    """Send a test mail. Without `exact`, all that goes wrong before a mail server has greeted is one failure, which
    takes as long whatever the cause: the test must not tell which ports of the company's network are open."""
    content = Content(
        subject=text(language, "mail_test_subject"),
        plain=text(language, "mail_test_body", host=account.host),
        language=language,
    )
    connection = Connection(account)
    loop = asyncio.get_running_loop()
    vague_until = loop.time() + GREETING_SECONDS
    try:
        async with asyncio.timeout(TEST_TIMEOUT_SECONDS):
            try:
                async with asyncio.timeout_at(None if exact else vague_until):
                    await connection.greet()
            except (MailError, TimeoutError) as error:
                if exact:
                    raise
                log.info("mail_test_failed", host=account.host, port=account.port, cause=str(error) or "timeout")
                await asyncio.sleep(max(0.0, vague_until - loop.time()))
                raise MailError(MailStage.CONNECT, "mail_test_no_server", temporary=True) from error
            await connection.begin()
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
