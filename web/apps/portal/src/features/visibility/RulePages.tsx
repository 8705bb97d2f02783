import type { VisibilityRuleView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button, Form, Input, Radio, Switch } from "antd";
import { useMemo, useState } from "react";
import { EditForm } from "../../components/form/EditForm";
import { Loaded } from "../../components/Loaded";
import { NothingYet } from "../../components/list/NothingYet";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import permissionStyles from "../../styles/permission.module.css";
import { IdleMark } from "../client-permission/RuleMark";
import { SubjectPicker } from "../client-permission/SubjectPicker";
import { usePermissionText } from "../client-permission/text";
import { DeleteRuleDialog } from "./DeleteRuleDialog";
import { ruleName } from "./labels";
import { addRule, rereadRules, rulesQuery, saveRule } from "./queries";
import { useVisibilityText } from "./text";
import { VisibilityPreviewPanel } from "./VisibilityPreviewPanel";
import { bodyOf, FIELDS, NEW_RULE, type VisibilityValues, valuesOf } from "./values";

const LIST = "/client-permission/visibility";

/** A copy needs the rule that it is made of. */
export function AddVisibilityRulePage() {
  const { copy } = useSearch({ strict: false }) as { copy?: string };
  const query = useQuery({ ...rulesQuery, enabled: copy !== undefined });
  if (copy === undefined) return <AddRule original={undefined} />;
  return (
    <Loaded query={query}>
      {({ items }) => <AddRule original={items.find((rule) => String(rule.id) === copy && !rule.is_default)} />}
    </Loaded>
  );
}

function AddRule({ original }: { original: VisibilityRuleView | undefined }) {
  const t = useVisibilityText();
  const permission = usePermissionText();
  const navigate = useNavigate();
  const [form] = Form.useForm<VisibilityValues>();
  // as it was when the page was opened: the form is for a rule of its own
  const [initial] = useState<VisibilityValues>(() =>
    original
      ? { ...valuesOf(original), name: permission("copyName", { name: ruleName(t, original) }).slice(0, 63) }
      : NEW_RULE,
  );
  const toList = () => void navigate({ to: LIST });
  return (
    <div className={permissionStyles.rulePage}>
      <PageHeader title={t("addTitle")} />
      <EditForm<VisibilityValues, VisibilityRuleView>
        form={form}
        initial={initial}
        version={0}
        fields={FIELDS}
        save={(values) => addRule(bodyOf(values))}
        savedText={(saved) => t("added", { name: ruleName(t, saved) })}
        onSaved={() => {
          rereadRules();
          toList();
        }}
        onCancel={toList}
      >
        <RuleFields rule={null} />
      </EditForm>
    </div>
  );
}

export function EditVisibilityRulePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  return (
    <Loaded query={useQuery(rulesQuery)}>
      {({ items }, reload) => {
        const rule = items.find((item) => String(item.id) === id && !item.is_default);
        return rule ? <EditRule key={rule.id} rule={rule} onReload={reload} /> : <RuleGone />;
      }}
    </Loaded>
  );
}

function EditRule({ rule, onReload }: { rule: VisibilityRuleView; onReload: () => void }) {
  const t = useVisibilityText();
  const common = useCommonText();
  const navigate = useNavigate();
  const [form] = Form.useForm<VisibilityValues>();
  const [deleting, setDeleting] = useState(false);
  const initial = useMemo(() => valuesOf(rule), [rule]);
  const toList = () => void navigate({ to: LIST });
  return (
    <div className={permissionStyles.rulePage}>
      <PageHeader
        title={t("editTitle", { name: ruleName(t, rule) })}
        beside={rule.idle ? <IdleMark reason={rule.idle} /> : null}
        actions={
          <Button danger onClick={() => setDeleting(true)}>
            {common("delete")}
          </Button>
        }
      />
      <EditForm<VisibilityValues, VisibilityRuleView>
        form={form}
        initial={initial}
        version={rule.version}
        fields={FIELDS}
        save={(values, version) => saveRule(rule.id, { ...bodyOf(values), version })}
        savedText={() => t("savedText")}
        onSaved={rereadRules}
        onCancel={toList}
        onReload={onReload}
      >
        <RuleFields rule={rule} />
      </EditForm>
      {deleting ? <DeleteRuleDialog rule={rule} onDone={toList} onClose={() => setDeleting(false)} /> : null}
    </div>
  );
}

/** `rule` is the rule as it is saved; null for a new one. */
function RuleFields({ rule }: { rule: VisibilityRuleView | null }) {
  const t = useVisibilityText();
  const onlySelf = Form.useWatch("only_self") as boolean | undefined;
  return (
    <div className={permissionStyles.ruleColumns}>
      <section className={baseStyles.panel} aria-label={t("general")}>
        <Form.Item name="enabled" valuePropName="checked" label={t("enabled")}>
          <Switch />
        </Form.Item>
        <div className={formStyles.formGrid}>
          <Form.Item name="name" label={t("name")} extra={t("nameHelp")}>
            <Input autoComplete="off" autoFocus={rule === null} />
          </Form.Item>
        </div>
        <Form.Item name="subjects" label={t("subjects")} extra={t("subjectsHelp")} required>
          <SubjectPicker label={t("subjects")} />
        </Form.Item>
        <Form.Item name="only_self" label={t("targets")} extra={t(onlySelf ? "onlySelfHelp" : "targetsHelp")}>
          <Radio.Group>
            <Radio value={false}>{t("chosenTargets")}</Radio>
            <Radio value={true}>{t("onlySelf")}</Radio>
          </Radio.Group>
        </Form.Item>
        {/* kept while it is hidden, so that changing one's mind loses nothing */}
        <Form.Item name="targets" hidden={onlySelf}>
          <SubjectPicker label={t("targets")} />
        </Form.Item>
      </section>
      <VisibilityPreviewPanel rule={rule} />
    </div>
  );
}

function RuleGone() {
  const t = useVisibilityText();
  const title = usePermissionText()("visibility");
  return (
    <>
      <PageHeader title={title} />
      <NothingYet title={t("gone")}>
        <Link to={LIST}>{t("toList")}</Link>
      </NothingYet>
    </>
  );
}
