"""The outcome of a welcome mail: as a rule for loaded rows, and as the same rule for the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, not_, or_

from linkus.mail.models import MailMessage, MailStatus
from linkus.shared.models.credential import Credential
from linkus.welcome_mail.schemas import WelcomeMailStatus

_UNSENT_STATUSES = {WelcomeMailStatus(status.value) for status in MailStatus} - {WelcomeMailStatus.SENT}


def status_of(mail: MailMessage, credentials: Sequence[Credential], moment: datetime) -> WelcomeMailStatus:
    """Return the outcome: `used` once one client signed in with the mail, `expired` if none did in time. `opened`
    proves little: somebody viewed the page behind the link."""
    if mail.status != MailStatus.SENT:
        return WelcomeMailStatus(mail.status)
    if any(credential.used_at for credential in credentials):
        return WelcomeMailStatus.USED
    if credentials and all(credential.revoked_at for credential in credentials):
        return WelcomeMailStatus.REVOKED
    if all(credential.expires_at <= moment or credential.revoked_at for credential in credentials):
        return WelcomeMailStatus.EXPIRED
    if any(credential.opened_at for credential in credentials):
        return WelcomeMailStatus.OPENED
    return WelcomeMailStatus.SENT


def has_one_of(statuses: Collection[WelcomeMailStatus], moment: datetime) -> ColumnElement[bool]:
    """Return a condition for the mails whose `status_of` is one of these."""
    return or_(*(_has(status, moment) for status in statuses))


def _has(status: WelcomeMailStatus, moment: datetime) -> ColumnElement[bool]:
    if status in _UNSENT_STATUSES:
        return MailMessage.status == status.value
    used, any_credential = _a_credential(Credential.used_at.is_not(None)), _a_credential()
    not_revoked = _a_credential(Credential.revoked_at.is_(None))
    live = _a_credential(Credential.revoked_at.is_(None), Credential.expires_at > moment)
    opened = _a_credential(Credential.opened_at.is_not(None))
    revoked = and_(any_credential, not_(not_revoked))
    of_sent = {
        WelcomeMailStatus.USED: used,
        WelcomeMailStatus.REVOKED: and_(not_(used), revoked),
        WelcomeMailStatus.EXPIRED: and_(not_(used), not_(revoked), not_(live)),
        WelcomeMailStatus.OPENED: and_(not_(used), live, opened),
        WelcomeMailStatus.SENT: and_(not_(used), live, not_(opened)),
    }
    return and_(MailMessage.status == MailStatus.SENT.value, of_sent[status])


def _a_credential(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Credential.mail_id == MailMessage.id, *conditions)
