import { useNavigate } from "@tanstack/react-router";
import { Tabs } from "antd";
import { usePermissionText } from "./text";
import { KINDS, type Kind } from "./values";

/** The pages of 分机和中继 > 客户端权限, each with its own address. */
export function PermissionTabs({ active }: { active: Kind | "visibility" }) {
  const t = usePermissionText();
  const navigate = useNavigate();
  return (
    <Tabs
      activeKey={active}
      onChange={(kind) => void navigate({ to: "/client-permission/$kind", params: { kind } })}
      items={[...KINDS, "visibility" as const].map((kind) => ({ key: kind, label: t(kind) }))}
    />
  );
}
