import { IdcardOutlined, LogoutOutlined, MenuOutlined, PhoneOutlined, UserOutlined } from "@ant-design/icons";
import { defineText } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Dropdown, Flex, Layout } from "antd";
import { lazy, Suspense, useState } from "react";
import { useLiveUpdates } from "../api/live";
import { sessionQuery, signOut } from "../api/session";
import { UnreadEvents } from "../features/events/UnreadEvents";
import { useCommonText } from "../i18n/common";
import baseStyles from "../styles/base.module.css";
import { useMay } from "./access";
import { Brand } from "./Brand";
import { Guarded } from "./Guarded";
import { LiveNotice } from "./LiveNotice";
import { AppearanceSwitch, LanguageSwitch } from "./preferences";
import { useNarrow } from "./responsive";
import { SideMenu } from "./SideMenu";

const AccountDialog = lazy(async () => ({
  default: (await import("../features/account/AccountDialog")).AccountDialog,
}));

const useText = defineText(
  "shell",
  { account: "账号", administrator: "管理员账号", client: "打开客户端", signOut: "退出登录", skip: "跳到内容" },
  {
    account: "Account",
    administrator: "Administrator account",
    client: "Open the client",
    signOut: "Sign out",
    skip: "Skip to content",
  },
);

/** What stands around every page of a signed-in administrator: menu, head, and the page itself. */
export function Shell() {
  const t = useText();
  const common = useCommonText();
  const narrow = useNarrow();
  const [menuOpen, setMenuOpen] = useState(false);
  const [accountOpen, setAccountOpen] = useState(false);
  const { data: session } = useQuery(sessionQuery);
  const connection = useLiveUpdates();
  const may = useMay();

  const brand = <Brand subtitle={session?.company_name} />;
  return (
    <Layout className={baseStyles.shell}>
      <a className={baseStyles.skipLink} href="#content">
        {t("skip")}
      </a>
      {narrow ? (
        <Drawer
          open={menuOpen}
          onClose={() => setMenuOpen(false)}
          placement="left"
          size={280}
          title={brand}
          styles={{ body: { padding: 8 } }}
        >
          <SideMenu onNavigate={() => setMenuOpen(false)} />
        </Drawer>
      ) : (
        <Layout.Sider width={272} className={baseStyles.side}>
          <div className={baseStyles.sideBrand}>{brand}</div>
          <nav aria-label={common("menu")}>
            <SideMenu />
          </nav>
        </Layout.Sider>
      )}
      <Layout>
        <Layout.Header className={baseStyles.head}>
          <Flex gap={8} align="center">
            {narrow ? (
              <>
                <Button
                  type="text"
                  icon={<MenuOutlined aria-hidden="true" />}
                  aria-label={common("menu")}
                  onClick={() => setMenuOpen(true)}
                />
                <Brand />
              </>
            ) : null}
          </Flex>
          <Flex gap={4} align="center" className={baseStyles.headEnd}>
            {may("event_log") ? <UnreadEvents /> : null}
            <LanguageSwitch />
            <AppearanceSwitch />
            <Dropdown
              trigger={["click"]}
              menu={{
                items: [
                  { key: "name", label: session?.username, disabled: true },
                  { type: "divider" },
                  {
                    key: "account",
                    icon: <IdcardOutlined aria-hidden="true" />,
                    label: t("administrator"),
                    onClick: () => setAccountOpen(true),
                  },
                  // the user of an extension came with the same login
                  ...(session && session.extension_id !== null
                    ? [
                        {
                          key: "client",
                          icon: <PhoneOutlined aria-hidden="true" />,
                          label: (
                            <a href="/" target="_blank" rel="noopener">
                              {t("client")}
                            </a>
                          ),
                        },
                      ]
                    : []),
                  {
                    key: "out",
                    icon: <LogoutOutlined aria-hidden="true" />,
                    label: t("signOut"),
                    onClick: () => void signOut(),
                  },
                ],
              }}
            >
              <Button type="text" icon={<UserOutlined aria-hidden="true" />} aria-label={t("account")}>
                {narrow ? null : session?.username}
              </Button>
            </Dropdown>
          </Flex>
        </Layout.Header>
        {accountOpen ? (
          <Suspense>
            <AccountDialog onClose={() => setAccountOpen(false)} />
          </Suspense>
        ) : null}
        <LiveNotice connection={connection} />
        <Layout.Content id="content" className={baseStyles.content} tabIndex={-1}>
          <Guarded />
        </Layout.Content>
      </Layout>
    </Layout>
  );
}
