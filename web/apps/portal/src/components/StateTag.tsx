import type { ReactNode } from "react";
import { useAppearance } from "../app/appearance";
import { STATE_COLORS } from "../app/theme";

export type StateTone = "good" | "warn" | "bad" | "idle";

/** A coloured dot and a word: the word alone says it too. */
export function StateTag({ tone, children }: { tone: StateTone; children: ReactNode }) {
  const { appearance } = useAppearance();
  const color = STATE_COLORS[appearance][tone];
  return (
    <span className="state-tag" style={{ color }}>
      <span className="state-dot" style={{ background: color }} aria-hidden="true" />
      {children}
    </span>
  );
}
