import type { PermissionRuleView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { NotFound } from "../../app/NotFound";
import { ListPage } from "../../components/list/ListPage";
import { NothingYet } from "../../components/list/NothingYet";
import { RowActions } from "../../components/list/RowActions";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import permissionStyles from "../../styles/permission.module.css";
import { DeleteRuleDialog } from "./DeleteRuleDialog";
import { permissionLabel, ruleName, subjectLabel, targetLabels } from "./labels";
import { PermissionTabs } from "./PermissionTabs";
import { rulesQuery } from "./queries";
import { RuleFileButtons } from "./RuleFileButtons";
import { RuleMark } from "./RuleMark";
import { RuleSwitch } from "./RuleSwitch";
import { Tags } from "./Tags";
import { usePermissionText } from "./text";
import { DEFAULT_RULE_ID, defaultRule, isKind, type Kind, matches } from "./values";

const DEFAULTS = { sort: "", filters: [] } as const;
const PAGE_ROWS = 50;

/** 客户端权限 > 菜单可见性 and 客户端设置 (manual, PM-1 and PS-1). */
export function RulesPage() {
  const { kind } = useParams({ strict: false }) as { kind: string };
  return isKind(kind) ? <Rules key={kind} kind={kind} /> : <NotFound />;
}

function Rules({ kind }: { kind: Kind }) {
  const t = usePermissionText();
  const common = useCommonText();
  const navigate = useNavigate();
  const { query, all, hasRules } = useShownRules(kind);
  const columns = useColumns(kind, all);
  const [deleting, setDeleting] = useState<PermissionRuleView | null>(null);
  const toNew = (copy?: number) =>
    void navigate({
      to: "/client-permission/$kind/new",
      params: { kind },
      search: { copy: copy === undefined ? undefined : String(copy) } as never,
    });
  return (
    <ListPage<PermissionRuleView>
      title={t("title")}
      description={t(`${kind}Intro`)}
      onAdd={() => toNew()}
      addText={t("addRule")}
      otherActions={<RuleFileButtons kind={kind} />}
      above={<PermissionTabs active={kind} />}
      name={`permission-rules-${kind}`}
      columns={columns}
      query={query}
      searchHint={t("searchHint")}
      defaults={DEFAULTS}
      rowId={(rule) => rule.id}
      rowName={(rule) => ruleName(t, rule)}
      actions={(rule) =>
        rule.id === DEFAULT_RULE_ID ? null : (
          <RowActions
            onEdit={() => void navigate({ to: "/client-permission/$kind/$id", params: { kind, id: String(rule.id) } })}
            onDelete={() => setDeleting(rule)}
          >
            <Button type="link" size="small" onClick={() => toNew(rule.id)}>
              {common("copy")}
            </Button>
          </RowActions>
        )
      }
      empty={null}
    >
      {hasRules === false ? (
        <div className={permissionStyles.noRules}>
          <NothingYet title={t("empty")} text={t(`${kind}EmptyText`)} />
        </div>
      ) : null}
      {deleting ? <DeleteRuleDialog kind={kind} rule={deleting} onClose={() => setDeleting(null)} /> : null}
    </ListPage>
  );
}

/** The default rule, then those that the search finds. The server sends all at once, because there are never many. */
function useShownRules(kind: Kind) {
  const t = usePermissionText();
  const [{ search, page }] = useListState(DEFAULTS);
  const { data } = useQuery(rulesQuery(kind));
  const query = useQuery({
    ...rulesQuery(kind),
    select: ({ items, targets }) => {
      const found = [defaultRule(kind, targets), ...items].filter((rule) =>
        matches(search, [ruleName(t, rule), ...rule.subjects.map((subject) => subjectLabel(t, subject))]),
      );
      const from = (page - 1) * PAGE_ROWS;
      return { items: found.slice(from, from + PAGE_ROWS), total: found.length, page, page_size: PAGE_ROWS };
    },
  });
  return { query, all: data?.targets, hasRules: data && data.items.length > 0 };
}

const NO_TARGETS: string[] = [];

function useColumns(kind: Kind, all = NO_TARGETS): Column<PermissionRuleView>[] {
  const t = usePermissionText();
  return useMemo(
    () => [
      { key: "name", title: t("name"), fixed: true, head: true, render: (rule) => <Name kind={kind} rule={rule} /> },
      {
        key: "subjects",
        title: t("subjects"),
        render: ({ subjects }) =>
          subjects.length > 0 ? (
            <Tags labels={subjects.map((subject) => subjectLabel(t, subject))} />
          ) : (
            <span className={baseStyles.secondary}>{t("noSubjects")}</span>
          ),
      },
      {
        key: "permission",
        title: t("permission"),
        render: (rule) => permissionLabel(t, kind, rule.permission),
      },
      {
        key: "targets",
        title: t(`${kind}Targets`),
        render: (rule) => <Tags labels={targetLabels(t, kind, rule.targets, all)} />,
      },
      {
        key: "extensions",
        title: t("extensions"),
        render: (rule) => (rule.id === DEFAULT_RULE_ID ? t("allExtensions") : rule.extensions),
      },
      {
        key: "enabled",
        title: t("enabled"),
        render: (rule) =>
          rule.id === DEFAULT_RULE_ID ? t("always") : <RuleSwitch kind={kind} rule={rule} all={all} />,
      },
    ],
    [t, kind, all],
  );
}

function Name({ kind, rule }: { kind: Kind; rule: PermissionRuleView }) {
  const t = usePermissionText();
  if (rule.id === DEFAULT_RULE_ID)
    return (
      <span className={permissionStyles.name}>
        {t("defaultRule")}
        <span className={baseStyles.secondary}>{t("defaultHelp")}</span>
      </span>
    );
  return (
    <span className={permissionStyles.name}>
      <Link to="/client-permission/$kind/$id" params={{ kind, id: String(rule.id) }}>
        {rule.name}
      </Link>
      <RuleMark rule={rule} />
    </span>
  );
}
