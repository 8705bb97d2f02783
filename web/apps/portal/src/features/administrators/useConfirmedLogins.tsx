import type { ConfirmedLogin } from "@linkus/sdk/api";
import { App } from "antd";
import { useCallback } from "react";
import { ApiError } from "../../api/client";
import { useCommonText } from "../../i18n/common";
import { useAdministratorsText } from "./text";

interface Login extends ConfirmedLogin {
  number: string;
  display_name: string;
}

/**
 * Saves a role. If it gives the users of extensions more rights, asks first whether their email addresses are right,
 * because the links to their new passwords go there. Not confirmed, nothing is saved.
 */
export function useConfirmedLogins() {
  const t = useAdministratorsText();
  const common = useCommonText();
  const { modal } = App.useApp();
  return useCallback(
    async function save<Saved>(send: (confirmed: ConfirmedLogin[]) => Promise<Saved>): Promise<Saved> {
      try {
        return await send([]);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "logins_unconfirmed") throw error;
        const logins = error.details.logins as Login[];
        const sure = await modal.confirm({
          title: t("confirmLogins"),
          content: (
            <>
              <p>{t("confirmLoginsText")}</p>
              <ul>
                {logins.map(({ extension_id, number, display_name, email }) => (
                  <li key={extension_id}>
                    {number} {display_name}
                    {t("colon")}
                    <strong>{email || t("noEmail")}</strong>
                  </li>
                ))}
              </ul>
              <p>{t("confirmLoginsAfter")}</p>
            </>
          ),
          okText: t("confirmLoginsOk"),
          cancelText: common("cancel"),
        });
        if (!sure) throw error;
        return send(logins.map(({ extension_id, email }) => ({ extension_id, email })));
      }
    },
    [t, common, modal],
  );
}
