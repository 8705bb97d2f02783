import { QRCodeSVG } from "@rc-component/qrcode";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";

/** The link of this page for a telephone's camera. Loaded only where it is shown. */
export default function ScanCode({ link }: { link: string }) {
  const t = useText();
  return (
    <div className={gateStyles.scan}>
      <div className={gateStyles.scanCode} role="img" aria-label={t("link.scanCode")}>
        <QRCodeSVG value={link} size={196} level="M" aria-hidden="true" />
      </div>
      <p>{t("link.scan")}</p>
    </div>
  );
}
