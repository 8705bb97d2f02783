import { useNavigate } from "@tanstack/react-router";
import { Tabs } from "antd";
import { defineText } from "../../i18n";

const useText = defineText(
  "emailTabs",
  { server: "邮件服务器", log: "发送记录" },
  { server: "Mail server", log: "Send log" },
);

/** The pages of 系统 > 邮箱, each with its own address. */
export function EmailTabs({ active }: { active: "server" | "log" }) {
  const t = useText();
  const navigate = useNavigate();
  return (
    <Tabs
      activeKey={active}
      onChange={(key) => void navigate({ to: key === "log" ? "/email/log" : "/email" })}
      items={[
        { key: "server", label: t("server") },
        { key: "log", label: t("log") },
      ]}
    />
  );
}
