import type { ImportView } from "@linkus/sdk/api";
import { readStored, writeStored } from "@linkus/ui";

const storeOf = (kind: ImportView["kind"]) => `linkus.import.${kind}`;

/** The import that was started in this browser and not yet looked at to its end: its page can be left and found again. */
export function runningImport(kind: ImportView["kind"]): number | null {
  const id = Number(readStored(storeOf(kind)));
  return Number.isInteger(id) && id > 0 ? id : null;
}

export function rememberImport(kind: ImportView["kind"], id: number | null): void {
  writeStored(storeOf(kind), id === null ? "" : String(id));
}
