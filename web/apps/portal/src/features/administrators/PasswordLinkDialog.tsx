import type { AccountView } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useMutation } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { queryClient } from "../../api/query";
import { CopyButton } from "../../components/CopyButton";
import { LoadFailed } from "../../components/LoadFailed";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { accountsQuery, makePasswordLink } from "./queries";
import { useAdministratorsText } from "./text";

interface PasswordLinkDialogProps {
  account: Pick<AccountView, "id" | "username" | "password_missing">;
  onClose: () => void;
}

/** Makes the link by which an administrator chooses a password, and shows it this once. */
export function PasswordLinkDialog({ account, onClose }: PasswordLinkDialogProps) {
  const t = useAdministratorsText();
  const common = useCommonText();
  const language = useLanguage();
  const made = useMutation({
    mutationFn: () => makePasswordLink(account.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: accountsQuery.queryKey }),
  });
  return (
    <Modal
      open
      title={t("passwordLinkTitle", { name: account.username })}
      onCancel={onClose}
      footer={
        made.data ? (
          <Button type="primary" onClick={onClose}>
            {common("close")}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{common("cancel")}</Button>
            <Button type="primary" loading={made.isPending} onClick={() => made.mutate()}>
              {t("passwordLinkMake")}
            </Button>
          </>
        )
      }
    >
      {made.isError ? <LoadFailed error={made.error} onRetry={() => made.mutate()} /> : null}
      {made.data ? (
        <>
          <p>{t("passwordLinkGive", { name: account.username })}</p>
          <div className={pagesStyles.linkRow}>
            <code>{made.data.link}</code>
            <CopyButton text={made.data.link} what={t("passwordLink")} bare />
          </div>
          <p className={baseStyles.secondary}>
            {t("passwordLinkOnce", { time: formatDateTime(made.data.expires_at, language) })}
          </p>
        </>
      ) : (
        <p>{t(account.password_missing ? "passwordLinkNeeded" : "passwordLinkVoids", { name: account.username })}</p>
      )}
    </Modal>
  );
}
