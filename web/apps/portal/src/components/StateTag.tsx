import type { ReactNode } from "react";
import { useAppearance } from "../app/appearance";
import { stateColors } from "../app/theme";
import baseStyles from "../styles/base.module.css";

export type StateTone = "good" | "warn" | "bad" | "idle";

/** A coloured dot and a word: the word alone says it too. */
export function StateTag({ tone, children }: { tone: StateTone; children: ReactNode }) {
  const { appearance } = useAppearance();
  const color = stateColors(appearance)[tone];
  return (
    <span className={baseStyles.stateTag} style={{ color }}>
      <span className={baseStyles.stateDot} style={{ background: color }} aria-hidden="true" />
      {children}
    </span>
  );
}
