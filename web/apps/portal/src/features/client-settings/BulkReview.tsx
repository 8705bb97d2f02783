import type { BulkCheck } from "@linkus/sdk/api";
import { Modal } from "antd";
import { useCommonText } from "../../i18n/common";
import { DevicesWarning } from "../extensions/SignedOutList";
import { useBulkText } from "./bulk-text";
import { useDescribe } from "./describe";

interface BulkReviewProps {
  check: BulkCheck;
  busy: boolean;
  onStart: () => void;
  onClose: () => void;
}

/** What will change and whom it signs out, before anything is done. */
export function BulkReview({ check, busy, onStart, onClose }: BulkReviewProps) {
  const t = useBulkText();
  const common = useCommonText();
  const describe = useDescribe();
  const { changed, extensions, not_found: gone, sessions_ended: ended } = check;
  return (
    <Modal
      open
      width={640}
      title={t("reviewTitle")}
      okText={t("save", { count: changed })}
      okButtonProps={{ disabled: changed === 0, danger: ended > 0 }}
      cancelText={common("back")}
      confirmLoading={busy}
      onOk={onStart}
      onCancel={onClose}
    >
      <div className="stack">
        <p className="no-margin">
          {changed > 0 ? t("reviewCount", { changed, extensions }) : t("reviewNothing", { extensions })}
          {gone > 0 ? ` ${t("notFound", { count: gone })}` : ""}
        </p>
        {ended > 0 ? (
          <DevicesWarning
            devices={check.signs_out}
            total={ended}
            title={t("signsOut", { count: ended })}
            note={<p className="review-note">{t("signsOutUndo")}</p>}
          />
        ) : null}
        <table className="review">
          <thead>
            <tr>
              <th>{t("item")}</th>
              <th>{t("value")}</th>
              <th className="review-count">{t("affected")}</th>
            </tr>
          </thead>
          <tbody>
            {check.items.map(({ kind, name, value, changed: count }) => {
              const words = describe(kind, name, value);
              return (
                <tr key={`${kind}.${name}`}>
                  <td>{words.item}</td>
                  <td className="review-value">{words.value}</td>
                  <td className="review-count numbers">{count}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Modal>
  );
}
