import type { WelcomeRow } from "@linkus/sdk/api";
import { Link } from "@tanstack/react-router";
import { Table } from "antd";
import { StateTag } from "../../components/StateTag";
import { extensionName } from "./name";
import { useWelcomeText } from "./welcome-text";

interface WelcomeResultsProps {
  rows: WelcomeRow[];
  /** Nothing is sent yet: these would get no mail. */
  before?: boolean;
  /** The page is left for one where something is put right. */
  onFix: () => void;
}

export function WelcomeResults({ rows, before = false, onFix }: WelcomeResultsProps) {
  const t = useWelcomeText();
  return (
    <Table<WelcomeRow>
      className="no-print"
      size="small"
      rowKey="extension_id"
      dataSource={rows}
      pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
      columns={[
        { title: t("extension"), render: (_, row) => extensionName(row) },
        {
          title: t(before ? "reason" : "result"),
          render: (_, row) =>
            row.status === "queued" ? (
              <StateTag tone="good">{t("rowQueued")}</StateTag>
            ) : (
              <span className="welcome-reason">
                {before ? null : <StateTag tone={row.links ? "idle" : "warn"}>{t("rowNotSent")}</StateTag>}
                <span>{row.message ?? ""}</span>
                <Fix row={row} onFix={onFix} />
              </span>
            ),
        },
      ]}
    />
  );
}

/** The way to put right what kept a mail from being sent. */
function Fix({ row, onFix }: { row: WelcomeRow; onFix: () => void }) {
  const t = useWelcomeText();
  const params = { id: String(row.extension_id) };
  if (row.reason === "no_email")
    return (
      <Link to="/extensions/$id" params={params} onClick={onFix}>
        {t("setEmail")}
      </Link>
    );
  if (row.reason === "linkus_disabled")
    return (
      <Link to="/extensions/$id" params={params} onClick={onFix} search={{ tab: "linkus" } as never}>
        {t("enable")}
      </Link>
    );
  return null;
}
