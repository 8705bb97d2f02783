import type { ImportView } from "@linkus/sdk/api";
import { toCsv } from "@linkus/ui";
import { Button, Table } from "antd";
import { downloadText } from "../../components/copy";
import { useImportText } from "./text";

/** What was wrong with which row; the row numbers are those of a spreadsheet. */
export function ImportErrors({ view }: { view: ImportView }) {
  const t = useImportText();
  const save = () =>
    downloadText(
      `import-errors-${view.id}.csv`,
      toCsv([
        [t("row"), t("column"), t("problem")],
        ...view.errors.map((error) => [error.row, error.column, error.message]),
      ]),
    );
  return (
    <section aria-label={t("errors")}>
      <div className="section-head">
        <h3 className="panel-title">{t("errors")}</h3>
        <Button size="small" onClick={save}>
          {t("download")}
        </Button>
      </div>
      <Table
        size="small"
        rowKey={(error) => `${error.row}/${error.column}/${error.code}`}
        dataSource={view.errors}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ x: "max-content" }}
        columns={[
          { title: t("row"), dataIndex: "row", width: 64 },
          { title: t("column"), dataIndex: "column", width: 180 },
          { title: t("problem"), render: (_, error) => <span className="wrap-cell">{error.message}</span> },
        ]}
      />
    </section>
  );
}
