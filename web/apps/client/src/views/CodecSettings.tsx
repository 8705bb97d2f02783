import { ApiError, type CodecFacts, type CodecName, type MobileSettings } from "@linkus/sdk";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { errorWords } from "../app/error-words";
import { hrefOf } from "../app/route";
import { linkus } from "../linkus";
import { Icon } from "../parts/icons";
import { BackLink } from "./ColleagueCard";

/** Of the mobile client only: the others have no such setting. */
function useMobileSettings(): MobileSettings | null {
  const settings = useSoftphoneState((state) => state.settings);
  return settings?.kind === "mobile" ? settings : null;
}

function useCodecs(): { codecs: CodecFacts[]; error: unknown } {
  const [codecs, setCodecs] = useState<CodecFacts[]>([]);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    linkus.codecs().then(setCodecs, setError);
  }, []);
  return { codecs, error };
}

const nameIn = (codecs: CodecFacts[], codec: CodecName) => codecs.find((one) => one.codec === codec)?.name ?? codec;

/** In the list of settings: what is chosen, and the way to choose (manual: 账号 > 设置 > 音频选项 > 编解码). */
export function CodecRow() {
  const { t } = useTranslation();
  const isMobile = useSoftphoneState((state) => state.session.client_kind === "mobile");
  return isMobile ? (
    <a className="setting setting-link" href={hrefOf("settings", "codec")}>
      <span>{t("codec.title")}</span>
      <ChosenCodec />
      <Icon name="forward" size={18} />
    </a>
  ) : null;
}

function ChosenCodec() {
  const chosen = useMobileSettings()?.values.codec;
  const { codecs } = useCodecs();
  return <span className="help">{chosen ? nameIn(codecs, chosen) : "…"}</span>;
}

export function CodecSettings() {
  const { t } = useTranslation();
  const settings = useMobileSettings();
  const failed = useSoftphoneState((state) => state.settingsError);
  const softphone = useSoftphone();
  const { codecs, error } = useCodecs();
  const problem = failed ?? error;
  return (
    <article className="card card-wide">
      <BackLink view="settings" />
      <h2>{t("codec.title")}</h2>
      <p className="help">{t("codec.help")}</p>
      {settings && codecs.length > 0 ? <Choice settings={settings} codecs={codecs} /> : null}
      {problem !== null && (
        <p className="form-error" role="alert">
          {errorWords(problem, t)}{" "}
          <button type="button" onClick={() => softphone.readSettings()}>
            {t("action.retry")}
          </button>
        </p>
      )}
      {problem === null && !settings && <p className="help">{t("codec.loading")}</p>}
    </article>
  );
}

function Choice({ settings, codecs }: { settings: MobileSettings; codecs: CodecFacts[] }) {
  const { t } = useTranslation();
  const softphone = useSoftphone();
  const [said, setSaid] = useState("");
  const [wanted, setWanted] = useState<MobileSettings["values"] | null>(null);
  const busy = wanted !== null;
  const own = useRef(settings.version);
  const { codec: chosen, only_this_codec: only } = wanted ?? settings.values;
  const { offer, fallback } = settings.codecs;

  useEffect(() => {
    if (settings.version > own.current) setSaid(t("codec.changedElsewhere"));
    own.current = Math.max(own.current, settings.version);
  }, [settings.version, t]);

  const save = async (values: MobileSettings["values"]) => {
    setWanted(values);
    setSaid("");
    // The event of this very change may come before its answer: it is nobody else's.
    own.current = settings.version + 1;
    try {
      const saved = await linkus.saveSettings({ kind: "mobile", version: settings.version, values });
      softphone.takeSettings(saved);
      if (saved.kind !== "mobile" || saved.codecs.fallback) return;
      const name = nameIn(codecs, saved.values.codec ?? "opus");
      setSaid(t(saved.values.only_this_codec ? "codec.savedOnly" : "codec.saved", { name }));
    } catch (problem) {
      own.current = settings.version;
      const current = conflictWith(problem);
      if (current) softphone.takeSettings(current);
      setSaid(current ? t("codec.changedElsewhere") : errorWords(problem, t));
    } finally {
      setWanted(null);
    }
  };

  return (
    <>
      <fieldset className="choices" disabled={busy} aria-label={t("codec.title")}>
        {codecs.map((codec) => (
          <label className="choice" key={codec.codec}>
            <input
              type="radio"
              name="codec"
              checked={codec.codec === chosen}
              onChange={() => void save({ codec: codec.codec, only_this_codec: only ?? false })}
            />
            <span>
              <b>{codec.name}</b>
              <span className="help">
                {codec.mode === "usable" ? t(`codec.note.${codec.codec}`) : t("codec.passThrough")}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      {fallback && !busy && chosen && (
        <p className="note" role="alert">
          {t("codec.fallback", {
            name: nameIn(codecs, chosen),
            used: offer.map((codec) => nameIn(codecs, codec)).join(t("list.and")),
          })}
        </p>
      )}
      <label className="choice">
        <input
          type="checkbox"
          checked={only ?? false}
          disabled={busy || fallback}
          onChange={(event) => void save({ codec: chosen ?? "opus", only_this_codec: event.target.checked })}
        />
        <span>
          <b>{t("codec.only")}</b>
          <span className="help">{t("codec.onlyHelp")}</span>
        </span>
      </label>
      <p className="help" role="status">
        {said}
      </p>
    </>
  );
}

function conflictWith(problem: unknown): MobileSettings | null {
  if (!(problem instanceof ApiError) || problem.code !== "version_conflict") return null;
  return problem.current as MobileSettings;
}
