import type { PortalPage, RoleView } from "@linkus/sdk/api";
import { Radio, Table } from "antd";
import { useMay } from "../../app/access";
import { useNarrow } from "../../app/responsive";
import { useMarkEdited } from "../../components/form/edited";
import { useAdministratorsText, useRoleText } from "./text";

type Permissions = RoleView["permissions"];
const CHOICES = ["hidden", "view", "edit"] as const;
type Choice = (typeof CHOICES)[number];

interface PermissionTableProps {
  pages: PortalPage[];
  /** Given by the form. */
  value?: Permissions;
  onChange?: (value: Permissions) => void;
}

/** The table of pages with hidden, view and edit. What the administrator at the page lacks cannot be chosen. */
export function PermissionTable({ pages, value = {}, onChange }: PermissionTableProps) {
  const t = useAdministratorsText();
  const { pageName } = useRoleText();
  const may = useMay();
  const narrow = useNarrow();
  const markEdited = useMarkEdited();
  const tight = narrow ? { paddingInline: 2 } : undefined;
  const choose = (page: PortalPage["page"], choice: Choice) => {
    const { [page]: _before, ...rest } = value;
    markEdited();
    onChange?.(choice === "hidden" ? rest : { ...rest, [page]: choice });
  };
  return (
    <Table<PortalPage>
      size="small"
      rowKey="page"
      pagination={false}
      // on a narrow screen the names of the pages wrap, so that all choices are in sight
      tableLayout={narrow ? "fixed" : "auto"}
      scroll={narrow ? undefined : { x: "max-content" }}
      dataSource={pages}
      columns={[
        { key: "page", title: t("page"), onCell: () => ({ style: tight }), render: (_, { page }) => pageName(page) },
        ...CHOICES.map((choice) => ({
          key: choice,
          title: t(choice),
          align: "center" as const,
          width: narrow ? 68 : 120,
          onHeaderCell: () => ({ style: tight }),
          render: (_: unknown, { page, view_only }: PortalPage) => {
            if (choice === "edit" && view_only) return null;
            const beyond = choice !== "hidden" && !may(page, choice);
            return (
              <Radio
                name={`permission-${page}`}
                checked={(value[page] ?? "hidden") === choice}
                disabled={beyond || undefined}
                title={beyond ? t("beyond") : undefined}
                aria-label={`${pageName(page)} ${t(choice)}`}
                onChange={() => choose(page, choice)}
              />
            );
          },
        })),
      ]}
    />
  );
}
