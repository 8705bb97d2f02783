import type { PermissionRules, PermissionRuleView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button, Form } from "antd";
import { useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { NotFound } from "../../app/NotFound";
import { EditForm } from "../../components/form/EditForm";
import { Loaded } from "../../components/Loaded";
import { NothingYet } from "../../components/list/NothingYet";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import permissionStyles from "../../styles/permission.module.css";
import { DeleteRuleDialog } from "./DeleteRuleDialog";
import { addRule, rulesQuery, saveRule } from "./queries";
import { RuleFields } from "./RuleFields";
import { RuleMark } from "./RuleMark";
import { usePermissionText } from "./text";
import { bodyOf, FIELDS, isKind, type Kind, NEW_RULE, type RuleValues, valuesOf } from "./values";

const refresh = (kind: Kind) => {
  void queryClient.invalidateQueries({ queryKey: rulesQuery(kind).queryKey });
  void queryClient.invalidateQueries({ queryKey: ["extension-permissions"] });
};

export function AddRulePage() {
  const { kind } = useParams({ strict: false }) as { kind: string };
  return isKind(kind) ? (
    <ReadRules kind={kind}>{(rules) => <AddRule kind={kind} rules={rules} />}</ReadRules>
  ) : (
    <NotFound />
  );
}

export function EditRulePage() {
  const { kind, id } = useParams({ strict: false }) as { kind: string; id: string };
  if (!isKind(kind)) return <NotFound />;
  return (
    <ReadRules kind={kind}>
      {(rules, reload) => {
        const rule = rules.items.find((item) => String(item.id) === id);
        return rule ? (
          <EditRule key={rule.id} kind={kind} rule={rule} rules={rules} onReload={reload} />
        ) : (
          <RuleGone kind={kind} />
        );
      }}
    </ReadRules>
  );
}

interface ReadRulesProps {
  kind: Kind;
  children: (rules: PermissionRules, reload: () => void) => React.ReactNode;
}

/** The list has every rule as a whole, and what rules can name. */
function ReadRules({ kind, children }: ReadRulesProps) {
  return <Loaded query={useQuery(rulesQuery(kind))}>{children}</Loaded>;
}

function AddRule({ kind, rules }: { kind: Kind; rules: PermissionRules }) {
  const t = usePermissionText();
  const navigate = useNavigate();
  const [form] = Form.useForm<RuleValues>();
  const { copy } = useSearch({ strict: false }) as { copy?: string };
  // as it was when the page was opened: the form is for a rule of its own
  const [initial] = useState<RuleValues>(() => {
    const original = rules.items.find((rule) => String(rule.id) === copy);
    if (!original) return NEW_RULE;
    return { ...valuesOf(original, rules.targets), name: t("copyName", { name: original.name }) };
  });
  const toList = () => void navigate({ to: "/client-permission/$kind", params: { kind } });
  return (
    <div className={permissionStyles.rulePage}>
      <PageHeader title={t("addTitle", { kind: t(kind) })} />
      <EditForm<RuleValues, PermissionRuleView>
        form={form}
        initial={initial}
        version={0}
        fields={FIELDS}
        save={(values) => addRule(kind, bodyOf(values))}
        savedText={(saved) => t("added", { name: saved.name })}
        onSaved={() => {
          refresh(kind);
          toList();
        }}
        onCancel={toList}
      >
        <RuleFields kind={kind} all={rules.targets} missing={rules.not_in_clients} rule={null} />
      </EditForm>
    </div>
  );
}

interface EditRuleProps {
  kind: Kind;
  rule: PermissionRuleView;
  rules: PermissionRules;
  onReload: () => void;
}

function EditRule({ kind, rule, rules, onReload }: EditRuleProps) {
  const { targets: all, not_in_clients: missing } = rules;
  const t = usePermissionText();
  const common = useCommonText();
  const navigate = useNavigate();
  const [form] = Form.useForm<RuleValues>();
  const [deleting, setDeleting] = useState(false);
  const initial = useMemo(() => valuesOf(rule, all), [rule, all]);
  const toList = () => void navigate({ to: "/client-permission/$kind", params: { kind } });
  return (
    <div className={permissionStyles.rulePage}>
      <PageHeader
        title={t("editTitle", { name: rule.name })}
        beside={<RuleMark rule={rule} />}
        actions={
          <Button danger onClick={() => setDeleting(true)}>
            {common("delete")}
          </Button>
        }
      />
      <EditForm<RuleValues, PermissionRuleView>
        form={form}
        initial={initial}
        version={rule.version}
        fields={FIELDS}
        save={(values, version) => saveRule(kind, rule.id, { ...bodyOf(values), version })}
        savedText={() => t("savedText")}
        onSaved={() => refresh(kind)}
        onCancel={toList}
        onReload={onReload}
      >
        <RuleFields kind={kind} all={all} missing={missing} rule={rule} />
      </EditForm>
      {deleting ? (
        <DeleteRuleDialog kind={kind} rule={rule} onDone={toList} onClose={() => setDeleting(false)} />
      ) : null}
    </div>
  );
}

function RuleGone({ kind }: { kind: Kind }) {
  const t = usePermissionText();
  return (
    <>
      <PageHeader title={t(kind)} />
      <NothingYet title={t("gone")}>
        <Link to="/client-permission/$kind" params={{ kind }}>
          {t("toList")}
        </Link>
      </NothingYet>
    </>
  );
}
