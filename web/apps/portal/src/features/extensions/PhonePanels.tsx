import type { ExtensionView } from "@linkus/sdk/api";
import { defineText } from "@linkus/ui/text";
import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Popconfirm } from "antd";
import { infoQuery } from "../../api/info";
import { CopyButton } from "../../components/CopyButton";
import { StateTag } from "../../components/StateTag";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { saveExtension } from "./queries";
import { cleanValues, valuesOf } from "./values";

const useText = defineText(
  "phonePanels",
  {
    registered: "已注册的话机",
    none: "没有已注册的话机",
    setUp: "设置话机",
    setUpText: "在话机的网页中新建一个 SIP 账号，填入以下内容：",
    server: "SIP 服务器",
    port: "端口和传输协议",
    portValue: "5060（UDP 或 TCP）",
    portValueTls: "5060（UDP 或 TCP），5061（TLS）",
    user: "用户名",
    authName: "认证名称",
    password: "密码",
    passwordValue: "上面的注册密码",
    renew: "生成新密码",
    renewAsk: "生成新的注册密码？已注册的话机要填入新密码才能继续使用。",
  },
  {
    registered: "Registered phones",
    none: "No phone is registered now",
    setUp: "Set up a phone",
    setUpText: "Add a SIP account on the phone's own page and enter:",
    server: "SIP server",
    port: "Port and transport",
    portValue: "5060 (UDP or TCP)",
    portValueTls: "5060 (UDP or TCP), 5061 (TLS)",
    user: "User name",
    authName: "Authentication name",
    password: "Password",
    passwordValue: "the registration password above",
    renew: "Make a new password",
    renewAsk: "Make a new registration password? Registered phones need it before they can go on.",
  },
);

interface PhonePanelsProps {
  extension: ExtensionView;
  onRenewed: (saved: ExtensionView) => void;
}

export function PhonePanels({ extension, onRenewed }: PhonePanelsProps) {
  const t = useText();
  const common = useCommonText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const info = useQuery(infoQuery);
  const renew = useMutation({
    mutationFn: () =>
      saveExtension(extension.id, {
        ...cleanValues(valuesOf(extension)),
        version: extension.version,
        renew_registration_password: true,
      }),
    onSuccess: onRenewed,
    onError: (error) => message.error(errorText(error)),
  });
  const contacts = extension.phone_contacts ?? [];
  const facts = [
    { label: t("server"), value: info.data?.domain ?? "" },
    { label: t("user"), value: `${extension.number}.phone` },
    { label: t("authName"), value: extension.registration_name },
  ];
  return (
    <>
      <section className={baseStyles.panel}>
        <h2>{t("registered")}</h2>
        {contacts.length === 0 ? <p className={baseStyles.secondary}>{t("none")}</p> : null}
        <ul className={pagesStyles.plainList}>
          {contacts.map((contact) => (
            <li key={contact.address}>
              <StateTag tone="good">{common("online")}</StateTag>{" "}
              <span className={baseStyles.numbers}>{contact.address}</span>{" "}
              <span className={baseStyles.secondary}>{contact.user_agent}</span>
            </li>
          ))}
        </ul>
      </section>
      <section className={baseStyles.panel}>
        <h2>{t("setUp")}</h2>
        <p className={baseStyles.secondary}>{t("setUpText")}</p>
        <dl className={pagesStyles.facts}>
          {facts.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                <code>{value}</code> {value ? <CopyButton bare text={value} what={label} /> : null}
              </dd>
            </div>
          ))}
          <div>
            <dt>{t("port")}</dt>
            <dd>{t(info.data?.tls ? "portValueTls" : "portValue")}</dd>
          </div>
          <div>
            <dt>{t("password")}</dt>
            <dd>{t("passwordValue")}</dd>
          </div>
        </dl>
        <Popconfirm
          title={t("renewAsk")}
          okText={t("renew")}
          onConfirm={() => renew.mutateAsync().catch(() => undefined)}
        >
          <Button>{t("renew")}</Button>
        </Popconfirm>
      </section>
    </>
  );
}
