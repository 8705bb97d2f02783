import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { ClientKindIcon, type Kind } from "../clients/ClientKindIcon";

/** One side of a call: number, name, and which client it was. */
export function Party({ number, name, kind }: { number: string; name: string; kind?: string | null }) {
  return (
    <span className={pagesStyles.party}>
      {kind ? <ClientKindIcon kind={kind as Kind} /> : null}
      <span>{number}</span>
      {name && name !== number ? <span className={baseStyles.secondary}>{name}</span> : null}
    </span>
  );
}
