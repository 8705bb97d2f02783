"""States in the signature of a route which page of the portal it belongs to, and whether it views or edits that page.

Several pages mean that one of them suffices, because all of them show the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends

from linkus.kit.errors import Forbidden
from linkus.kit.messages import Language, text
from linkus.session.auth import AdministratorPrincipal, AdminSession
from linkus.shared.roles.catalogue import Action, Page
from linkus.shared.roles.rules import allows_any
from linkus.shared.roles.setting_pages import HISTORY_PAGES


class PageForbidden(Forbidden):
    """Raised when the administrator's role lacks a page, or may only view it. The message names page and role."""

    code = "page_forbidden"

    def __init__(self, who: AdministratorPrincipal, page: Page, action: Action) -> None:
        super().__init__(extra={"page": page, "action": action})
        self._role, self._page, self._action = who.role, page, action

    def body(self, language: Language) -> dict[str, Any]:
        role = self._role.name or text(language, f"role_{self._role.key}")
        page = text(language, f"page_{self._page}")
        message = text(language, f"page_forbidden_{self._action}", role=role, page=page)
        return {"code": self.code, "message": message, "fields": {}, **self.extra}


class SecondFactorRequired(Forbidden):
    """Raised while the administrator has no second factor, which the company requires."""

    code = "second_factor_required"


@dataclass(frozen=True)
class RequirePage:
    """Requires an administrator whose role allows the action on one of the pages."""

    action: Action
    pages: tuple[Page, ...]

    async def __call__(self, who: AdminSession) -> AdministratorPrincipal:
        if who.second_factor_missing:
            raise SecondFactorRequired()
        if not allows_any(who.role, self.pages, self.action):
            raise PageForbidden(who, self.pages[0], self.action)
        return who


def check_may_view(who: AdministratorPrincipal, page: Page) -> None:
    """Check the one page that shows something, where the route allows several."""
    if not allows_any(who.role, (page,), "view"):
        raise PageForbidden(who, page, "view")


def check_may_edit(who: AdministratorPrincipal, page: Page) -> None:
    if not allows_any(who.role, (page,), "edit"):
        raise PageForbidden(who, page, "edit")


def may_view(*pages: Page) -> Any:
    return Depends(RequirePage("view", pages))


def may_edit(*pages: Page) -> Any:
    return Depends(RequirePage("edit", pages))


ViewExtensions = Annotated[AdministratorPrincipal, may_view("extensions")]
EditExtensions = Annotated[AdministratorPrincipal, may_edit("extensions")]
ViewLinkusServer = Annotated[AdministratorPrincipal, may_view("linkus_server")]
EditLinkusServer = Annotated[AdministratorPrincipal, may_edit("linkus_server")]
ViewOrganization = Annotated[AdministratorPrincipal, may_view("organization")]
EditOrganization = Annotated[AdministratorPrincipal, may_edit("organization")]
ViewClientPermission = Annotated[AdministratorPrincipal, may_view("client_permission")]
EditClientPermission = Annotated[AdministratorPrincipal, may_edit("client_permission")]
ViewTrunks = Annotated[AdministratorPrincipal, may_view("trunks")]
EditTrunks = Annotated[AdministratorPrincipal, may_edit("trunks")]
ViewInboundRoutes = Annotated[AdministratorPrincipal, may_view("inbound_routes")]
EditInboundRoutes = Annotated[AdministratorPrincipal, may_edit("inbound_routes")]
ViewOutboundRoutes = Annotated[AdministratorPrincipal, may_view("outbound_routes")]
EditOutboundRoutes = Annotated[AdministratorPrincipal, may_edit("outbound_routes")]
ViewCallAnalysis = Annotated[AdministratorPrincipal, may_view("call_analysis")]
ViewPaging = Annotated[AdministratorPrincipal, may_view("paging")]
EditPaging = Annotated[AdministratorPrincipal, may_edit("paging")]
ViewCallRecords = Annotated[AdministratorPrincipal, may_view("call_records")]
ViewCalls = Annotated[AdministratorPrincipal, may_view("calls")]
ViewPrompts = Annotated[AdministratorPrincipal, may_view("prompts")]
EditPrompts = Annotated[AdministratorPrincipal, may_edit("prompts")]
ViewGeneral = Annotated[AdministratorPrincipal, may_view("general")]
EditGeneral = Annotated[AdministratorPrincipal, may_edit("general")]
ViewEmail = Annotated[AdministratorPrincipal, may_view("email")]
EditEmail = Annotated[AdministratorPrincipal, may_edit("email")]
ViewEventNotification = Annotated[AdministratorPrincipal, may_view("event_notification")]
EditEventNotification = Annotated[AdministratorPrincipal, may_edit("event_notification")]
ViewAdministrators = Annotated[AdministratorPrincipal, may_view("administrators")]
EditAdministrators = Annotated[AdministratorPrincipal, may_edit("administrators")]
ViewBlocked = Annotated[AdministratorPrincipal, may_view("blocked")]
EditBlocked = Annotated[AdministratorPrincipal, may_edit("blocked")]
ViewStatus = Annotated[AdministratorPrincipal, may_view("status")]
ViewEventLog = Annotated[AdministratorPrincipal, may_view("event_log")]
ViewAuditLog = Annotated[AdministratorPrincipal, may_view("audit_log")]
ViewAbout = Annotated[AdministratorPrincipal, may_view("about")]
ViewLinkusSdk = Annotated[AdministratorPrincipal, may_view("linkus_sdk")]
EditLinkusSdk = Annotated[AdministratorPrincipal, may_edit("linkus_sdk")]

# what several pages show
FindExtensions = Annotated[
    AdministratorPrincipal,
    may_view(
        "extensions",
        "organization",
        "client_permission",
        "inbound_routes",
        "outbound_routes",
        "call_analysis",
        "paging",
        "linkus_server",
        "administrators",
        "event_notification",
    ),
]
FindPlaces = Annotated[AdministratorPrincipal, may_view("organization", "extensions", "client_permission")]
FindTrunks = Annotated[AdministratorPrincipal, may_view("trunks", "inbound_routes", "outbound_routes", "call_analysis")]
FindPagingGroups = Annotated[AdministratorPrincipal, may_view("paging", "inbound_routes")]
ViewPermissionsOfExtension = Annotated[AdministratorPrincipal, may_view("extensions", "client_permission")]
ViewSettingHistory = Annotated[AdministratorPrincipal, may_view(*HISTORY_PAGES)]
ViewMobileDefault = Annotated[AdministratorPrincipal, may_view("linkus_server", "extensions")]
ViewIntegration = Annotated[AdministratorPrincipal, may_view("linkus_sdk", "extensions")]
ViewMails = Annotated[AdministratorPrincipal, may_view("email", "extensions")]
SendMails = Annotated[AdministratorPrincipal, may_edit("email", "extensions")]
FollowImport = Annotated[AdministratorPrincipal, may_edit("extensions", "inbound_routes")]
