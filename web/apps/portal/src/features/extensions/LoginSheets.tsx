import type { WelcomeRow } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { CopyButton } from "../../components/CopyButton";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { extensionName } from "./name";
import { QrCode } from "./QrCode";
import { useWelcomeText } from "./welcome-text";

const KINDS = ["mobile", "desktop", "web"] as const;

/** For each extension a sheet with the code and link of each kind of client, on the screen and on paper. */
export function LoginSheets({ rows }: { rows: WelcomeRow[] }) {
  return (
    <div className={pagesStyles.sheets}>
      {rows.map((row) => (
        <Sheet key={row.extension_id} row={row} />
      ))}
    </div>
  );
}

function Sheet({ row }: { row: WelcomeRow }) {
  const t = useWelcomeText();
  const common = useCommonText();
  const language = useLanguage();
  const name = extensionName(row);
  return (
    <article className={pagesStyles.sheet} aria-label={name}>
      <h3>{name}</h3>
      {row.expires_at ? (
        <p className={baseStyles.secondary}>{t("validUntil", { time: formatDateTime(row.expires_at, language) })}</p>
      ) : null}
      <div className={pagesStyles.sheetCodes}>
        {KINDS.map((kind) => {
          const link = row.links?.[kind];
          if (!link) return null;
          return (
            <figure key={kind}>
              <QrCode svg={link.qr_svg} label={common(kind)} size={144} />
              <figcaption>
                <strong>{common(kind)}</strong>
                <span className={pagesStyles.linkRow}>
                  <a href={link.link} target="_blank" rel="noreferrer">
                    {link.link}
                  </a>
                  <CopyButton bare text={link.link} what={t("link", { kind: common(kind) })} />
                </span>
              </figcaption>
            </figure>
          );
        })}
      </div>
    </article>
  );
}
