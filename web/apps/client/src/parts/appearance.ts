import { type AppearanceChoice, readAppearance, resolveAppearance, storeAppearance } from "@linkus/ui";

const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** Marks the document with what is to be drawn, and keeps it so when the device changes. */
export function startAppearance(): void {
  draw();
  dark.addEventListener("change", draw);
}

export function chooseAppearance(choice: AppearanceChoice): void {
  storeAppearance(choice);
  draw();
}

function draw(): void {
  document.documentElement.dataset.theme = resolveAppearance(readAppearance(), dark.matches);
}
