import { renderScreenPop, SCREEN_POP_VARIABLES, screenPopProblem } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { type FormEvent, useRef, useState } from "react";
import { popValues } from "../phone/screen-pop";
import baseStyles from "../styles/base.module.css";
import featuresStyles from "../styles/features.module.css";
import { useText } from "../text";

/** The popup URL (SP-3): checked as it is typed, with its variables at hand and an example of what will be opened. */
export function PopUrl(props: {
  saved: string;
  isLocked: boolean;
  refused: string | undefined;
  save: (url: string) => Promise<boolean>;
}) {
  const t = useText();
  // Null: nothing has been typed, so it follows what somebody else saves.
  const [typed, setTyped] = useState<string | null>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const url = (typed ?? props.saved).trim();
  const problem = screenPopProblem(url);
  const isChanged = typed !== null && url !== props.saved;
  const wrong = problem
    ? t(`popProblem.${problem.code}`, { ...problem, variable: "{{.CallerNumber}}" })
    : props.refused;
  const isShown = wrong !== undefined && (isChanged || props.saved !== "");

  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (props.isLocked) return;
    if (problem) input.current?.focus();
    else if (await props.save(url)) setTyped(null);
  };
  const insert = (name: string) => {
    const field = input.current;
    const text = typed ?? props.saved;
    const [from, to] = field ? [field.selectionStart, field.selectionEnd] : [text.length, text.length];
    const variable = `{{.${name}}}`;
    setTyped(text.slice(0, from) + variable + text.slice(to));
    field?.focus();
    const at = from + variable.length;
    requestAnimationFrame(() => field?.setSelectionRange(at, at));
  };
  const example = popValues({
    direction: "in",
    origin: "inbound",
    number: "13800138000",
    name: t("pop.exampleName"),
    didNumber: "02087654321",
    didName: t("pop.exampleDid"),
    serverStartedAt: null,
    startedAt: Date.UTC(2026, 0, 5, 1, 30),
  });
  return (
    <form className={featuresStyles.popUrl} onSubmit={submit}>
      <label htmlFor="pop-url">
        <b>{t("pop.url")}</b>
      </label>
      <textarea
        id="pop-url"
        ref={input}
        rows={3}
        spellCheck={false}
        autoComplete="off"
        maxLength={2000}
        placeholder="https://crm.example.com/contact?number={{.CallerNumber}}"
        value={typed ?? props.saved}
        readOnly={props.isLocked}
        aria-invalid={isShown}
        aria-describedby="pop-url-note"
        onChange={(event) => setTyped(event.target.value.replace(/[\r\n]+/g, ""))}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void submit();
        }}
      />
      <p
        className={isShown ? classes(baseStyles.help, baseStyles.wrong) : baseStyles.help}
        id="pop-url-note"
        role={isShown ? "alert" : undefined}
      >
        {isShown ? wrong : t("pop.urlHelp")}
      </p>
      <fieldset className={featuresStyles.popVariables} aria-label={t("pop.insert")}>
        <span className={baseStyles.help}>{t("pop.insert")}</span>
        {SCREEN_POP_VARIABLES.map((name) => (
          <button
            key={name}
            type="button"
            title={`{{.${name}}}`}
            disabled={props.isLocked}
            onClick={() => insert(name)}
          >
            {t(`pop.variable.${name}`)}
          </button>
        ))}
      </fieldset>
      <p className={baseStyles.help}>{t("pop.variableHelp")}</p>
      {!problem && (
        <p className={classes(baseStyles.help, featuresStyles.popExample)}>
          {t("pop.example")}
          <output>{renderScreenPop(url, example)}</output>
        </p>
      )}
      <div className={featuresStyles.popSave}>
        <button type="submit" className={baseStyles.primary} disabled={!isChanged || props.isLocked}>
          {t("pop.saveUrl")}
        </button>
        {isChanged && <Unsaved isLocked={props.isLocked} />}
      </div>
    </form>
  );
}

function Unsaved({ isLocked }: { isLocked: boolean }) {
  const t = useText();
  if (!isLocked) return <span className={baseStyles.help}>{t("pop.unsaved")}</span>;
  return (
    <span className={classes(baseStyles.help, baseStyles.wrong)} role="alert">
      {t("locked.typed")}
    </span>
  );
}
