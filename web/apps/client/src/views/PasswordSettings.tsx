import { classes } from "@linkus/ui";
import { useState } from "react";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { linkus } from "../linkus";
import { LockedNote } from "../parts/LockedNote";
import { NewPassword } from "../parts/NewPassword";
import { useIsLocked } from "../server/permissions";
import detailStyles from "../styles/detail.module.css";
import { useText } from "../text";
import { BackLink } from "./ColleagueCard";

export function PasswordSettings() {
  const t = useText();
  const softphone = useSoftphone();
  const session = useSoftphoneState((state) => state.session);
  const { number, first_name, last_name } = session.extension;
  const isLocked = useIsPasswordLocked();
  const [ended, setEnded] = useState<number | null>(null);
  const save = async (password: string, current: string) => {
    setEnded(await linkus.changePassword(password, current));
    softphone.store.set({
      session: { ...session, must_change_password: false, password_set: true, current_password_needed: true },
    });
  };
  return (
    <article className={classes(detailStyles.card, detailStyles.cardWide)}>
      <BackLink view="settings" />
      <h2>{t("password.title")}</h2>
      {isLocked && ended === null && <LockedNote>{t("locked.password")}</LockedNote>}
      {ended === null ? (
        <NewPassword
          personal={[number, first_name, last_name]}
          needsCurrent={session.current_password_needed}
          action={t("password.save")}
          save={save}
          isLocked={isLocked}
        />
      ) : (
        <p role="status">
          {t("password.saved")} {ended > 0 && t("password.devicesEnded", { count: ended })}
        </p>
      )}
    </article>
  );
}

/** A first password of one's own can always be chosen. */
export function useIsPasswordLocked(): boolean {
  const hasOwn = useSoftphoneState(({ session }) => session.password_set && !session.must_change_password);
  const isLocked = useIsLocked("password_security.change_password");
  return hasOwn && isLocked;
}
