import { defineText } from "@linkus/ui/text";
import { Table } from "antd";
import baseStyles from "../../styles/base.module.css";
import { bulkPreview } from "./bulk-preview";
import { displayName } from "./name";

const useText = defineText(
  "bulkPreview",
  { title: "预览", number: "分机号码", name: "姓名", email: "邮箱地址", empty: "填写起始号码和数量后显示" },
  {
    title: "Preview",
    number: "Extension number",
    name: "Name",
    email: "Email address",
    empty: "Enter a start number and a count to see it",
  },
);

interface Patterns {
  from_number?: string;
  count?: number | null;
  first_name_pattern?: string;
  last_name_pattern?: string;
  email_pattern?: string;
}

/** What a bulk addition will make: the first rows and the last one. */
export function BulkPreview({ values = {} }: { values?: Patterns }) {
  const t = useText();
  const rows = bulkPreview({
    from_number: values.from_number ?? "",
    count: values.count ?? 0,
    first_name_pattern: values.first_name_pattern || "{number}",
    last_name_pattern: values.last_name_pattern ?? "",
    email_pattern: values.email_pattern ?? "",
  });
  return (
    <section aria-label={t("title")}>
      <h3 className={baseStyles.panelTitle}>{t("title")}</h3>
      <Table
        size="small"
        pagination={false}
        scroll={{ x: "max-content" }}
        rowKey={(row) => row.number}
        locale={{ emptyText: <span className={baseStyles.secondary}>{t("empty")}</span> }}
        dataSource={rows.map((row) => row ?? { number: "…", firstName: "", lastName: "", email: "" })}
        columns={[
          { title: t("number"), dataIndex: "number" },
          { title: t("name"), render: (_, row) => displayName(row.firstName, row.lastName) },
          { title: t("email"), dataIndex: "email" },
        ]}
      />
    </section>
  );
}
