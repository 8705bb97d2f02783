import { ClientKindIcon, type Kind } from "../clients/ClientKindIcon";

/** One side of a call: number, name, and which client it was. */
export function Party({ number, name, kind }: { number: string; name: string; kind?: string | null }) {
  return (
    <span className="party">
      {kind ? <ClientKindIcon kind={kind as Kind} /> : null}
      <span>{number}</span>
      {name && name !== number ? <span className="secondary">{name}</span> : null}
    </span>
  );
}
