import type { LinkusSdkView } from "@linkus/sdk/api";
import { defineText } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Form, Switch } from "antd";
import { useMemo } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { Loaded } from "../../components/Loaded";
import { PageHeader } from "../../components/PageHeader";
import baseStyles from "../../styles/base.module.css";
import compareStyles from "../../styles/compare.module.css";
import formStyles from "../../styles/form.module.css";
import { linkusSdkQuery, saveLinkusSdk } from "../client-settings/queries";
import { SettingItem } from "../setting-history/SettingItem";

const useText = defineText(
  "linkusSdk",
  {
    title: "Linkus SDK",
    enable: "启用 Linkus SDK",
    enableHelp: "启用后，分机的开关显示为“Linkus通话功能(Mobile/PC/Web/Pad(SDK))”",
    opens: "启用后将开放什么",
    pad: "平板端（Pad）将是分机的第四种客户端：分机的开关也会管理用 SDK 开发的客户端能否登录。",
    own: "SDK 发布后，你自己的应用可以用它登录分机、接打电话，用户名和密码与 Linkus 客户端相同。",
    off: "禁用后，其他客户端不受影响。",
    later: "SDK 会在之后的版本提供，现在还不能下载；此处先决定是否开放。",
  },
  {
    title: "Linkus SDK",
    enable: "Enable Linkus SDK",
    enableHelp: "The switch of an extension then reads “Linkus calls (Mobile/PC/Web/Pad(SDK))”",
    opens: "What it will open",
    pad: "The pad client will be a fourth kind: the switch of an extension will then also decide whether clients built with the SDK may sign in.",
    own: "Once the SDK is there, programs of your own will sign in with an extension and make calls by it, with the same user name and password as a Linkus client.",
    off: "Switching it off does not touch the other clients.",
    later: "The SDK comes with a later version and cannot be downloaded yet; here you decide whether it will be open.",
  },
);

interface Values {
  enabled: boolean;
}

/** 应用对接 > Linkus SDK (EN-1). */
export function LinkusSdkPage() {
  const t = useText();
  const query = useQuery(linkusSdkQuery);
  return (
    <>
      <PageHeader title={t("title")} />
      <Loaded query={query}>{(sdk, reload) => <SdkForm sdk={sdk} onReload={reload} />}</Loaded>
    </>
  );
}

function SdkForm({ sdk, onReload }: { sdk: LinkusSdkView; onReload: () => void }) {
  const t = useText();
  const [form] = Form.useForm<Values>();
  const initial = useMemo<Values>(() => ({ enabled: sdk.enabled ?? false }), [sdk]);
  const restore = async (value: unknown) => {
    const saved = await saveLinkusSdk({ enabled: value === true, version: sdk.version });
    queryClient.setQueryData(linkusSdkQuery.queryKey, saved);
  };
  return (
    <div className={formStyles.formPage}>
      <EditForm<Values, LinkusSdkView>
        form={form}
        initial={initial}
        fields={["enabled"]}
        version={sdk.version}
        save={(values, version) => saveLinkusSdk({ ...values, version })}
        onSaved={(saved) => queryClient.setQueryData(linkusSdkQuery.queryKey, saved)}
        onReload={onReload}
      >
        <div className={baseStyles.stack}>
          <section className={baseStyles.panel}>
            <SettingItem
              group="linkus_sdk"
              name="enabled"
              onRestore={restore}
              label={t("enable")}
              extra={t("enableHelp")}
              valuePropName="checked"
            >
              <Switch />
            </SettingItem>
          </section>
          <section className={baseStyles.panel} aria-label={t("opens")}>
            <h2>{t("opens")}</h2>
            <ul className={compareStyles.textList}>
              {(["pad", "own", "off", "later"] as const).map((key) => (
                <li key={key}>{t(key)}</li>
              ))}
            </ul>
          </section>
        </div>
      </EditForm>
    </div>
  );
}
