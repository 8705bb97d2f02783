import { useNavigate } from "@tanstack/react-router";
import { Tabs } from "antd";
import { useNotificationText } from "./text";

const PATHS = { types: "/event-notification", contacts: "/event-notification/contacts" } as const;
type Tab = keyof typeof PATHS;

/** The pages of 系统 > 事件通知, each with its own address. */
export function NotificationTabs({ active }: { active: Tab }) {
  const t = useNotificationText();
  const navigate = useNavigate();
  return (
    <Tabs
      activeKey={active}
      onChange={(key) => void navigate({ to: PATHS[key as Tab] })}
      items={(["types", "contacts"] as const).map((key) => ({ key, label: t(key) }))}
    />
  );
}
