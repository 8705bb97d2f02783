import pagesStyles from "../../styles/pages.module.css";

/** A QR code that the server drew; always dark on white, also on a dark page, so that every camera reads it. */
export function QrCode({ svg, label, size = 200 }: { svg: string; label: string; size?: number }) {
  return (
    <img
      className={pagesStyles.qr}
      src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`}
      alt={`QR ${label}`}
      width={size}
      height={size}
    />
  );
}
