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
import { defineText } from "@linkus/ui/text";
import type { ReactNode } from "react";

export const useMenuText = defineText(
  "menu",
  {
    overview: "概览",
    extensionAndTrunk: "分机和中继",
    extensions: "分机",
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
    security: "安全",
    blocked: "被封锁 IP",
    maintenance: "维护",
    status: "系统状态",
    about: "关于",
    integrations: "应用对接",
    linkusSdk: "Linkus SDK",
  },
  {
    overview: "Overview",
    extensionAndTrunk: "Extension and trunk",
    extensions: "Extensions",
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
    security: "Security",
    blocked: "Blocked IPs",
    maintenance: "Maintenance",
    status: "System status",
    about: "About",
    integrations: "Integrations",
    linkusSdk: "Linkus SDK",
  },
);

type MenuKey = Parameters<ReturnType<typeof useMenuText>>[0];

export interface MenuPlace {
  label: MenuKey;
  path: string;
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
      { label: "extensions", path: "/extensions" },
      { label: "clientPermission", path: "/client-permission" },
      { label: "trunks", path: "/trunks" },
    ],
  },
  {
    label: "callControl",
    icon: <BranchesOutlined aria-hidden="true" />,
    places: [
      { label: "inboundRoutes", path: "/inbound-routes" },
      { label: "outboundRoutes", path: "/outbound-routes" },
      { label: "callAnalysis", path: "/call-analysis" },
    ],
  },
  {
    label: "callFeatures",
    icon: <SoundOutlined aria-hidden="true" />,
    places: [{ label: "paging", path: "/paging-groups" }],
  },
  {
    label: "reports",
    icon: <BarChartOutlined aria-hidden="true" />,
    places: [
      { label: "callRecords", path: "/call-records" },
      { label: "activeCalls", path: "/calls" },
    ],
  },
  {
    label: "pbxSettings",
    icon: <ControlOutlined aria-hidden="true" />,
    places: [{ label: "prompts", path: "/prompts" }],
  },
  {
    label: "system",
    icon: <SettingOutlined aria-hidden="true" />,
    places: [
      { label: "general", path: "/general" },
      { label: "email", path: "/email" },
    ],
  },
  {
    label: "security",
    icon: <SafetyOutlined aria-hidden="true" />,
    places: [{ label: "blocked", path: "/blocked-ips" }],
  },
  {
    label: "maintenance",
    icon: <ToolOutlined aria-hidden="true" />,
    places: [
      { label: "status", path: "/status" },
      { label: "about", path: "/about" },
    ],
  },
  {
    label: "integrations",
    icon: <ApiOutlined aria-hidden="true" />,
    places: [{ label: "linkusSdk", path: "/integrations/linkus-sdk" }],
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
