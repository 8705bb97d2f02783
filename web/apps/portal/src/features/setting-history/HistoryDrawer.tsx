import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { Button, Drawer, Empty, Skeleton, Table } from "antd";
import { useNarrow } from "../../app/responsive";
import { LoadFailed } from "../../components/LoadFailed";
import baseStyles from "../../styles/base.module.css";
import { useHistoryText } from "./text";

/** One change of one value, in words. */
export interface ShownChange {
  key: string;
  changedAt: string;
  actor: string;
  before: string;
  after: string;
  /** What a button gives back; without one the value is a secret. */
  restoreBefore?: () => void;
  restoreAfter?: () => void;
}

interface HistoryDrawerProps {
  setting: string;
  intro: string;
  changes: ShownChange[] | undefined;
  error: Error | null;
  onRetry: () => void;
  restoring: boolean;
  /** Above the table, such as the value at a moment. */
  children?: React.ReactNode;
  onClose: () => void;
}

/** Who changed a setting, and one click to have an earlier value again. */
export function HistoryDrawer(props: HistoryDrawerProps) {
  const t = useHistoryText();
  const language = useLanguage();
  const narrow = useNarrow();
  const value = (text: string, label: string, restore: (() => void) | undefined) => (
    <>
      {text}{" "}
      {restore ? (
        <Button type="link" size="small" aria-label={label} title={label} disabled={props.restoring} onClick={restore}>
          {t("restore")}
        </Button>
      ) : null}
    </>
  );
  const shown = () => {
    if (props.error && !props.changes) return <LoadFailed error={props.error} onRetry={props.onRetry} />;
    if (!props.changes) return <Skeleton active />;
    if (props.changes.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("empty")} />;
    return (
      <Table<ShownChange>
        size="small"
        pagination={false}
        tableLayout={narrow ? "fixed" : "auto"}
        rowKey="key"
        dataSource={props.changes}
        columns={[
          {
            key: "time",
            title: t("time"),
            render: (_, row) => (
              <>
                {formatDateTime(row.changedAt, language)}
                {narrow ? <div>{row.actor}</div> : null}
              </>
            ),
          },
          ...(narrow ? [] : [{ key: "actor", title: t("actor"), render: (_: unknown, row: ShownChange) => row.actor }]),
          {
            key: "before",
            title: t("before"),
            render: (_, row) => value(row.before, t("restoreBefore"), row.restoreBefore),
          },
          {
            key: "after",
            title: t("after"),
            render: (_, row) => value(row.after, t("restoreAfter"), row.restoreAfter),
          },
        ]}
      />
    );
  };
  return (
    <Drawer open title={t("title", { setting: props.setting })} size="large" onClose={props.onClose}>
      <p className={baseStyles.secondary}>{props.intro}</p>
      {props.children}
      {shown()}
    </Drawer>
  );
}
