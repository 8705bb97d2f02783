import type { ExtensionItem } from "@linkus/sdk/api";
import { Tooltip } from "antd";
import { StateTag } from "../../components/StateTag";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { ClientKindIcon, KINDS } from "../clients/ClientKindIcon";
import { useListText } from "./list-text";

/** Which clients are online, each with its picture and its word; on the phone one sees from which addresses. */
export function OnlineCell({ extension }: { extension: Pick<ExtensionItem, "online" | "phone_contacts"> }) {
  const t = useListText();
  const common = useCommonText();
  const online = KINDS.filter((kind) => extension.online?.[kind]);
  if (online.length === 0) return <StateTag tone="idle">{common("offline")}</StateTag>;
  return (
    <span className={pagesStyles.onlineKinds}>
      {online.map((kind) => {
        const tag = (
          <StateTag tone="good">
            <ClientKindIcon kind={kind} /> {common(kind)}
          </StateTag>
        );
        if (kind !== "phone" || !extension.phone_contacts?.length) return <span key={kind}>{tag}</span>;
        return (
          <Tooltip
            key={kind}
            trigger={["hover", "focus"]}
            title={
              <>
                <div>{t("phoneAddresses")}</div>
                {extension.phone_contacts.map((contact) => (
                  <div key={contact.address} className={baseStyles.numbers}>
                    {contact.address} {contact.user_agent}
                  </div>
                ))}
              </>
            }
          >
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the addresses are reached by keyboard as well */}
            <span tabIndex={0} className={pagesStyles.onlinePhone}>
              {tag}
            </span>
          </Tooltip>
        );
      })}
    </span>
  );
}
