import { useEffect, useRef, useState } from "react";

export interface Player {
  /** What is heard now; null: nothing. */
  playing: string | null;
  play: (key: string, read: () => Promise<Blob>) => Promise<void>;
  stop: () => void;
}

/** One voice at a time: what begins ends what was heard before. */
export function usePlayer(): Player {
  const [playing, setPlaying] = useState<string | null>(null);
  const now = useRef<{ key: string; audio?: HTMLAudioElement; address?: string } | null>(null);

  const stop = () => {
    const { audio, address } = now.current ?? {};
    audio?.pause();
    if (address) URL.revokeObjectURL(address);
    now.current = null;
    setPlaying(null);
  };
  const play = async (key: string, read: () => Promise<Blob>) => {
    stop();
    const mine: { key: string; audio?: HTMLAudioElement; address?: string } = { key };
    now.current = mine;
    setPlaying(key);
    try {
      const blob = await read();
      if (now.current !== mine) return;
      mine.address = URL.createObjectURL(blob);
      mine.audio = new Audio(mine.address);
      mine.audio.onended = () => {
        if (now.current === mine) stop();
      };
      await mine.audio.play();
    } catch (error) {
      if (now.current !== mine) return; // stopped while it began
      stop();
      throw error;
    }
  };

  const end = useRef(stop);
  end.current = stop;
  useEffect(() => () => end.current(), []);
  return { playing, play, stop };
}
