from __future__ import annotations

from linkus.mail.models import MailKind
from tests.support.api import Server


async def test_a_feature_builds_the_contents_of_every_kind_of_mail(server: Server) -> None:
    assert set(server.services.content_builders) == {kind.value for kind in MailKind}
