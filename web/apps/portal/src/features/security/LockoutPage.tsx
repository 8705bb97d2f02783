import type { LockoutSettingsView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Form, InputNumber } from "antd";
import { useMemo } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { Loaded } from "../../components/Loaded";
import { PageHeader } from "../../components/PageHeader";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import { SettingItem } from "../setting-history/SettingItem";
import { lockoutQuery, saveLockout } from "./queries";
import { SecurityTabs } from "./SecurityTabs";
import { useSecurityText } from "./text";

interface Values {
  max_failures: number;
  window_minutes: number;
  first_pause_minutes: number;
  longest_pause_minutes: number;
  block_after: number | null;
}

const FIELDS = [
  "max_failures",
  "window_minutes",
  "first_pause_minutes",
  "longest_pause_minutes",
  "block_after",
] as const;
const BOUNDS: Record<keyof Values, { min: number; max: number }> = {
  max_failures: { min: 3, max: 20 },
  window_minutes: { min: 1, max: 60 },
  first_pause_minutes: { min: 1, max: 60 },
  longest_pause_minutes: { min: 1, max: 1440 },
  block_after: { min: 10, max: 200 },
};

/** 安全 > 安全规则 > 登录锁定: when failed sign-ins lead to a pause, and when to a block. */
export function LockoutPage() {
  const t = useSecurityText();
  const query = useQuery(lockoutQuery);
  return (
    <>
      <PageHeader title={t("title")} description={t("intro")} />
      <SecurityTabs active="lockout" />
      <Loaded query={query}>{(settings, reload) => <LockoutForm settings={settings} onReload={reload} />}</Loaded>
    </>
  );
}

function LockoutForm({ settings, onReload }: { settings: LockoutSettingsView; onReload: () => void }) {
  const t = useSecurityText();
  const [form] = Form.useForm<Values>();
  const initial = useMemo<Values>(
    () => ({
      max_failures: settings.max_failures ?? 5,
      window_minutes: settings.window_minutes ?? 10,
      first_pause_minutes: settings.first_pause_minutes ?? 1,
      longest_pause_minutes: settings.longest_pause_minutes ?? 60,
      block_after: settings.block_after ?? null,
    }),
    [settings],
  );
  const took = (saved: LockoutSettingsView) => queryClient.setQueryData(lockoutQuery.queryKey, saved);
  const restore = (name: keyof Values) => async (value: unknown) =>
    took(await saveLockout({ ...initial, [name]: value, version: settings.version }));
  const labels: Record<keyof Values, { label: string; extra?: string }> = {
    max_failures: { label: t("maxFailures"), extra: t("maxFailuresHelp") },
    window_minutes: { label: t("windowMinutes") },
    first_pause_minutes: { label: t("firstPause"), extra: t("firstPauseHelp") },
    longest_pause_minutes: { label: t("longestPause") },
    block_after: { label: t("blockAfter"), extra: t("blockAfterHelp") },
  };
  return (
    <div className={formStyles.formPage}>
      <EditForm<Values, LockoutSettingsView>
        form={form}
        initial={initial}
        fields={FIELDS}
        version={settings.version}
        save={(values, version) => saveLockout({ ...values, block_after: values.block_after ?? null, version })}
        onSaved={took}
        onReload={onReload}
      >
        <div className={baseStyles.panel}>
          <p className={baseStyles.secondary}>{t("lockoutIntro")}</p>
          {FIELDS.map((name) => (
            <SettingItem
              key={name}
              group="lockout"
              name={name}
              onRestore={restore(name)}
              required={name !== "block_after"}
              {...labels[name]}
            >
              <InputNumber
                {...BOUNDS[name]}
                precision={0}
                controls={false}
                placeholder={name === "block_after" ? t("never") : undefined}
                style={{ width: "100%" }}
              />
            </SettingItem>
          ))}
        </div>
      </EditForm>
    </div>
  );
}
