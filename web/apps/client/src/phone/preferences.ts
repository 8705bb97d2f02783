import { readStored, writeStored } from "@linkus/ui";

/** What belongs to this browser and not to the extension. */
export interface Preferences {
  microphone: string | null;
  speaker: string | null;
  ring: boolean;
  /** The user knows that pop-ups have to be allowed: tested, or told so. */
  popTested: boolean;
}

const STORE = "linkus.client";

export function parsePreferences(stored: string | null): Preferences {
  const preferences: Preferences = { microphone: null, speaker: null, ring: true, popTested: false };
  try {
    const value: unknown = JSON.parse(stored ?? "{}");
    if (typeof value !== "object" || value === null) return preferences;
    const { microphone, speaker, ring, popTested } = value as Record<string, unknown>;
    if (typeof microphone === "string") preferences.microphone = microphone;
    if (typeof speaker === "string") preferences.speaker = speaker;
    if (typeof ring === "boolean") preferences.ring = ring;
    if (typeof popTested === "boolean") preferences.popTested = popTested;
  } catch {
    return preferences; // written by something else: start anew
  }
  return preferences;
}

export function readPreferences(): Preferences {
  return parsePreferences(readStored(STORE));
}

export function storePreferences(preferences: Preferences): void {
  writeStored(STORE, JSON.stringify(preferences));
}
