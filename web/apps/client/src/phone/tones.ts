/**
 * Tones made on the spot: no sound file is loaded, so that a call can ring before anything else has arrived.
 * Frequencies and cadence of ringback and busy are those of China's network (450 Hz; 1 s on, 4 s off; 0.35 s on and off).
 */
interface Beep {
  at: number;
  length: number;
  frequencies: number[];
}

interface Pattern {
  period: number;
  volume: number;
  beeps: Beep[];
}

export type ToneName = "ring" | "waiting" | "ringback";

const PATTERNS: Record<ToneName, Pattern> = {
  ring: {
    period: 3,
    volume: 0.22,
    beeps: [
      { at: 0, length: 0.18, frequencies: [659.3, 1318.5] },
      { at: 0.2, length: 0.18, frequencies: [784, 1568] },
      { at: 0.4, length: 0.34, frequencies: [987.8, 1975.5] },
      { at: 0.9, length: 0.18, frequencies: [659.3, 1318.5] },
      { at: 1.1, length: 0.18, frequencies: [784, 1568] },
      { at: 1.3, length: 0.34, frequencies: [987.8, 1975.5] },
    ],
  },
  waiting: { period: 4, volume: 0.12, beeps: [{ at: 0, length: 0.2, frequencies: [450] }] },
  ringback: { period: 5, volume: 0.1, beeps: [{ at: 0, length: 1, frequencies: [450] }] },
};

const BUSY: Beep[] = [0, 0.7, 1.4].map((at) => ({ at, length: 0.35, frequencies: [450] }));

/** Rises: this call has been answered without you. */
const ANSWERED_BY_ITSELF: Beep[] = [
  { at: 0, length: 0.14, frequencies: [880] },
  { at: 0.18, length: 0.22, frequencies: [1174.7] },
];

const DTMF_ROWS = [697, 770, 852, 941];
const DTMF_COLUMNS = [1209, 1336, 1477];
const DTMF_KEYS = "123456789*0#";

/** The two frequencies of a key (ITU-T Q.23). */
export function dtmfFrequencies(key: string): [number, number] | null {
  const index = DTMF_KEYS.indexOf(key);
  if (index < 0 || key === "") return null;
  return [DTMF_ROWS[Math.floor(index / 3)] as number, DTMF_COLUMNS[index % 3] as number];
}

let shared: AudioContext | null = null;

function context(): AudioContext {
  shared ??= new AudioContext();
  return shared;
}

/** True when the browser lets this page sound: after the first click or key on it. */
export async function unlockSound(): Promise<boolean> {
  const audio = context();
  // "interrupted" is Safari's own: a telephone call or Siri has taken the sound away.
  if (audio.state !== "running") await audio.resume().catch(() => {});
  return context().state === "running";
}

export function soundIsLocked(): boolean {
  return context().state !== "running";
}

/** Tells when sound that was there has been taken away by the browser or the system. */
export function watchSound(stopped: () => void): () => void {
  const audio = context();
  let ran = audio.state === "running";
  const look = () => {
    if (ran && audio.state !== "running") stopped();
    ran = audio.state === "running";
  };
  audio.addEventListener("statechange", look);
  return () => audio.removeEventListener("statechange", look);
}

function play(beep: Beep, start: number, volume: number): OscillatorNode[] {
  const audio = context();
  const gain = audio.createGain();
  const from = start + beep.at;
  const to = from + beep.length;
  // A ramp of some milliseconds at both ends keeps the loudspeaker from clicking.
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(volume / beep.frequencies.length, from + 0.012);
  gain.gain.setValueAtTime(volume / beep.frequencies.length, to - 0.03);
  gain.gain.linearRampToValueAtTime(0, to);
  gain.connect(audio.destination);
  return beep.frequencies.map((frequency) => {
    const oscillator = audio.createOscillator();
    oscillator.frequency.value = frequency;
    oscillator.connect(gain);
    oscillator.start(from);
    oscillator.stop(to + 0.01);
    return oscillator;
  });
}

/** Repeats a tone until the returned function is called. */
export function startTone(name: ToneName): () => void {
  const pattern = PATTERNS[name];
  let playing: OscillatorNode[] = [];
  const round = () => {
    if (context().state !== "running") return;
    const now = context().currentTime;
    playing = pattern.beeps.flatMap((beep) => play(beep, now, pattern.volume));
  };
  round();
  const timer = setInterval(round, pattern.period * 1000);
  return () => {
    clearInterval(timer);
    for (const oscillator of playing) oscillator.disconnect();
  };
}

export function playBusy(): void {
  if (context().state !== "running") return;
  for (const beep of BUSY) play(beep, context().currentTime, 0.1);
}

/** To the user only: it is no part of what the call sends. False when the browser does not let the page sound. */
export function playAnsweredByItself(): boolean {
  if (context().state !== "running") return false;
  for (const beep of ANSWERED_BY_ITSELF) play(beep, context().currentTime, 0.2);
  return true;
}

export function playKey(key: string): void {
  const frequencies = dtmfFrequencies(key);
  if (frequencies && context().state === "running") {
    play({ at: 0, length: 0.12, frequencies }, context().currentTime, 0.1);
  }
}
