import type { ClientSession } from "@linkus/sdk";
import { useEffect } from "react";
import { navigate } from "wouter/use-browser-location";
import { linkus } from "../linkus";
import { NewPassword } from "../parts/NewPassword";
import baseStyles from "../styles/base.module.css";
import { useText } from "../text";
import { Frame } from "./Frame";

/** The present password was chosen by somebody else: first one of one's own. */
export function MustChangePage({ session, done }: { session: ClientSession; done: () => void }) {
  const t = useText();
  const { number, first_name, last_name } = session.extension;
  useEffect(() => {
    document.title = t("title");
  }, [t]);
  return (
    <Frame company={session.company_name} title={t("password.mustTitle")}>
      <p>{t("password.mustText", { number })}</p>
      <NewPassword
        personal={[number, first_name, last_name]}
        needsCurrent={session.current_password_needed}
        action={t("password.mustDo")}
        save={async (password, current) => {
          await linkus.changePassword(password, current);
          done();
        }}
      >
        <button
          type="button"
          className={baseStyles.quiet}
          onClick={() => void linkus.logout().then(() => navigate("/login"))}
        >
          {t("action.signOut")}
        </button>
      </NewPassword>
    </Frame>
  );
}
