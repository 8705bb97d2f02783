/** Why there is no sound to send. `insecure`: browsers give the microphone only to pages over HTTPS or on localhost. */
export type MicrophoneProblem = "insecure" | "denied" | "missing" | "in_use" | "failed";

export class MicrophoneError extends Error {
  constructor(
    readonly problem: MicrophoneProblem,
    cause?: unknown,
  ) {
    super(`no microphone: ${problem}`, { cause });
    this.name = "MicrophoneError";
  }
}

const PROBLEM_BY_NAME: Record<string, MicrophoneProblem> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "in_use",
  AbortError: "in_use",
};

export function microphoneProblem(error: unknown): MicrophoneProblem {
  return PROBLEM_BY_NAME[(error as { name?: string } | null)?.name ?? ""] ?? "failed";
}

/** Opens the microphone, asking the user when the browser has to. */
export async function openMicrophone(deviceId?: string | null): Promise<MediaStream> {
  // Typed as always there, but absent on a page without a secure context.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new MicrophoneError("insecure");
  const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    // As a wish ("ideal") Chrome passes over it for the system's default.
    if (deviceId)
      return await devices.getUserMedia({ audio: { ...audio, deviceId: { exact: deviceId } }, video: false });
  } catch (error) {
    // Unplugged: any other one will do.
    if (microphoneProblem(error) !== "missing") throw new MicrophoneError(microphoneProblem(error), error);
  }
  try {
    return await devices.getUserMedia({ audio, video: false });
  } catch (error) {
    throw new MicrophoneError(microphoneProblem(error), error);
  }
}

/** A stream with nothing in it, for calls that are only listened to. */
export function silence(): MediaStream {
  const audio = new AudioContext();
  const { stream } = audio.createMediaStreamDestination();
  const [track] = stream.getTracks();
  if (!track) return stream;
  const stop = track.stop.bind(track);
  track.stop = () => {
    stop();
    if (audio.state !== "closed") void audio.close();
  };
  return stream;
}
