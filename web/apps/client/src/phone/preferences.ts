import { readStored, writeStored } from "@linkus/ui";

/** What belongs to this browser and not to the extension. */
export interface Preferences {
  microphone: string | null;
  speaker: string | null;
  ring: boolean;
}

const STORE = "linkus.client";

export function parsePreferences(stored: string | null): Preferences {
  const preferences: Preferences = { microphone: null, speaker: null, ring: true };
  try {
    const value: unknown = JSON.parse(stored ?? "{}");
    if (typeof value !== "object" || value === null) return preferences;
    const { microphone, speaker, ring } = value as Record<string, unknown>;
    if (typeof microphone === "string") preferences.microphone = microphone;
    if (typeof speaker === "string") preferences.speaker = speaker;
    if (typeof ring === "boolean") preferences.ring = ring;
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
