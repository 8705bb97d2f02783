import { classes, formatDuration } from "@linkus/ui";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useSoftphoneState } from "../app/context";
import { Icon } from "../parts/icons";
import baseStyles from "../styles/base.module.css";
import voicemailStyles from "../styles/voicemail.module.css";
import { useText } from "../text";

const KEY_SECONDS = 2;
const KEYS: Record<string, number> = { ArrowLeft: -KEY_SECONDS, ArrowRight: KEY_SECONDS };

/** Plays, pauses, and goes to any place; on the loudspeaker that calls use. A call silences it. */
export function Player(props: { source: string; seconds: number; onPlay: () => void }) {
  const t = useText();
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(props.seconds);
  const [failed, setFailed] = useState(false);
  const speaker = useSoftphoneState((state) => state.preferences.speaker);
  const onCall = useSoftphoneState((state) => state.calls.length > 0);

  useEffect(() => {
    if (onCall) audio.current?.pause();
  }, [onCall]);

  const play = async () => {
    const sound = audio.current as (HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> }) | null;
    if (!sound) return;
    if (failed) sound.load();
    setFailed(false);
    // a loudspeaker that is no longer there: the system's own plays
    await sound.setSinkId?.(speaker ?? "").catch(() => undefined);
    // what goes wrong here is told by the element's own event
    await sound.play().then(props.onPlay, () => undefined);
  };
  const goTo = (seconds: number) => {
    const place = Math.min(Math.max(0, seconds), length);
    if (audio.current) audio.current.currentTime = place;
    setAt(place);
  };
  const key = (event: KeyboardEvent) => {
    const step = KEYS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    goTo(at + step);
  };
  const done = `${length > 0 ? (at / length) * 100 : 0}%`;
  return (
    <fieldset className={voicemailStyles.player} aria-label={t("voicemail.player")}>
      {/* biome-ignore lint/a11y/useMediaCaption: what a caller has said, of which there is no text */}
      <audio
        ref={audio}
        src={props.source}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => goTo(0)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onDurationChange={({ currentTarget: { duration } }) => {
          if (Number.isFinite(duration)) setLength(duration);
        }}
        onError={() => setFailed(true)}
      />
      <button
        type="button"
        className={voicemailStyles.playerButton}
        aria-label={t(playing ? "voicemail.pause" : "voicemail.play")}
        disabled={onCall}
        onClick={() => (playing ? audio.current?.pause() : void play())}
      >
        <Icon name={playing ? "pause" : "play"} size={24} />
      </button>
      <input
        type="range"
        aria-label={t("voicemail.position")}
        aria-valuetext={t("voicemail.positionText", { at: formatDuration(at), length: formatDuration(length) })}
        min={0}
        max={length}
        step={0.01}
        value={at}
        style={{ "--done": done } as React.CSSProperties}
        onChange={(event) => goTo(Number(event.target.value))}
        onKeyDown={key}
      />
      <span className={classes(voicemailStyles.playerTime, baseStyles.duration)}>
        {formatDuration(at)} / {formatDuration(props.seconds)}
      </span>
      {failed && (
        <p className={baseStyles.wrong} role="alert">
          {t("voicemail.failed")}
        </p>
      )}
    </fieldset>
  );
}
