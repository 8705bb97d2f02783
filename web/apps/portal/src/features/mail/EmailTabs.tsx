import { defineText } from "@linkus/ui/text";
import { useNavigate } from "@tanstack/react-router";
import { Tabs } from "antd";

const useText = defineText(
  "emailTabs",
  { server: "邮件服务器", template: "邮件模板", log: "发送记录" },
  { server: "Mail server", template: "Email template", log: "Send log" },
);

const PATHS = { server: "/email", template: "/email/template", log: "/email/log" } as const;
type EmailTab = keyof typeof PATHS;

/** The pages of 系统 > 邮箱, each with its own address. */
export function EmailTabs({ active }: { active: EmailTab }) {
  const t = useText();
  const navigate = useNavigate();
  return (
    <Tabs
      activeKey={active}
      onChange={(key) => void navigate({ to: PATHS[key as EmailTab] })}
      items={[
        { key: "server", label: t("server") },
        { key: "template", label: t("template") },
        { key: "log", label: t("log") },
      ]}
    />
  );
}
