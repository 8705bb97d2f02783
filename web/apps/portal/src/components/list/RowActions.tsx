import { Button } from "antd";
import type { ReactNode } from "react";
import { Reading, useReadOnly } from "../../app/access";
import { useCommonText } from "../../i18n/common";

/** What is done with one row: what is special to the list, then edit and delete. */
export function RowActions(props: { onEdit: () => void; onDelete: () => void; children?: ReactNode }) {
  const t = useCommonText();
  if (useReadOnly()) {
    return (
      <Reading>
        <Button type="link" size="small" onClick={props.onEdit}>
          {t("view")}
        </Button>
      </Reading>
    );
  }
  return (
    <>
      {props.children}
      <Button type="link" size="small" onClick={props.onEdit}>
        {t("edit")}
      </Button>
      <Button type="link" danger size="small" onClick={props.onDelete}>
        {t("delete")}
      </Button>
    </>
  );
}
