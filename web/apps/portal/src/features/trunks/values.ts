import type { TrunkCodec, TrunkCreate, TrunkView } from "@linkus/sdk/api";

type Transport = TrunkView["transport"];

export type TrunkValues = Required<Omit<TrunkCreate, "password">> & { password: string; clear_password: boolean };

/** In the order of the page. */
export const FIELDS = [
  "name",
  "kind",
  "enabled",
  "host",
  "transport",
  "port",
  "domain",
  "username",
  "auth_name",
  "password",
  "codecs",
  "caller_id",
  "caller_id_name",
  "caller_id_header",
  "max_calls",
] as const satisfies readonly (keyof TrunkValues)[];

export const CODECS: { value: TrunkCodec; label: string }[] = [
  { value: "pcma", label: "G.711 A-law (PCMA)" },
  { value: "pcmu", label: "G.711 µ-law (PCMU)" },
  { value: "g722", label: "G.722" },
  { value: "opus", label: "Opus" },
];

export const NEW_TRUNK: TrunkValues = {
  name: "",
  kind: "register",
  host: "",
  port: 5060,
  transport: "udp",
  domain: "",
  username: "",
  auth_name: "",
  password: "",
  clear_password: false,
  codecs: ["pcma", "pcmu"],
  caller_id: "",
  caller_id_name: "",
  caller_id_header: "from",
  max_calls: 0,
  enabled: true,
};

export function valuesOf(trunk: TrunkView): TrunkValues {
  const { id: _, status: _s, password_set: _p, version: _v, created_at: _c, updated_at: _u, ...values } = trunk;
  return { ...values, password: "", clear_password: false };
}

/** An empty password keeps the stored one, unless it is to be cleared. Emptied fields come from the form as null. */
export function bodyOf({ password, clear_password: clear, ...values }: TrunkValues): TrunkCreate {
  return { ...values, max_calls: values.max_calls ?? 0, password: password || (clear ? "" : null) };
}

const ACCOUNT = ["host", "port", "transport", "domain", "username", "auth_name"] as const;

/** Whether a stored password would be used for another server, connection or user: the server does not keep it then. */
export function needsPasswordAgain(stored: TrunkValues, shown: TrunkValues): boolean {
  return ACCOUNT.some((name) => (shown[name] ?? "") !== stored[name]);
}

const USUAL = { udp: 5060, tcp: 5060, tls: 5061 } as const;

/** The usual port of a transport in place of that of another; a port of one's own stays. */
export function portFor(transport: Transport, present: number | null | undefined): number {
  const usual: readonly number[] = Object.values(USUAL);
  return present && !usual.includes(present) ? present : USUAL[transport];
}
