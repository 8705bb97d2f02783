import type { Asked } from "./queries";

export interface AskForm {
  outside: boolean;
  from: string;
  kind: "web" | "desktop" | "mobile" | "phone";
  trunk_id: number;
  to: string;
}

type Raw = Record<string, string | undefined>;
const KINDS: readonly string[] = ["web", "desktop", "mobile", "phone"];

/** The question stands in the address: it can be asked again, and sent to others. */
export function readAsk(raw: Raw): AskForm {
  const trunk = Number(raw.trunk_id);
  return {
    outside: raw.kind === "trunk",
    from: raw.from ?? "",
    kind: KINDS.includes(raw.kind ?? "") ? (raw.kind as AskForm["kind"]) : "web",
    trunk_id: Number.isInteger(trunk) && trunk > 0 ? trunk : 0,
    to: raw.to ?? "",
  };
}

export function writeAsk({ outside, from, kind, trunk_id, to }: AskForm): Raw {
  const trunk = outside && trunk_id > 0 ? String(trunk_id) : undefined;
  return { from: from || undefined, kind: outside ? "trunk" : kind, trunk_id: trunk, to };
}

/** Null while something is missing. */
export function askedOf(form: AskForm): Asked | null {
  if (!form.to || (!form.outside && !form.from)) return null;
  if (!form.outside) return { from: form.from, kind: form.kind, to: form.to };
  return { from: form.from, kind: "trunk", to: form.to, trunk_id: form.trunk_id || undefined };
}
