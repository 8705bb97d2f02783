import type { NamedExtension } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Form, Input, Radio, Select } from "antd";
import { useEffect, useState } from "react";
import { LoadFailed } from "../../components/LoadFailed";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import linesStyles from "../../styles/lines.module.css";
import { ExtensionSelect } from "../picker/ExtensionSelect";
import { findQuery } from "../picker/queries";
import { allTrunksQuery } from "../trunks/queries";
import { type AskForm, askedOf, readAsk, writeAsk } from "./ask";
import { ExplainResult } from "./ExplainResult";
import { explainQuery } from "./queries";
import { useExplainText } from "./text";

interface Values extends Omit<AskForm, "from"> {
  extension: NamedExtension | null;
  caller: string;
}

/** 呼叫控制 > 呼叫分析: what would happen if A called B now, and why. */
export function ExplainPage() {
  const t = useExplainText();
  const raw = useSearch({ strict: false }) as Record<string, string | undefined>;
  const asked = askedOf(readAsk(raw));
  const query = useQuery(explainQuery(asked ?? { to: "" }));
  return (
    <>
      <PageHeader title={t("title")} description={t("intro")} />
      <div className={linesStyles.explain}>
        <AskPanel ask={readAsk(raw)} again={() => void query.refetch()} busy={query.isFetching} />
        <div aria-live="polite">
          {asked && query.isError ? (
            <LoadFailed error={query.error} onRetry={() => void query.refetch()} />
          ) : asked && query.data ? (
            <ExplainResult explanation={query.data} />
          ) : null}
        </div>
      </div>
    </>
  );
}

function AskPanel({ ask, again, busy }: { ask: AskForm; again: () => void; busy: boolean }) {
  const t = useExplainText();
  const common = useCommonText();
  const navigate = useNavigate();
  const trunks = useQuery(allTrunksQuery);
  const [form] = Form.useForm<Values>();
  const [outside, setOutside] = useState(ask.outside);
  const submit = ({ extension, caller, ...rest }: Values) => {
    const from = rest.outside ? (caller ?? "").trim() : (extension?.number ?? "");
    const search = writeAsk({ ...rest, from, to: rest.to.trim() });
    void navigate({ to: ".", search: search as never, replace: true, resetScroll: false });
    // asked once more, the present state counts
    if (JSON.stringify(search) === JSON.stringify(writeAsk(ask))) again();
  };
  // the address has the number alone; the name comes after it
  const extension = ask.from && !ask.outside ? { id: 0, number: ask.from, display_name: "" } : null;
  const named = useQuery({ ...findQuery(ask.from), enabled: extension !== null }).data?.found[0];
  useEffect(() => {
    const shown: NamedExtension | null = form.getFieldValue("extension");
    if (named && shown?.number === named.number) form.setFieldValue("extension", named);
  }, [named, form]);
  return (
    <section className={baseStyles.panel}>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ ...ask, extension, caller: ask.outside ? ask.from : "" }}
        onFinish={submit}
        autoComplete="off"
        onValuesChange={(changed) => {
          if (changed.outside !== undefined) setOutside(changed.outside);
        }}
      >
        <Form.Item name="outside" label={t("from")}>
          <Radio.Group
            optionType="button"
            options={[
              { value: false, label: t("inside") },
              { value: true, label: t("outside") },
            ]}
          />
        </Form.Item>
        {outside ? (
          <>
            <Form.Item name="trunk_id" label={t("trunk")}>
              <Select
                options={[
                  { value: 0, label: t("anyTrunk") },
                  ...(trunks.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
                ]}
              />
            </Form.Item>
            <Form.Item name="caller" label={t("callerNumber")} extra={t("callerNumberHelp")}>
              <Input inputMode="tel" maxLength={64} />
            </Form.Item>
          </>
        ) : (
          <>
            <Form.Item
              name="extension"
              label={t("extension")}
              required
              rules={[{ required: true, message: t("chooseCaller") }]}
            >
              <ExtensionSelect placeholder={t("chooseExtension")} />
            </Form.Item>
            <Form.Item name="kind" label={t("client")}>
              <Select
                options={(["mobile", "desktop", "web", "phone"] as const).map((value) => ({
                  value,
                  label: common(value),
                }))}
              />
            </Form.Item>
          </>
        )}
        <Form.Item
          name="to"
          label={t(outside ? "did" : "dialled")}
          required
          rules={[{ required: true, whitespace: true, message: t("chooseDialled") }]}
        >
          <Input inputMode="tel" maxLength={64} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={busy ? { delay: 300 } : false}>
          {t("run")}
        </Button>
      </Form>
    </section>
  );
}
