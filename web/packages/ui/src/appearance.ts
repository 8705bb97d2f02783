import { readStored, writeStored } from "./language";

/** What a person chose, and what is drawn: "system" follows the device. */
export type AppearanceChoice = "system" | "light" | "dark";
export type Appearance = "light" | "dark";

const STORE = "linkus.appearance";

export function parseAppearance(stored: string | null): AppearanceChoice {
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function readAppearance(): AppearanceChoice {
  return parseAppearance(readStored(STORE));
}

export function storeAppearance(choice: AppearanceChoice): void {
  writeStored(STORE, choice);
}

export function resolveAppearance(choice: AppearanceChoice, deviceIsDark: boolean): Appearance {
  if (choice !== "system") return choice;
  return deviceIsDark ? "dark" : "light";
}
