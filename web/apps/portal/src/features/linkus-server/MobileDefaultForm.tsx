import type { ApplyTo, Codec, MobileDefaultSaved, MobileDefaultView } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { defineText } from "@linkus/ui/text";
import { useNavigate } from "@tanstack/react-router";
import { Form, Modal, Radio } from "antd";
import { useMemo, useRef, useState } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import templateStyles from "../../styles/template.module.css";
import { WithServerHistory } from "../setting-history/WithServerHistory";
import { CodecFields } from "./CodecFields";
import { mobileDefaultQuery, saveMobileDefault } from "./queries";
import { useServerText } from "./text";

const useText = defineText(
  "mobileDefault",
  {
    codec: "Linkus手机端编解码",
    ask: "应用到哪些分机？",
    new: "新创建的分机",
    newHelp: "以后添加的分机使用新配置，已有的分机不变",
    all: "所有分机",
    allHelp: "已有分机各自的设置会被替换，已登录的手机端立即生效",
    saved: "已保存，以后添加的分机使用新配置",
    savedAll: "已保存，已应用到 {{count}} 个分机，其中 {{connected}} 个正在使用",
  },
  {
    codec: "Linkus mobile codec",
    ask: "Which extensions does it apply to?",
    new: "New extensions",
    newHelp: "Extensions that are added from now on; those that exist stay as they are",
    all: "All extensions",
    allHelp: "Replaces what each extension has set; signed-in mobile clients have it at once",
    saved: "Saved for extensions that are added from now on",
    savedAll: "Saved and applied to {{count}} extensions, {{connected}} of them connected",
    savedAll_one: "Saved and applied to {{count}} extension, {{connected}} connected",
  },
);

interface Values {
  codec: Codec;
  only_this_codec: boolean;
}

interface Question {
  answer: (apply: boolean) => void;
}

/** Linkus 手机默认配置 (manual, CO-1): after 保存 a dialog asks for which extensions. */
export function MobileDefaultForm({ settings, onReload }: { settings: MobileDefaultView; onReload: () => void }) {
  const t = useText();
  const server = useServerText();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const [question, setQuestion] = useState<Question | null>(null);
  const applyTo = useRef<ApplyTo>("new");
  const initial = useMemo<Values>(
    () => ({ codec: settings.codec ?? "opus", only_this_codec: settings.only_this_codec ?? false }),
    [settings],
  );
  const ask = () =>
    new Promise<boolean>((resolve) => {
      setQuestion({ answer: resolve });
    });
  const answer = (apply: boolean) => {
    question?.answer(apply);
    setQuestion(null);
  };
  const restore = async (codec: unknown) => {
    // for new extensions: those that exist keep what they have
    const values = { ...initial, codec: codec as Codec };
    await saveMobileDefault({ ...values, apply_to: "new", version: settings.version });
    await queryClient.invalidateQueries({ queryKey: mobileDefaultQuery.queryKey });
  };
  return (
    <div className={formStyles.formPage}>
      <EditForm<Values, MobileDefaultSaved>
        form={form}
        initial={initial}
        fields={["codec", "only_this_codec"]}
        version={settings.version}
        confirm={ask}
        save={(values, version) => saveMobileDefault({ ...values, apply_to: applyTo.current, version })}
        savedText={({ extensions, connected }) =>
          applyTo.current === "all" ? t("savedAll", { count: extensions, connected }) : t("saved")
        }
        onSaved={({ extensions: _, connected: __, ...saved }) => {
          queryClient.setQueryData(mobileDefaultQuery.queryKey, saved);
          void queryClient.invalidateQueries({ queryKey: ["client-settings"] });
        }}
        onCancel={() => void navigate({ to: "/extensions" })}
        onReload={onReload}
      >
        <section className={baseStyles.panel} aria-label={server("mobileDefault")}>
          <WithServerHistory group="mobile_default" name="codec" setting={t("codec")} onRestore={restore}>
            <CodecFields codecs={settings.codecs} />
          </WithServerHistory>
        </section>
      </EditForm>
      {question ? (
        <ApplyDialog
          onCancel={() => answer(false)}
          onApply={(to) => {
            applyTo.current = to;
            answer(true);
          }}
        />
      ) : null}
    </div>
  );
}

function ApplyDialog({ onCancel, onApply }: { onCancel: () => void; onApply: (to: ApplyTo) => void }) {
  const t = useText();
  const common = useCommonText();
  const [to, setTo] = useState<ApplyTo>("new");
  return (
    <Modal
      open
      title={t("ask")}
      okText={common("ok")}
      cancelText={common("cancel")}
      onOk={() => onApply(to)}
      onCancel={onCancel}
    >
      <Radio.Group className={baseStyles.stack} value={to} onChange={({ target }) => setTo(target.value as ApplyTo)}>
        {(["new", "all"] as const).map((key) => (
          <div key={key}>
            <Radio value={key}>{t(key)}</Radio>
            <div className={classes(baseStyles.secondary, templateStyles.radioHelp)}>
              {t(key === "new" ? "newHelp" : "allHelp")}
            </div>
          </div>
        ))}
      </Radio.Group>
    </Modal>
  );
}
