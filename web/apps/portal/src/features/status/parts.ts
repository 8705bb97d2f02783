import type { PartView } from "@linkus/sdk/api";
import type { StateTone } from "../../components/StateTag";

export const PART_TONES: Record<PartView["state"], StateTone> = {
  starting: "warn",
  ready: "good",
  warning: "warn",
  restarting: "warn",
  stopped: "idle",
  failed: "bad",
};

const KNOWN = [
  "nginx",
  "kamailio",
  "rtpengine",
  "asterisk",
  "brain",
  "database",
  "storage",
  "secrets",
  "mail",
] as const;
export type KnownPart = (typeof KNOWN)[number];

const PROPER: Record<string, string> = { kamailio: "Kamailio", asterisk: "Asterisk", brain: "linkus" };

/** The program's own name, as it is written. */
export function properName(part: string): string {
  return PROPER[part] ?? part;
}

const WORDS = ["database", "storage", "secrets", "mail"] as const;

/** A program is called by its own name, anything else by a word of the reader's language. */
export function partName(part: string, word: (key: (typeof WORDS)[number]) => string): string {
  const known = WORDS.find((word) => word === knownPart(part));
  return known ? word(known) : properName(part);
}

/** Whether the part is a process, which can start again; a part that the portal does not know is taken for one. */
export function isProgram(part: KnownPart | undefined): boolean {
  return !WORDS.some((word) => word === part);
}

/** The key of what a part is for; a part that the portal does not know has none. */
export function knownPart(name: string): KnownPart | undefined {
  const plain = name === "linkus" ? "brain" : name === "mail_server" ? "mail" : name;
  return KNOWN.find((part) => part === plain);
}
