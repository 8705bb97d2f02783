import { classes } from "@linkus/ui";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { hrefOf, type Route } from "../app/route";
import { preview } from "../linkus";
import { Icon, type IconName } from "../parts/icons";
import { isVisible } from "../parts/permissions";
import { useMissedUnseen, useUnheard } from "../server/counts";
import { usePermissions } from "../server/permissions";
import narrowStyles from "../styles/narrow.module.css";
import shellStyles from "../styles/shell.module.css";
import { useText } from "../text";
import { PhoneStatus } from "./PhoneStatus";
import { PortalInNav } from "./PortalLink";

const ITEMS: { view: Route["view"] & ("dial" | "colleagues" | "calls" | "voicemail" | "settings"); icon: IconName }[] =
  [
    { view: "dial", icon: "keypad" },
    { view: "colleagues", icon: "people" },
    { view: "calls", icon: "clock" },
    { view: "voicemail", icon: "voicemail" },
    { view: "settings", icon: "gear" },
  ];

export function Nav({ view }: { view: Route["view"] }) {
  const t = useText();
  const missed = useMissedUnseen();
  const unheard = useUnheard();
  const permissions = usePermissions();
  const extension = useSoftphoneState((state) => state.session.extension);
  return (
    <nav className={shellStyles.nav} aria-label={t("nav.label")}>
      <div className={shellStyles.navWho}>
        <strong>{extension.number}</strong>
        {extension.display_name !== extension.number && (
          <span title={extension.display_name}>{extension.display_name}</span>
        )}
        <PhoneStatus />
      </div>
      <div className={shellStyles.navItems}>
        {ITEMS.filter(({ view }) => isVisible(permissions, view)).map((item) => (
          <a key={item.view} href={hrefOf(item.view)} aria-current={view === item.view ? "page" : undefined}>
            <span className={shellStyles.navIcon}>
              <Icon name={item.icon} />
              {item.view === "calls" && <Badge count={missed} label={t("nav.missed", { count: missed })} />}
              {item.view === "voicemail" && <Badge count={unheard} label={t("nav.unheard", { count: unheard })} />}
            </span>
            <span>{t(`nav.${item.view}`)}</span>
          </a>
        ))}
        {/* On a narrow screen it is in the settings. */}
        {!isVisible(permissions, "settings") && (
          <>
            <PortalInNav isForNarrow />
            <Exit isForNarrow />
          </>
        )}
      </div>
      <PortalInNav />
      <Exit />
    </nav>
  );
}

function Exit({ isForNarrow = false }: { isForNarrow?: boolean }) {
  const t = useText();
  const softphone = useSoftphone();
  if (preview) return null;
  return (
    <button
      type="button"
      className={classes(shellStyles.navExit, isForNarrow && narrowStyles.narrowExit)}
      onClick={() => void softphone.signOut()}
    >
      <Icon name="exit" />
      <span>{t("action.signOut")}</span>
    </button>
  );
}

function Badge({ count, label }: { count: number; label: string }) {
  if (count === 0) return null;
  return (
    <span className={shellStyles.badge} role="status" aria-label={label}>
      {count > 99 ? "99+" : count}
    </span>
  );
}
