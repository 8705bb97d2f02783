import type { ClientSession } from "@linkus/sdk";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { navigate } from "../app/route";
import { linkus } from "../linkus";
import { NewPassword } from "../parts/NewPassword";
import { Frame } from "./Frame";

/** The present password was chosen by somebody else: first one of one's own. */
export function MustChangePage({ session, done }: { session: ClientSession; done: () => void }) {
  const { t } = useTranslation();
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
        <button type="button" className="quiet" onClick={() => void linkus.logout().then(() => navigate("/login"))}>
          {t("action.signOut")}
        </button>
      </NewPassword>
    </Frame>
  );
}
