import type { CodecFacts, CodecName, MobileSettings } from "@linkus/sdk";
import { codecsHere } from "@linkus/sdk/codecs";
import { classes } from "@linkus/ui";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useSoftphoneState } from "../app/context";
import { errorWords } from "../app/error-words";
import { linkus } from "../linkus";
import type { zhCN } from "../locales/zh-CN";
import { settingsQuery, useOwnSettings } from "../server/settings";
import baseStyles from "../styles/base.module.css";
import detailStyles from "../styles/detail.module.css";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";
import { BackLink } from "./ColleagueCard";
import { SettingLink } from "./SettingLink";
import { useSettings } from "./use-settings";

/** Of the mobile client only: the others have no such setting. */
function useMobileSettings(): MobileSettings | null {
  const settings = useOwnSettings();
  return settings?.kind === "mobile" ? settings : null;
}

const codecsQuery = queryOptions({ queryKey: ["codecs"], queryFn: () => linkus.codecs() });

const nameIn = (codecs: CodecFacts[], codec: CodecName) => codecs.find((facts) => facts.codec === codec)?.name ?? codec;

/** In the list of settings: what is chosen, and the way to choose (manual: 账号 > 设置 > 音频选项 > 编解码). */
export function CodecRow() {
  const t = useText();
  const isMobile = useSoftphoneState((state) => state.session.client_kind === "mobile");
  return isMobile ? (
    <SettingLink page="codec" title={t("codec.title")}>
      <ChosenCodec />
    </SettingLink>
  ) : null;
}

function ChosenCodec() {
  const chosen = useMobileSettings()?.values.codec;
  const { data: codecs = [] } = useQuery(codecsQuery);
  return <span className={baseStyles.help}>{chosen ? nameIn(codecs, chosen) : "…"}</span>;
}

export function CodecSettings() {
  const t = useText();
  const settings = useMobileSettings();
  const { error: settingsError, refetch: readSettings } = useQuery(settingsQuery);
  const { data: codecs = [], error: codecsError, refetch: readCodecs } = useQuery(codecsQuery);
  const again = () => {
    if (settingsError !== null) void readSettings();
    if (codecsError !== null) void readCodecs();
  };
  const problem = settingsError ?? codecsError;
  return (
    <article className={classes(detailStyles.card, detailStyles.cardWide)}>
      <BackLink view="settings" />
      <h2>{t("codec.title")}</h2>
      <p className={baseStyles.help}>{t("codec.help")}</p>
      {settings && codecs.length > 0 ? <Choice settings={settings} codecs={codecs} /> : null}
      {problem !== null && (
        <p className={gateStyles.formError} role="alert">
          {errorWords(problem, t)}{" "}
          <button type="button" onClick={again}>
            {t("action.retry")}
          </button>
        </p>
      )}
      {problem === null && !settings && <p className={baseStyles.help}>{t("settings.loading")}</p>}
    </article>
  );
}

function Choice({ settings, codecs }: { settings: MobileSettings; codecs: CodecFacts[] }) {
  const t = useText();
  const { values, pending, said, save } = useSettings<MobileSettings>();
  const busy = pending !== null;
  const { codec: chosen, only_this_codec: only } = values ?? settings.values;
  const { offer, fallback } = settings.codecs;
  const usable = codecs.filter(({ mode }) => mode === "usable").map(({ codec }) => codec);
  const here = codecsHere(offer);
  // The server does not know that this browser has not the chosen one; without any of them it takes what it has.
  const isLacking = !fallback && chosen !== undefined && usable.includes(chosen) && !here.includes(chosen);
  const used = here.length > 0 ? here : codecsHere(usable);
  const choose = (changes: MobileSettings["values"]) =>
    save(changes, ({ kind, ...saved }) => {
      if (kind !== "mobile" || !("codecs" in saved) || saved.codecs.fallback) return "";
      const name = nameIn(codecs, saved.values.codec ?? "opus");
      return t(saved.values.only_this_codec ? "codec.savedOnly" : "codec.saved", { name });
    });

  return (
    <>
      <fieldset className={detailStyles.choices} aria-label={t("codec.title")}>
        {codecs.map((codec) => (
          <label className={detailStyles.choice} key={codec.codec}>
            <input
              type="radio"
              name="codec"
              checked={codec.codec === chosen}
              onChange={() => void choose({ codec: codec.codec })}
            />
            <span>
              <b>{codec.name}</b>
              <span className={baseStyles.help}>
                {codec.mode === "usable"
                  ? t(`codec.note.${codec.codec as keyof typeof zhCN.codec.note}`)
                  : t("codec.passThrough")}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      {(fallback || isLacking) && !busy && chosen && (
        <p className={gateStyles.note} role="alert">
          {t("codec.fallback", {
            name: nameIn(codecs, chosen),
            used: used.map((codec) => nameIn(codecs, codec as CodecName)).join(t("list.and")),
          })}
        </p>
      )}
      <label className={detailStyles.choice}>
        <input
          type="checkbox"
          checked={only ?? false}
          disabled={fallback}
          onChange={(event) => void choose({ only_this_codec: event.target.checked })}
        />
        <span>
          <b>{t("codec.only")}</b>
          <span className={baseStyles.help}>{t("codec.onlyHelp")}</span>
        </span>
      </label>
      <p className={baseStyles.help} role="status">
        {said}
      </p>
    </>
  );
}
