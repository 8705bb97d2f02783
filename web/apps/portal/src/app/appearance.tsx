import {
  type Appearance,
  type AppearanceChoice,
  COLORS,
  readAppearance,
  resolveAppearance,
  storeAppearance,
} from "@linkus/ui";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";

interface AppearanceState {
  choice: AppearanceChoice;
  appearance: Appearance;
  choose: (choice: AppearanceChoice) => void;
}

const Context = createContext<AppearanceState | null>(null);

export function AppearanceProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState(readAppearance);
  const deviceIsDark = useDeviceIsDark();
  const appearance = resolveAppearance(choice, deviceIsDark);

  useEffect(() => {
    document.documentElement.style.colorScheme = appearance;
    document.documentElement.style.background = COLORS.ground[appearance];
    document.documentElement.dataset.theme = appearance;
  }, [appearance]);

  const state = useMemo<AppearanceState>(
    () => ({
      choice,
      appearance,
      choose: (next) => {
        storeAppearance(next);
        setChoice(next);
      },
    }),
    [choice, appearance],
  );
  return <Context.Provider value={state}>{children}</Context.Provider>;
}

export function useAppearance(): AppearanceState {
  const state = useContext(Context);
  if (!state) throw new Error("useAppearance needs an AppearanceProvider above it");
  return state;
}

function useDeviceIsDark(): boolean {
  const [dark, setDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => setDark(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  return dark;
}
