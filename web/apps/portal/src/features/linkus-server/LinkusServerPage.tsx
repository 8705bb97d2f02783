import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Tabs } from "antd";
import { Loaded } from "../../components/Loaded";
import { PageHeader } from "../../components/PageHeader";
import { LoginModeForm } from "./LoginModeForm";
import { MobileDefaultForm } from "./MobileDefaultForm";
import { loginModeQuery, mailTemplateQuery, mobileDefaultQuery } from "./queries";
import { TemplateForm } from "./TemplateForm";
import { useServerText } from "./text";

const TABS = ["template", "login-mode", "mobile"] as const;
type Tab = (typeof TABS)[number];

/** 分机和中继 > 分机 > Linkus服务器 (manual, WM-3 to WM-6, LM-1 and CO-1). */
export function LinkusServerPage() {
  const t = useServerText();
  const [tab, setTab] = useTab();
  return (
    <>
      <PageHeader
        title={t("title")}
        actions={
          // the page that users have too (OV-4); the web client's, at the same address
          <Button href="/help" target="_blank">
            {t("requirements")}
          </Button>
        }
      />
      <Tabs
        activeKey={tab}
        onChange={(key) => setTab(key as Tab)}
        items={[
          { key: "template", label: t("template"), children: <TemplateTab /> },
          { key: "login-mode", label: t("loginMode"), children: <LoginModeTab /> },
          { key: "mobile", label: t("mobileDefault"), children: <MobileTab /> },
        ]}
      />
    </>
  );
}

function TemplateTab() {
  const query = useQuery(mailTemplateQuery(useLanguage()));
  return <Loaded query={query}>{(template, reload) => <TemplateForm template={template} onReload={reload} />}</Loaded>;
}

function LoginModeTab() {
  const query = useQuery(loginModeQuery);
  return <Loaded query={query}>{(mode, reload) => <LoginModeForm mode={mode} onReload={reload} />}</Loaded>;
}

function MobileTab() {
  const query = useQuery(mobileDefaultQuery);
  return (
    <Loaded query={query}>{(settings, reload) => <MobileDefaultForm settings={settings} onReload={reload} />}</Loaded>
  );
}

/** The open tab stands in the address, so that other pages can lead to it. */
function useTab(): [Tab, (tab: Tab) => void] {
  const { tab: requested } = useSearch({ strict: false }) as { tab?: string };
  const navigate = useNavigate();
  const tab = TABS.find((known) => known === requested) ?? "template";
  return [
    tab,
    (next) => {
      const search = { tab: next === "template" ? undefined : next } as never;
      void navigate({ to: ".", search, replace: true, resetScroll: false });
    },
  ];
}
