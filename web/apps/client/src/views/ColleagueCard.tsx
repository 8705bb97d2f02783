import type { Colleague } from "@linkus/sdk";
import { useQuery } from "@tanstack/react-query";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { hrefOf } from "../app/route";
import { Avatar } from "../parts/Avatar";
import { pathName, pathOf } from "../parts/departments";
import { Icon } from "../parts/icons";
import { colleagueQuery } from "../server/colleagues";
import { organizationQuery } from "../server/organization";
import baseStyles from "../styles/base.module.css";
import callStyles from "../styles/call.module.css";
import detailStyles from "../styles/detail.module.css";
import { useText } from "../text";
import { PresenceWord, usePresence } from "./Presence";

const KINDS = ["phone", "mobile", "desktop", "web", "pad"] as const;

export function ColleagueCard({ number }: { number: string }) {
  const { data: colleague, isPending } = useQuery(colleagueQuery(number));
  if (colleague) return <Card colleague={colleague} />;
  return !isPending ? <Card colleague={{ number, display_name: number, online: false, on_call: false }} /> : null;
}

function Card({ colleague }: { colleague: Colleague }) {
  const t = useText();
  const softphone = useSoftphone();
  const ready = useSoftphoneState((state) => state.phone.status === "ready");
  const presence = usePresence(colleague);
  const name = colleague.display_name || colleague.number;
  const { data: organization } = useQuery(organizationQuery);
  const departments = organization
    ? (colleague.department_ids ?? []).map((id) => pathName(pathOf(organization, id))).join(t("list.and"))
    : "";
  const kinds = KINDS.filter((kind) => presence.kinds[kind]);
  return (
    <article className={detailStyles.card}>
      <BackLink view="colleagues" />
      <Avatar name={name} number={colleague.number} size={96} />
      <h2>{name}</h2>
      <p className={detailStyles.cardSub}>
        <span className={baseStyles.number}>{colleague.number}</span> <PresenceWord presence={presence} />
      </p>
      <button
        type="button"
        className={callStyles.callButton}
        disabled={!ready}
        aria-label={t("colleagues.call", { name })}
        onClick={() => void softphone.call(colleague.number)}
      >
        <Icon name="phone" size={26} />
        {t("dial.call")}
      </button>
      {(kinds.length > 0 || departments !== "") && (
        <dl className={baseStyles.facts}>
          {departments !== "" && (
            <div>
              <dt>{t("colleagues.departments")}</dt>
              <dd>{departments}</dd>
            </div>
          )}
          {kinds.length > 0 && (
            <div>
              <dt>{t("colleagues.onlineOn")}</dt>
              <dd>{kinds.map((kind) => t(`kind.${kind}`)).join(t("list.and"))}</dd>
            </div>
          )}
        </dl>
      )}
    </article>
  );
}

/** Seen on a narrow screen only, where the list is not beside the detail. */
export function BackLink({ view }: { view: "colleagues" | "calls" | "voicemail" | "settings" }) {
  const t = useText();
  return (
    <a className={detailStyles.back} href={hrefOf(view)}>
      <Icon name="back" />
      {t("action.back")}
    </a>
  );
}
