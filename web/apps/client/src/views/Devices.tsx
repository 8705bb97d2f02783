import type { Device } from "@linkus/sdk";
import { classes, formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useSoftphoneState } from "../app/context";
import { errorWords } from "../app/error-words";
import { linkus } from "../linkus";
import { devicesQuery, rereadDevices } from "../server/devices";
import baseStyles from "../styles/base.module.css";
import detailStyles from "../styles/detail.module.css";
import featuresStyles from "../styles/features.module.css";
import { kindKey, useText } from "../text";

const LONGEST_REMARK = 63;

/** Where this extension is signed in, what the user calls these devices, and the way to end it there. */
export function Devices() {
  const t = useText();
  const { data, error } = useQuery(devicesQuery);
  const [said, setSaid] = useState("");
  const run: Run = async (act, done) => {
    try {
      await act();
      setSaid(done);
      rereadDevices();
      return true;
    } catch (problem) {
      setSaid(errorWords(problem, t));
      return false;
    }
  };
  return (
    <section>
      <h2>{t("settings.devices")}</h2>
      {error !== null && <p className={classes(baseStyles.help, baseStyles.wrong)}>{errorWords(error, t)}</p>}
      {data?.items.map((device) => (
        <DeviceRow key={device.id} device={device} run={run} />
      ))}
      <p className={baseStyles.help} role="status">
        {said}
      </p>
    </section>
  );
}

type Run = (act: () => Promise<unknown>, done: string) => Promise<boolean>;

function DeviceRow({ device, run }: { device: Device; run: Run }) {
  const t = useText();
  const language = useLanguage();
  const own = useSoftphoneState((state) => state.session.session_id);
  const [editing, setEditing] = useState(false);
  const kind = t(kindKey(device.client_kind));
  const name = device.remark || device.device_name || kind;
  const facts = [
    kind,
    [device.version, device.system].filter(Boolean).join(", "),
    device.last_seen_at && t("settings.lastUsed", { time: formatDateTime(device.last_seen_at, language) }),
  ].filter(Boolean);
  if (editing) return <RemarkForm device={device} name={name} run={run} close={() => setEditing(false)} />;
  return (
    <div className={detailStyles.setting}>
      <span className={detailStyles.device}>
        <b>{name}</b>
        <span className={baseStyles.help}>{facts.join(" · ")}</span>
        <button
          type="button"
          className={classes(baseStyles.quiet, featuresStyles.link)}
          aria-label={t("settings.editRemarkOf", { name })}
          onClick={() => setEditing(true)}
        >
          {t("settings.editRemark")}
        </button>
      </span>
      {device.id === own ? (
        <span className={baseStyles.help}>{t("settings.thisDevice")}</span>
      ) : (
        <button
          type="button"
          aria-label={t("settings.signOutDeviceOf", { name })}
          onClick={() => void run(() => linkus.signOutDevice(device.id), t("settings.deviceSignedOut", { name }))}
        >
          {t("settings.signOutDevice")}
        </button>
      )}
    </div>
  );
}

function RemarkForm(props: { device: Device; name: string; run: Run; close: () => void }) {
  const t = useText();
  const [remark, setRemark] = useState(props.device.remark);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const saved = remark.trim() === props.device.remark;
    const save = () => linkus.renameDevice(props.device.id, remark.trim());
    if (saved || (await props.run(save, t("settings.remarkSaved")))) props.close();
  };
  return (
    <form className={classes(detailStyles.setting, featuresStyles.remark)} onSubmit={submit}>
      <input
        // biome-ignore lint/a11y/noAutofocus: the form was opened to type into this field
        autoFocus
        aria-label={t("settings.editRemarkOf", { name: props.name })}
        placeholder={t("settings.remark")}
        maxLength={LONGEST_REMARK}
        autoComplete="off"
        value={remark}
        onChange={(event) => setRemark(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && props.close()}
      />
      <span className={baseStyles.help}>{t("settings.remarkHelp")}</span>
      <span className={detailStyles.settingActions}>
        <button type="submit" className={baseStyles.primary}>
          {t("password.save")}
        </button>
        <button type="button" className={baseStyles.quiet} onClick={props.close}>
          {t("action.cancel")}
        </button>
      </span>
    </form>
  );
}
