import { type AppearanceChoice, LANGUAGES, type Language, readAppearance } from "@linkus/ui";
import { changeLanguage, useLanguage } from "@linkus/ui/text";
import { useState } from "react";
import baseStyles from "../styles/base.module.css";
import { useText } from "../text";
import { chooseAppearance } from "./appearance";

export function LanguageSwitch() {
  const t = useText();
  const language = useLanguage();
  return (
    <fieldset className={baseStyles.segments} aria-label={t("language")}>
      {LANGUAGES.map(({ code, name }) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-pressed={language === code}
          onClick={() => void changeLanguage(code as Language)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

const CHOICES: AppearanceChoice[] = ["system", "light", "dark"];

export function AppearanceSwitch() {
  const t = useText();
  const [choice, setChoice] = useState(readAppearance);
  const choose = (next: AppearanceChoice) => {
    chooseAppearance(next);
    setChoice(next);
  };
  return (
    <fieldset className={baseStyles.segments} aria-label={t("appearance.label")}>
      {CHOICES.map((code) => (
        <button key={code} type="button" aria-pressed={choice === code} onClick={() => choose(code)}>
          {t(`appearance.${code}`)}
        </button>
      ))}
    </fieldset>
  );
}
