import { ApiError, type ClientSettings } from "@linkus/sdk";
import { useEffect, useRef, useState } from "react";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { errorWords } from "../app/error-words";
import type { SettingsChanges } from "../phone/settings-sync";
import { useLockedSettings } from "../server/permissions";
import { useOwnSettings } from "../server/settings";
import { useText } from "../text";

/** `overtaken`: somebody else has changed the same settings, and theirs are shown. */
export type SaveResult = "saved" | "overtaken" | "refused";

export interface SettingsForm<Settings extends ClientSettings> {
  /** As the user wants them: what is being saved is shown already. Null until they have been read. */
  values: Settings["values"] | null;
  /** What the server has not answered yet. */
  pending: SettingsChanges | null;
  /** One line about the last change, also about somebody else's. */
  said: string;
  /** What the server refused, by the name of the setting. */
  refused: Readonly<Record<string, string>>;
  /** Whether a rule makes this setting read-only. */
  isLocked: (name: keyof SettingsChanges) => boolean;
  /** `words` says what has been saved, where "已保存。" does not tell enough. */
  save: (changes: SettingsChanges, words?: (saved: ClientSettings) => string) => Promise<SaveResult>;
}

/** The settings of this client on a page: saved at once, and following whoever else changes them. */
export function useSettings<Settings extends ClientSettings>(): SettingsForm<Settings> {
  const t = useText();
  const softphone = useSoftphone();
  const settings = useOwnSettings() as Settings | null;
  const pending = useSoftphoneState((state) => state.settingsPending);
  const elsewhere = useSoftphoneState((state) => state.settingsChangedElsewhere);
  const [said, setSaid] = useState("");
  const [refused, setRefused] = useState<Record<string, string>>({});
  const locked = useLockedSettings();
  const seen = useRef(elsewhere);

  useEffect(() => {
    if (elsewhere === seen.current) return;
    seen.current = elsewhere;
    setSaid(t("settings.changedElsewhere"));
  }, [elsewhere, t]);

  const save = async (changes: SettingsChanges, words?: (saved: ClientSettings) => string): Promise<SaveResult> => {
    setSaid("");
    setRefused({});
    try {
      const saved = await softphone.settings.save(changes);
      if ("overtaken" in saved || !saved.isLatest) setSaid(t("settings.changedElsewhere"));
      else setSaid(words ? words(saved.settings) : t("settings.saved"));
      return "settings" in saved ? "saved" : "overtaken";
    } catch (problem) {
      if (isOfLockedSetting(problem)) {
        const words = errorWords(problem, t);
        setRefused(Object.fromEntries(Object.keys(changes).map((name) => [name, words])));
        setSaid(words);
        return "refused";
      }
      const fields = problem instanceof ApiError ? Object.entries(problem.fields) : [];
      // The server names a setting by its path in what was sent: "values.screen_pop_url".
      const refusals = fields.map(([path, { message }]) => [path.split(".").pop() ?? path, message] as const);
      setRefused(Object.fromEntries(refusals));
      const words = [...new Set(refusals.map(([, message]) => message))].join(" ");
      setSaid(words || errorWords(problem, t));
      return "refused";
    }
  };

  const values = settings && { ...settings.values, ...pending };
  return {
    values: values as Settings["values"] | null,
    pending,
    said,
    refused,
    isLocked: (name) => locked.includes(name),
    save,
  };
}

/** A rule was added a moment ago, and this client does not know it yet. */
function isOfLockedSetting(problem: unknown): boolean {
  return problem instanceof ApiError && problem.code === "setting_locked";
}
