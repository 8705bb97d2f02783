import type { FileEffect } from "./queries";

/** What a file would do, before it does it. */
export interface CheckedFile {
  name: string;
  document: unknown;
  effect: FileEffect;
}
