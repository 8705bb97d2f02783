import type { BulkChanges, BulkCheck, BulkView } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Checkbox, Drawer, Form, Switch, Tabs } from "antd";
import { useMemo, useState } from "react";
import { useNarrow } from "../../app/responsive";
import { UnsavedGuard, UnsavedQuestion } from "../../components/form/UnsavedGuard";
import { focusField, useServerErrors } from "../../components/form/useServerErrors";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import compareStyles from "../../styles/compare.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { CodecFields } from "../linkus-server/CodecFields";
import { mobileDefaultQuery } from "../linkus-server/queries";
import { BulkReview } from "./BulkReview";
import { useBulkText } from "./bulk-text";
import { FIELDS } from "./items";
import { checkBulk, linkusSdkQuery, startBulk } from "./queries";
import { SettingsMatrix, type Ticks } from "./SettingsMatrix";
import { useSettingsText } from "./text";
import { bulkChanges, type FlatValues, flattenDefaults } from "./values";

interface BulkDrawerProps {
  ids: number[];
  /** The switch's own words, which the SDK's page decides. */
  switchLabel: (sdk: boolean) => string;
  onStarted: (change: BulkView) => void;
  onClose: () => void;
}

interface Review {
  check: BulkCheck;
  changes: BulkChanges;
}

/** 编辑 of ticked extensions (SP-2): what is ticked changes for all of them, after a look at what that will be. */
export function BulkDrawer({ ids, switchLabel, onStarted, onClose }: BulkDrawerProps) {
  const t = useBulkText();
  const common = useCommonText();
  const narrow = useNarrow();
  const [form] = Form.useForm<FlatValues>();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const errors = useServerErrors(form, FIELDS);
  const [busy, setBusy] = useState(false);
  const [review, setReview] = useState<Review | null>(null);
  const [leaving, setLeaving] = useState(false);
  const initial = useMemo(() => ({ ...flattenDefaults(), linkus_enabled: true }), []);
  const tick = (names: string[], on: boolean) =>
    setTicked((before) => new Set(on ? [...before, ...names] : [...before].filter((name) => !names.includes(name))));

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    errors.clear();
    try {
      await work();
    } catch (error) {
      setReview(null);
      errors.show(error);
    } finally {
      setBusy(false);
    }
  };
  const look = () =>
    run(async () => {
      const changes = bulkChanges(ticked, form.getFieldsValue(true) as FlatValues);
      setReview({ check: await checkBulk({ extension_ids: ids, changes }), changes });
    });
  const start = (changes: BulkChanges) =>
    run(async () => {
      onStarted(await startBulk({ extension_ids: ids, changes }));
      onClose();
    });

  return (
    <Drawer
      open
      title={t("title", { count: ids.length })}
      size={narrow ? "100%" : 920}
      onClose={() => (ticked.size > 0 ? setLeaving(true) : onClose())}
      footer={
        <div className={pagesStyles.drawerFooter}>
          <Button onClick={onClose}>{common("cancel")}</Button>
          <Button type="primary" disabled={ticked.size === 0} loading={busy && !review} onClick={() => form.submit()}>
            {t("next")}
          </Button>
        </div>
      }
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={initial}
        autoComplete="off"
        validateTrigger="onBlur"
        onValuesChange={errors.edited}
        onFinish={() => void look()}
        onFinishFailed={({ errorFields }) => focusField(form, String(errorFields[0]?.name[0] ?? ""))}
      >
        <Tabs
          items={[
            {
              key: "linkus",
              label: t("tab"),
              children: (
                <div className={baseStyles.stack}>
                  <Alert type="info" showIcon title={t("intro")} />
                  {errors.failure ? <Alert type="error" showIcon title={errors.failure} role="alert" /> : null}
                  <BulkFields ticks={{ ticked, tick, label: t("tick") }} switchLabel={switchLabel} />
                </div>
              ),
            },
          ]}
        />
      </Form>
      {review ? (
        <BulkReview
          check={review.check}
          busy={busy}
          onStart={() => void start(review.changes)}
          onClose={() => setReview(null)}
        />
      ) : null}
      <UnsavedGuard dirty={() => ticked.size > 0} />
      <UnsavedQuestion open={leaving} onLeave={onClose} onStay={() => setLeaving(false)} />
    </Drawer>
  );
}

function BulkFields({ ticks, switchLabel }: { ticks: Ticks; switchLabel: (sdk: boolean) => string }) {
  const settings = useSettingsText();
  const common = useCommonText();
  const sdk = useQuery(linkusSdkQuery).data?.enabled === true;
  const codecs = useQuery(mobileDefaultQuery).data?.codecs ?? [];
  const label = switchLabel(sdk);
  return (
    <>
      <section className={classes(baseStyles.panel, compareStyles.bulkItem)}>
        <Tick ticks={ticks} name="linkus" item={label} />
        <Form.Item name="linkus_enabled" label={label} valuePropName="checked">
          <Switch disabled={!ticks.ticked.has("linkus")} aria-label={label} />
        </Form.Item>
      </section>
      <SettingsMatrix ticks={ticks} />
      <section className={classes(baseStyles.panel, compareStyles.bulkItem)} aria-label={common("mobile")}>
        <Tick ticks={ticks} name="mobile.codec" item={settings("codec")} />
        <div>
          <CodecFields codecs={codecs} disabled={!ticks.ticked.has("mobile.codec")} />
        </div>
      </section>
    </>
  );
}

function Tick({ ticks, name, item }: { ticks: Ticks; name: string; item: string }) {
  return (
    <Checkbox
      aria-label={`${ticks.label} ${item}`}
      checked={ticks.ticked.has(name)}
      onChange={({ target }) => ticks.tick([name], target.checked)}
    >
      {ticks.label}
    </Checkbox>
  );
}
