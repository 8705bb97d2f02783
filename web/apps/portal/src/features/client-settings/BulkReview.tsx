import type { BulkCheck } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { Modal } from "antd";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import compareStyles from "../../styles/compare.module.css";
import pagesStyles from "../../styles/pages.module.css";
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
      <div className={baseStyles.stack}>
        <p className={pagesStyles.noMargin}>
          {changed > 0 ? t("reviewCount", { changed, extensions }) : t("reviewNothing", { extensions })}
          {gone > 0 ? ` ${t("notFound", { count: gone })}` : ""}
        </p>
        {ended > 0 ? (
          <DevicesWarning
            devices={check.signs_out}
            total={ended}
            title={t("signsOut", { count: ended })}
            note={<p className={compareStyles.reviewNote}>{t("signsOutUndo")}</p>}
          />
        ) : null}
        <table className={compareStyles.review}>
          <thead>
            <tr>
              <th>{t("item")}</th>
              <th>{t("value")}</th>
              <th className={compareStyles.reviewCount}>{t("affected")}</th>
            </tr>
          </thead>
          <tbody>
            {check.items.map(({ kind, name, value, changed: count }) => {
              const words = describe(kind, name, value);
              return (
                <tr key={`${kind}.${name}`}>
                  <td>{words.item}</td>
                  <td className={compareStyles.reviewValue}>{words.value}</td>
                  <td className={classes(compareStyles.reviewCount, baseStyles.numbers)}>{count}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Modal>
  );
}
