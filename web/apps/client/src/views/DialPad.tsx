import { normalizeDialString } from "@linkus/sdk/dial-string";
import { classes } from "@linkus/ui";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { Icon } from "../parts/icons";
import { playKey } from "../phone/tones";
import { useNameOf } from "../server/colleagues";
import baseStyles from "../styles/base.module.css";
import callStyles from "../styles/call.module.css";
import listsStyles from "../styles/lists.module.css";
import { useText } from "../text";
import { KEY_PATTERN, Keypad } from "./Keypad";

/** Type, click or paste a number, then Enter or 呼叫. */
export function DialPad({ initial }: { initial: string }) {
  const t = useText();
  const softphone = useSoftphone();
  const ready = useSoftphoneState((state) => state.phone.status === "ready");
  const [number, setNumber] = useState(initial);
  const [error, setError] = useState("");
  const name = useNameOf(normalizeDialString(number) ?? "");
  const input = useRef<HTMLInputElement>(null);

  const put = (text: string) => {
    setError("");
    setNumber(text);
  };
  useTypedKeys((key) => {
    input.current?.focus();
    put(number + key);
  });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const dialled = normalizeDialString(number);
    if (number.trim() === "") {
      input.current?.focus();
      return;
    }
    if (dialled === null) setError(t("dial.invalid", { text: number.trim() }));
    else if (dialled === softphone.store.state.session.extension.number) setError(t("dial.self"));
    else if (!ready) setError(t("state.cannotCall"));
    else if (await softphone.call(dialled)) put("");
  };

  return (
    <form className={callStyles.dial} onSubmit={submit} aria-label={t("dial.title")}>
      <div className={callStyles.dialNumber}>
        <input
          ref={input}
          aria-label={t("dial.number")}
          aria-invalid={error !== ""}
          aria-describedby="dial-note"
          placeholder={t("dial.placeholder")}
          inputMode="tel"
          autoComplete="off"
          value={number}
          onChange={(event) => put(event.target.value)}
          onPaste={(event) => {
            const pasted = normalizeDialString(event.clipboardData.getData("text"));
            if (pasted === null) return;
            event.preventDefault();
            put(number + pasted);
          }}
        />
        {number !== "" && (
          <button
            type="button"
            className={listsStyles.roundQuiet}
            aria-label={t("dial.backspace")}
            onClick={() => put(number.slice(0, -1))}
          >
            <Icon name="erase" />
          </button>
        )}
      </div>
      <p
        id="dial-note"
        className={error ? classes(callStyles.dialNote, baseStyles.wrong) : callStyles.dialNote}
        role={error ? "alert" : undefined}
      >
        {error || name || "\u00a0"}
      </p>
      <Keypad
        onKey={(key) => {
          playKey(key);
          put(number + key);
        }}
      />
      <button type="submit" className={callStyles.callButton} disabled={!ready}>
        <Icon name="phone" size={26} />
        {t("dial.call")}
      </button>
    </form>
  );
}

/** Digits typed anywhere but in a field. */
export function useTypedKeys(onKey: (key: string) => void): void {
  const handler = useRef(onKey);
  handler.current = onKey;
  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      const inField = (event.target as HTMLElement).closest("input, textarea, select, dialog");
      if (inField || event.ctrlKey || event.metaKey || event.altKey || !KEY_PATTERN.test(event.key)) return;
      event.preventDefault();
      handler.current(event.key);
    };
    document.addEventListener("keydown", typed);
    return () => document.removeEventListener("keydown", typed);
  }, []);
}
