import type { VisibilityRuleView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { DataList } from "../../components/list/DataList";
import { NothingYet } from "../../components/list/NothingYet";
import { RowActions } from "../../components/list/RowActions";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import permissionStyles from "../../styles/permission.module.css";
import { PermissionTabs } from "../client-permission/PermissionTabs";
import { RuleFileButtons } from "../client-permission/RuleFileButtons";
import { IdleMark } from "../client-permission/RuleMark";
import { Tags } from "../client-permission/Tags";
import { usePermissionText } from "../client-permission/text";
import { matches } from "../client-permission/values";
import { DeleteRuleDialog } from "./DeleteRuleDialog";
import { ruleName, scopeLabels, textsOf } from "./labels";
import { rulesQuery } from "./queries";
import { RuleSwitch } from "./RuleSwitch";
import { useVisibilityText } from "./text";
import { WhomSees } from "./WhomSees";

const DEFAULTS = { sort: "", filters: [] } as const;
const PAGE_ROWS = 50;

/** 客户端权限 > 分机可见性. */
export function VisibilityPage() {
  const t = useVisibilityText();
  const subjectText = usePermissionText();
  const common = useCommonText();
  const navigate = useNavigate();
  const [{ search, page }] = useListState(DEFAULTS);
  // the server sends all at once, the default rule first
  const query = useQuery({
    ...rulesQuery,
    select: ({ items }) => {
      const found = items.filter((rule) => matches(search, textsOf(t, subjectText, rule)));
      const from = (page - 1) * PAGE_ROWS;
      return { items: found.slice(from, from + PAGE_ROWS), total: found.length, page, page_size: PAGE_ROWS };
    },
  });
  const hasRules = useQuery({ ...rulesQuery, select: ({ items }) => items.length > 1 }).data;
  const columns = useColumns();
  const [deleting, setDeleting] = useState<VisibilityRuleView | null>(null);
  return (
    <>
      <PageHeader
        title={subjectText("title")}
        description={t("intro")}
        actions={
          <>
            <RuleFileButtons kind="visibility" />
            <Button type="primary" onClick={() => void navigate({ to: "/client-permission/visibility/new" })}>
              {t("addRule")}
            </Button>
          </>
        }
      />
      <PermissionTabs active="visibility" />
      <div className={baseStyles.stack}>
        <DataList<VisibilityRuleView>
          name="visibility-rules"
          columns={columns}
          query={query}
          searchHint={t("searchHint")}
          defaults={DEFAULTS}
          rowId={(rule) => rule.id}
          rowName={(rule) => ruleName(t, rule)}
          actions={(rule) =>
            rule.is_default ? null : (
              <RowActions
                onEdit={() =>
                  void navigate({ to: "/client-permission/visibility/$id", params: { id: String(rule.id) } })
                }
                onDelete={() => setDeleting(rule)}
              >
                <Button
                  type="link"
                  size="small"
                  onClick={() =>
                    void navigate({
                      to: "/client-permission/visibility/new",
                      search: { copy: String(rule.id) } as never,
                    })
                  }
                >
                  {common("copy")}
                </Button>
              </RowActions>
            )
          }
          empty={null}
        />
        {hasRules === false ? <NothingYet title={t("empty")} text={t("emptyText")} /> : null}
        <WhomSees />
      </div>
      {deleting ? <DeleteRuleDialog rule={deleting} onClose={() => setDeleting(null)} /> : null}
    </>
  );
}

function useColumns(): Column<VisibilityRuleView>[] {
  const t = useVisibilityText();
  const subjectText = usePermissionText();
  return useMemo(
    () => [
      { key: "name", title: t("name"), fixed: true, head: true, render: (rule) => <Name rule={rule} /> },
      {
        key: "subjects",
        title: t("subjects"),
        render: (rule) => {
          const labels = scopeLabels(subjectText, rule.subjects);
          return labels.length > 0 ? (
            <Tags labels={labels} />
          ) : (
            <span className={baseStyles.secondary}>{subjectText("noSubjects")}</span>
          );
        },
      },
      {
        key: "targets",
        title: t("targets"),
        render: (rule) => {
          const labels = scopeLabels(subjectText, rule.targets);
          if (rule.only_self) return t("onlySelf");
          return labels.length > 0 ? (
            <Tags labels={labels} />
          ) : (
            <span className={baseStyles.secondary}>{t("noTargets")}</span>
          );
        },
      },
      {
        key: "extensions",
        title: subjectText("extensions"),
        render: (rule) => (rule.is_default ? subjectText("allExtensions") : rule.extensions),
      },
      {
        key: "enabled",
        title: t("enabled"),
        render: (rule) => (rule.is_default ? t("always") : <RuleSwitch rule={rule} />),
      },
    ],
    [t, subjectText],
  );
}

function Name({ rule }: { rule: VisibilityRuleView }) {
  const t = useVisibilityText();
  return (
    <span className={permissionStyles.name}>
      {rule.is_default ? (
        <>
          {t("defaultRule")}
          <span className={baseStyles.secondary}>{t("defaultHelp")}</span>
        </>
      ) : (
        <Link to="/client-permission/visibility/$id" params={{ id: String(rule.id) }}>
          {ruleName(t, rule)}
        </Link>
      )}
      {rule.idle ? <IdleMark reason={rule.idle} /> : null}
    </span>
  );
}
