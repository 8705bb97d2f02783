import { useNavigate } from "@tanstack/react-router";
import { Tabs } from "antd";
import { useAdministratorsText } from "./text";

const PATHS = { administrators: "/administrators", roles: "/administrators/roles" } as const;
type Tab = keyof typeof PATHS;

/** The pages of 系统 > 管理员, each with its own address. */
export function AdministratorTabs({ active }: { active: Tab }) {
  const t = useAdministratorsText();
  const navigate = useNavigate();
  return (
    <Tabs
      activeKey={active}
      onChange={(key) => void navigate({ to: PATHS[key as Tab] })}
      items={(["administrators", "roles"] as const).map((key) => ({ key, label: t(key) }))}
    />
  );
}
