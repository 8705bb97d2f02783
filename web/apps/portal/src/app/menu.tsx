import {
  ApartmentOutlined,
  ApiOutlined,
  BarChartOutlined,
  BranchesOutlined,
  ControlOutlined,
  DashboardOutlined,
  SafetyOutlined,
  SettingOutlined,
  SoundOutlined,
  ToolOutlined,
} from "@ant-design/icons";
import type { PortalPage } from "@linkus/sdk/api";
import { defineText } from "@linkus/ui/text";
import type { ReactNode } from "react";

export const useMenuText = defineText(
  "menu",
  {
    overview: "概览",
    extensionAndTrunk: "分机和中继",
    extensions: "分机",
    extensionGroups: "分机组",
    organization: "组织架构",
    clientPermission: "客户端权限",
    trunks: "中继",
    callControl: "呼叫控制",
    inboundRoutes: "呼入路由",
    outboundRoutes: "呼出路由",
    callAnalysis: "呼叫分析",
    callFeatures: "呼叫功能",
    paging: "广播/对讲",
    pbxSettings: "PBX 设置",
    prompts: "语音提示",
    reports: "报表和录音",
    callRecords: "通话记录",
    activeCalls: "进行中的通话",
    system: "系统",
    general: "常规",
    email: "邮箱",
    eventNotification: "事件通知",
    administrators: "管理员",
    security: "安全",
    blocked: "安全规则",
    maintenance: "维护",
    status: "系统状态",
    eventLog: "事件日志",
    auditLog: "操作日志",
    about: "关于",
    integrations: "应用对接",
    linkusSdk: "Linkus SDK",
  },
  {
    overview: "Overview",
    extensionAndTrunk: "Extension and trunk",
    extensions: "Extensions",
    extensionGroups: "Extension groups",
    organization: "Organization",
    clientPermission: "Client permission",
    trunks: "Trunks",
    callControl: "Call control",
    inboundRoutes: "Inbound routes",
    outboundRoutes: "Outbound routes",
    callAnalysis: "Call analysis",
    callFeatures: "Call features",
    paging: "Paging/intercom",
    pbxSettings: "PBX settings",
    prompts: "Voice prompts",
    reports: "Reports and recordings",
    callRecords: "Call records",
    activeCalls: "Calls in progress",
    system: "System",
    general: "General",
    email: "Email",
    eventNotification: "Event notification",
    administrators: "Administrators",
    security: "Security",
    blocked: "Security rules",
    maintenance: "Maintenance",
    status: "System status",
    eventLog: "Event log",
    auditLog: "Audit log",
    about: "About",
    integrations: "Integrations",
    linkusSdk: "Linkus SDK",
  },
);

type MenuKey = Parameters<ReturnType<typeof useMenuText>>[0];

export interface MenuPlace {
  label: MenuKey;
  path: string;
  /** What a role must allow for it to be shown. */
  page: PortalPage["page"];
}

export interface MenuGroup {
  label: MenuKey;
  icon: ReactNode;
  /** A group with one path has no children: it is a page itself. */
  path?: string;
  places: MenuPlace[];
}

/** In the order of the manual's menus; only what exists. */
export const MENU: MenuGroup[] = [
  { label: "overview", icon: <DashboardOutlined aria-hidden="true" />, path: "/", places: [] },
  {
    label: "extensionAndTrunk",
    icon: <ApartmentOutlined aria-hidden="true" />,
    places: [
      { label: "extensions", path: "/extensions", page: "extensions" },
      { label: "extensionGroups", path: "/extension-groups", page: "organization" },
      { label: "organization", path: "/organization", page: "organization" },
      { label: "clientPermission", path: "/client-permission", page: "client_permission" },
      { label: "trunks", path: "/trunks", page: "trunks" },
    ],
  },
  {
    label: "callControl",
    icon: <BranchesOutlined aria-hidden="true" />,
    places: [
      { label: "inboundRoutes", path: "/inbound-routes", page: "inbound_routes" },
      { label: "outboundRoutes", path: "/outbound-routes", page: "outbound_routes" },
      { label: "callAnalysis", path: "/call-analysis", page: "call_analysis" },
    ],
  },
  {
    label: "callFeatures",
    icon: <SoundOutlined aria-hidden="true" />,
    places: [{ label: "paging", path: "/paging-groups", page: "paging" }],
  },
  {
    label: "reports",
    icon: <BarChartOutlined aria-hidden="true" />,
    places: [
      { label: "callRecords", path: "/call-records", page: "call_records" },
      { label: "activeCalls", path: "/calls", page: "calls" },
    ],
  },
  {
    label: "pbxSettings",
    icon: <ControlOutlined aria-hidden="true" />,
    places: [{ label: "prompts", path: "/prompts", page: "prompts" }],
  },
  {
    label: "system",
    icon: <SettingOutlined aria-hidden="true" />,
    places: [
      { label: "general", path: "/general", page: "general" },
      { label: "email", path: "/email", page: "email" },
      { label: "eventNotification", path: "/event-notification", page: "event_notification" },
      { label: "administrators", path: "/administrators", page: "administrators" },
    ],
  },
  {
    label: "security",
    icon: <SafetyOutlined aria-hidden="true" />,
    places: [{ label: "blocked", path: "/blocked-ips", page: "blocked" }],
  },
  {
    label: "maintenance",
    icon: <ToolOutlined aria-hidden="true" />,
    places: [
      { label: "status", path: "/status", page: "status" },
      { label: "eventLog", path: "/event-log", page: "event_log" },
      { label: "auditLog", path: "/audit-log", page: "audit_log" },
      { label: "about", path: "/about", page: "about" },
    ],
  },
  {
    label: "integrations",
    icon: <ApiOutlined aria-hidden="true" />,
    places: [{ label: "linkusSdk", path: "/integrations/linkus-sdk", page: "linkus_sdk" }],
  },
];

/** The menu's path that the page at `pathname` belongs to: the longest one that it starts with. */
export function activePath(pathname: string): string {
  const paths = MENU.flatMap((group) => [group.path, ...group.places.map((place) => place.path)]).filter(
    (path): path is string => path !== undefined && path !== "/",
  );
  const fitting = paths.filter((path) => pathname === path || pathname.startsWith(`${path}/`));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? "/";
}
