import type { ImportView } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Table } from "antd";
import { downloadBlob } from "../../components/copy";
import { useErrorText } from "../../components/text";
import baseStyles from "../../styles/base.module.css";
import listStyles from "../../styles/list.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { readErrors } from "./queries";
import { useImportText } from "./text";

/** What was wrong with which row; the row numbers are those of a spreadsheet. */
export function ImportErrors({ view }: { view: ImportView }) {
  const t = useImportText();
  const errorText = useErrorText();
  const save = useMutation({
    mutationFn: async () => downloadBlob(`import-errors-${view.id}.csv`, await readErrors(view.id)),
  });
  return (
    <section aria-label={t("errors")}>
      <div className={pagesStyles.sectionHead}>
        <h3 className={baseStyles.panelTitle}>{t("errors")}</h3>
        <Button size="small" loading={save.isPending} onClick={() => save.mutate()}>
          {t("download")}
        </Button>
      </div>
      {save.isError ? <Alert type="error" showIcon title={errorText(save.error)} role="alert" /> : null}
      {view.error_count > view.errors.length ? (
        <p className={classes(baseStyles.secondary, pagesStyles.noMargin)}>
          {t("first", { shown: view.errors.length, count: view.error_count })}
        </p>
      ) : null}
      <Table
        size="small"
        rowKey={(error) => `${error.row}/${error.column}/${error.code}`}
        dataSource={view.errors}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ x: "max-content" }}
        columns={[
          { title: t("row"), dataIndex: "row", width: 64 },
          { title: t("column"), dataIndex: "column", width: 180 },
          { title: t("problem"), render: (_, error) => <span className={listStyles.wrapCell}>{error.message}</span> },
        ]}
      />
    </section>
  );
}
