import { readStored, writeStored } from "@linkus/ui";

const STORE = "linkus.import";

/** The import that was started in this browser and not yet looked at to its end: its page can be left and found again. */
export function runningImport(): number | null {
  const id = Number(readStored(STORE));
  return Number.isInteger(id) && id > 0 ? id : null;
}

export function rememberImport(id: number | null): void {
  writeStored(STORE, id === null ? "" : String(id));
}
