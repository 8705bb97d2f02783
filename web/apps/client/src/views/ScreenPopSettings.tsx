import { classes } from "@linkus/ui";
import { useState } from "react";
import { Check } from "../parts/Check";
import { LockedNote } from "../parts/LockedNote";
import type { PopSettings, PopTrigger } from "../phone/screen-pop";
import baseStyles from "../styles/base.module.css";
import detailStyles from "../styles/detail.module.css";
import lockedStyles from "../styles/locked.module.css";
import { useText } from "../text";
import { PopHelp } from "./PopHelp";
import { PopTest } from "./PopTest";
import { PopUrl } from "./PopUrl";
import { SettingsPage } from "./SettingsPage";
import { useSettings } from "./use-settings";

const MODES = ["automatic", "manual"] as const;
const TRIGGERS: readonly PopTrigger[] = ["ringing", "answered", "ended"];

/** SP-8: 设置 > 功能 > 来电弹屏, for desktop and web. */
export function ScreenPopSettings() {
  const t = useText();
  const form = useSettings();
  const { said, refused, save } = form;
  const isLocked = form.isLocked("screen_pop");
  const values = (form.values ?? {}) as PopSettings;
  // Switched on here, but without an address there is nothing to save yet.
  const [opened, setOpened] = useState(false);
  const isOn = values.screen_pop || opened;
  const mode = values.screen_pop_mode ?? "automatic";

  const turn = (on: boolean) => {
    const lacksUrl = on && !values.screen_pop_url;
    setOpened(lacksUrl);
    if (lacksUrl) return;
    if (on !== values.screen_pop) void save({ screen_pop: on });
  };
  return (
    <SettingsPage title={t("settings.screenPop")} help={t("pop.useHelp")} said={said}>
      {isLocked && <LockedNote>{t("locked.page")}</LockedNote>}
      <div className={detailStyles.choices}>
        <Check label={t("pop.use")} checked={isOn ?? false} readOnly={isLocked} change={turn} />
      </div>
      {isOn && (
        <>
          <PopUrl
            saved={values.screen_pop_url ?? ""}
            isLocked={isLocked}
            refused={refused.screen_pop_url}
            save={async (url) => {
              const result = await save({ screen_pop: true, screen_pop_url: url });
              // From now on it is on or off as the server says, also when somebody else switches it off.
              if (result === "saved") setOpened(false);
              return result === "saved";
            }}
          />
          <h3>{t("pop.types")}</h3>
          <fieldset className={detailStyles.choices} aria-label={t("pop.types")}>
            {(["inbound", "internal"] as const).map((type) => (
              <Check
                key={type}
                label={t(`pop.${type}`)}
                help={t(`pop.${type}Help`)}
                readOnly={isLocked}
                checked={values[`screen_pop_${type}`] ?? type === "inbound"}
                change={(checked) => void save({ [`screen_pop_${type}`]: checked })}
              />
            ))}
          </fieldset>
          <h3>{t("pop.mode")}</h3>
          <fieldset className={detailStyles.choices} aria-label={t("pop.mode")}>
            {MODES.map((code) => (
              <Check
                key={code}
                type="radio"
                name="pop-mode"
                label={t(`pop.${code}`)}
                help={t(`pop.${code}Help`)}
                readOnly={isLocked}
                checked={mode === code}
                change={() => void save({ screen_pop_mode: code })}
              />
            ))}
          </fieldset>
          {mode === "automatic" && (
            <>
              <h3 id="pop-trigger">{t("pop.trigger")}</h3>
              <fieldset
                className={classes(baseStyles.segments, isLocked && lockedStyles.readOnly)}
                aria-labelledby="pop-trigger"
              >
                {TRIGGERS.map((code) => (
                  <button
                    key={code}
                    type="button"
                    disabled={isLocked}
                    aria-pressed={(values.screen_pop_trigger ?? "ringing") === code}
                    onClick={() => void save({ screen_pop_trigger: code })}
                  >
                    {t(`pop.${code}`)}
                  </button>
                ))}
              </fieldset>
              <PopTest />
              <PopHelp />
            </>
          )}
        </>
      )}
    </SettingsPage>
  );
}
