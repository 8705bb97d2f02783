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

interface Account {
  administrator_id: number;
  username: string;
}

export interface Confirmed {
  confirmed_logins: ConfirmedLogin[];
  confirmed_accounts: number[];
}

/**
 * Saves a role. If it gives somebody more rights, their login is made new. So asks first whose, and whether the email
 * addresses of extensions are right, because the links to new passwords go there. Not confirmed, nothing is saved.
 */
export function useConfirmedLogins() {
  const t = useAdministratorsText();
  const common = useCommonText();
  const { modal } = App.useApp();
  return useCallback(
    async function save<Saved>(send: (confirmed: Confirmed) => Promise<Saved>): Promise<Saved> {
      try {
        return await send({ confirmed_logins: [], confirmed_accounts: [] });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "logins_unconfirmed") throw error;
        const logins = error.details.logins as Login[];
        const accounts = error.details.accounts as Account[];
        const sure = await modal.confirm({
          title: t(logins.length > 0 ? "confirmLogins" : "confirmAccounts"),
          content: (
            <>
              {logins.length > 0 ? (
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
              ) : null}
              {accounts.length > 0 ? (
                <>
                  <p>{t("confirmAccountsText")}</p>
                  <ul>
                    {accounts.map(({ administrator_id, username }) => (
                      <li key={administrator_id}>
                        <strong>{username}</strong>
                      </li>
                    ))}
                  </ul>
                  <p>{t("confirmAccountsAfter")}</p>
                </>
              ) : null}
            </>
          ),
          okText: t(logins.length > 0 ? "confirmLoginsOk" : "confirmAccountsOk"),
          cancelText: common("cancel"),
        });
        if (!sure) throw error;
        return send({
          confirmed_logins: logins.map(({ extension_id, email }) => ({ extension_id, email })),
          confirmed_accounts: accounts.map(({ administrator_id }) => administrator_id),
        });
      }
    },
    [t, common, modal],
  );
}
