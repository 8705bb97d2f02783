import { normalizeDialString } from "@linkus/sdk/dial-string";
import { classes } from "@linkus/ui";
import { type FormEvent, useState } from "react";
import baseStyles from "../styles/base.module.css";
import callStyles from "../styles/call.module.css";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";

export function Transfer({ transfer, close }: { transfer: (number: string) => Promise<void>; close: () => void }) {
  const t = useText();
  const [number, setNumber] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const target = normalizeDialString(number);
    if (target === null) {
      setError(t("dial.invalid", { text: number.trim() }));
      return;
    }
    setBusy(true);
    setError("");
    try {
      await transfer(target);
      close();
    } catch {
      setError(t("call.transferFailed"));
      setBusy(false);
    }
  };
  return (
    <form className={callStyles.transfer} onSubmit={submit} aria-label={t("call.transferTitle")}>
      <label htmlFor="transfer-to">{t("call.transferTo")}</label>
      <div className={gateStyles.withButton}>
        <input
          id="transfer-to"
          // biome-ignore lint/a11y/noAutofocus: the form was opened to type this number
          autoFocus
          inputMode="tel"
          autoComplete="off"
          value={number}
          onChange={(event) => setNumber(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && close()}
        />
        <button type="submit" className={baseStyles.primary} disabled={busy || number.trim() === ""}>
          {t("call.transferDo")}
        </button>
      </div>
      <p className={classes(baseStyles.help, baseStyles.wrong)} role="alert">
        {error}
      </p>
    </form>
  );
}
