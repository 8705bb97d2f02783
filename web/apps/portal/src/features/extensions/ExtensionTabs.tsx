import { Tabs } from "antd";
import type { ReactNode } from "react";
import baseStyles from "../../styles/base.module.css";
import { LinkusField, PhoneFields, UserFields, VoicemailFields } from "./fields";
import { useFormText } from "./form-text";
import type { TabKey } from "./values";

interface ExtensionTabsProps {
  adding: boolean;
  active: TabKey;
  onChange: (tab: TabKey) => void;
  /** What stands below the fields of a tab. */
  below?: Partial<Record<TabKey, ReactNode>>;
}

/** The tabs of an extension. All are drawn at once, so that each field is part of the form. */
export function ExtensionTabs({ adding, active, onChange, below = {} }: ExtensionTabsProps) {
  const t = useFormText();
  const fields: Record<TabKey, ReactNode> = {
    user: <UserFields adding={adding} />,
    voicemail: <VoicemailFields adding={adding} />,
    linkus: <LinkusField />,
    phone: <PhoneFields adding={adding} />,
  };
  const labels = {
    user: t("userTab"),
    linkus: t("linkusTab"),
    phone: t("phoneTab"),
    voicemail: t("voicemailTab"),
  };
  return (
    <Tabs
      activeKey={active}
      onChange={(key) => onChange(key as TabKey)}
      items={(Object.keys(labels) as TabKey[]).map((key) => ({
        key,
        label: labels[key],
        forceRender: true,
        children: (
          <div className={baseStyles.stack}>
            <div className={baseStyles.panel}>{fields[key]}</div>
            {below[key]}
          </div>
        ),
      }))}
    />
  );
}
