import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { queryClient } from "../api/query";
import { sessionQuery } from "../api/session";
import { NotFound } from "./NotFound";
import { PageFailed } from "./PageFailed";
import { Shell } from "./Shell";
import { parseSearch, stringifySearch } from "./search";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: lazyRouteComponent(() => import("../features/setup/SetupPage"), "SetupPage"),
});

const choosePassword = createRoute({
  getParentRoute: () => root,
  path: "/setup/password",
  component: lazyRouteComponent(() => import("../features/setup/PasswordPage"), "PasswordPage"),
});

/** Everything below needs an administrator; without one the query's error leads to the sign-in page. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async () => {
    await queryClient.ensureQueryData(sessionQuery);
  },
  component: Shell,
});

/** One page for all departments, so that the tree stays as it is while another one is chosen. */
const organization = createRoute({
  getParentRoute: () => signedIn,
  path: "/organization",
  component: lazyRouteComponent(() => import("../features/organization/OrganizationPage"), "OrganizationPage"),
});

const pages = [
  createRoute({
    getParentRoute: () => signedIn,
    path: "/",
    component: lazyRouteComponent(() => import("../features/overview/OverviewPage"), "OverviewPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/extensions",
    component: lazyRouteComponent(() => import("../features/extensions/ExtensionsPage"), "ExtensionsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/extensions/new",
    component: lazyRouteComponent(() => import("../features/extensions/AddPage"), "AddPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/extensions/linkus-server",
    component: lazyRouteComponent(() => import("../features/linkus-server/LinkusServerPage"), "LinkusServerPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/extensions/$id",
    component: lazyRouteComponent(() => import("../features/extensions/EditPage"), "EditPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/extension-groups",
    component: lazyRouteComponent(() => import("../features/organization/GroupsPage"), "GroupsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/extension-groups/$id",
    component: lazyRouteComponent(() => import("../features/organization/GroupPage"), "GroupPage"),
  }),
  organization.addChildren([
    createRoute({ getParentRoute: () => organization, path: "/" }),
    createRoute({ getParentRoute: () => organization, path: "/$id" }),
  ]),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/client-permission",
    beforeLoad: () => {
      throw redirect({ to: "/client-permission/$kind", params: { kind: "menu" }, replace: true });
    },
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/client-permission/visibility",
    component: lazyRouteComponent(() => import("../features/visibility/VisibilityPage"), "VisibilityPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/client-permission/visibility/new",
    component: lazyRouteComponent(() => import("../features/visibility/RulePages"), "AddVisibilityRulePage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/client-permission/visibility/$id",
    component: lazyRouteComponent(() => import("../features/visibility/RulePages"), "EditVisibilityRulePage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/client-permission/$kind",
    component: lazyRouteComponent(() => import("../features/client-permission/RulesPage"), "RulesPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/client-permission/$kind/new",
    component: lazyRouteComponent(() => import("../features/client-permission/RulePages"), "AddRulePage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/client-permission/$kind/$id",
    component: lazyRouteComponent(() => import("../features/client-permission/RulePages"), "EditRulePage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/trunks",
    component: lazyRouteComponent(() => import("../features/trunks/TrunksPage"), "TrunksPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/trunks/new",
    component: lazyRouteComponent(() => import("../features/trunks/TrunkPages"), "AddTrunkPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/trunks/$id",
    component: lazyRouteComponent(() => import("../features/trunks/TrunkPages"), "EditTrunkPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/inbound-routes",
    component: lazyRouteComponent(() => import("../features/routes/InboundPage"), "InboundPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/inbound-routes/new",
    component: lazyRouteComponent(() => import("../features/routes/InboundPages"), "AddInboundPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/inbound-routes/$id",
    component: lazyRouteComponent(() => import("../features/routes/InboundPages"), "EditInboundPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/outbound-routes",
    component: lazyRouteComponent(() => import("../features/routes/OutboundPage"), "OutboundPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/outbound-routes/new",
    component: lazyRouteComponent(() => import("../features/routes/OutboundPages"), "AddOutboundPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/outbound-routes/$id",
    component: lazyRouteComponent(() => import("../features/routes/OutboundPages"), "EditOutboundPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/call-analysis",
    component: lazyRouteComponent(() => import("../features/explain/ExplainPage"), "ExplainPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/paging-groups",
    component: lazyRouteComponent(() => import("../features/paging/PagingGroupsPage"), "PagingGroupsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/paging-groups/new",
    component: lazyRouteComponent(() => import("../features/paging/GroupPages"), "AddGroupPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/paging-groups/$id",
    component: lazyRouteComponent(() => import("../features/paging/GroupPages"), "EditGroupPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/prompts",
    component: lazyRouteComponent(() => import("../features/prompts/PromptsPage"), "PromptsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/calls",
    component: lazyRouteComponent(() => import("../features/calls/ActiveCallsPage"), "ActiveCallsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/call-records",
    component: lazyRouteComponent(() => import("../features/calls/CallRecordsPage"), "CallRecordsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/general",
    component: lazyRouteComponent(() => import("../features/settings/GeneralPage"), "GeneralPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/email",
    component: lazyRouteComponent(() => import("../features/mail/MailServerPage"), "MailServerPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/email/template",
    component: lazyRouteComponent(() => import("../features/mail/MailLanguagePage"), "MailLanguagePage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/email/log",
    component: lazyRouteComponent(() => import("../features/mail/SendLogPage"), "SendLogPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/event-notification",
    component: lazyRouteComponent(() => import("../features/event-notification/EventTypesPage"), "EventTypesPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/event-notification/$kind/$language",
    component: lazyRouteComponent(() => import("../features/event-notification/TemplatePage"), "TemplatePage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/event-notification/contacts",
    component: lazyRouteComponent(() => import("../features/event-notification/ContactsPage"), "ContactsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/administrators",
    component: lazyRouteComponent(() => import("../features/administrators/AdministratorsPage"), "AdministratorsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/administrators/roles",
    component: lazyRouteComponent(() => import("../features/administrators/RolesPage"), "RolesPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/administrators/roles/new",
    component: lazyRouteComponent(() => import("../features/administrators/RolePages"), "AddRolePage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/administrators/roles/$id",
    component: lazyRouteComponent(() => import("../features/administrators/RolePages"), "EditRolePage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/blocked-ips",
    component: lazyRouteComponent(() => import("../features/security/BlockedPage"), "BlockedPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/blocked-ips/failing",
    component: lazyRouteComponent(() => import("../features/security/FailingPage"), "FailingPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/blocked-ips/allowed",
    component: lazyRouteComponent(() => import("../features/security/AllowedPage"), "AllowedPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/blocked-ips/lockout",
    component: lazyRouteComponent(() => import("../features/security/LockoutPage"), "LockoutPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/status",
    component: lazyRouteComponent(() => import("../features/status/StatusPage"), "StatusPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/event-log",
    component: lazyRouteComponent(() => import("../features/events/EventLogPage"), "EventLogPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/audit-log",
    component: lazyRouteComponent(() => import("../features/audit/AuditPage"), "AuditPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/integrations/linkus-sdk",
    component: lazyRouteComponent(() => import("../features/integrations/LinkusSdkPage"), "LinkusSdkPage"),
  }),
  createRoute({ getParentRoute: () => signedIn, path: "$", component: NotFound }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/about",
    component: lazyRouteComponent(() => import("../features/status/AboutPage"), "AboutPage"),
  }),
];

export const router = createRouter({
  routeTree: root.addChildren([setup, choosePassword, signedIn.addChildren(pages)]),
  basepath: "/portal",
  defaultPreload: "intent",
  defaultErrorComponent: PageFailed,
  defaultPendingMs: 300,
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
