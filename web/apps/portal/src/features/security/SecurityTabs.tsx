import { useNavigate } from "@tanstack/react-router";
import { Tabs } from "antd";
import { useSecurityText } from "./text";

const PATHS = {
  blocked: "/blocked-ips",
  failing: "/blocked-ips/failing",
  allowed: "/blocked-ips/allowed",
  lockout: "/blocked-ips/lockout",
} as const;
type Tab = keyof typeof PATHS;

/** The pages of 安全 > 安全规则, each with its own address. */
export function SecurityTabs({ active }: { active: Tab }) {
  const t = useSecurityText();
  const navigate = useNavigate();
  return (
    <Tabs
      activeKey={active}
      onChange={(key) => void navigate({ to: PATHS[key as Tab] })}
      items={(["blocked", "failing", "allowed", "lockout"] as const).map((key) => ({ key, label: t(key) }))}
    />
  );
}
