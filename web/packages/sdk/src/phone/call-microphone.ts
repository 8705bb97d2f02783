import { listenerErrors } from "../emitter";
import { openMicrophone } from "./microphone";

/**
 * What happened to a device in a call.
 * - `replaced`: it is gone, and another one (`label`) has taken its place
 * - `returned`: the chosen one is there again and is used
 * - `lost`: it is gone, and there is no other one
 * - `silenced`: the microphone gives no sound, for example because another program or a switch on it has muted it
 * - `heard`: it gives sound again
 */
export type DeviceChange = "replaced" | "returned" | "lost" | "silenced" | "heard";

export interface DeviceNotice {
  device: "microphone" | "speaker";
  change: DeviceChange;
  label: string;
}

/** A browser reports a microphone as muted for a moment whenever it opens one. */
const SILENCED_MS = 2_000;

/** The microphone of one call: the chosen one while it is there, the next one while it is not. */
export class CallMicrophone {
  private stream: MediaStream | null = null;
  /** The stream that `stream` is replacing, while the handover lasts. */
  private former: MediaStream | null = null;
  private isClosed = false;
  private isLost = false;
  private changing: Promise<void> = Promise.resolve();
  private silenced: ReturnType<typeof setTimeout> | null = null;
  private isSilenced = false;

  constructor(
    private readonly chosen: () => string | null,
    /** Sends this track instead of the one before it, muted if that one was. */
    private readonly send: (track: MediaStreamTrack) => Promise<void>,
    private readonly tell: (notice: DeviceNotice) => void,
  ) {}

  /** Throws `MicrophoneError`. The caller decides whether the stream is still wanted, and says so by `use` or not. */
  open(): Promise<MediaStream> {
    return openMicrophone(this.chosen());
  }

  /** This stream is the call's from now on. */
  use(stream: MediaStream): void {
    this.stream = stream;
    const [track] = stream.getAudioTracks();
    if (track) this.watch(track);
    navigator.mediaDevices?.addEventListener?.("devicechange", this.devicesChanged);
  }

  get current(): MediaStream | null {
    return this.stream;
  }

  /** The user has chosen another device: it counts at once. */
  choose(): Promise<void> {
    return this.replace(null);
  }

  close(): void {
    this.isClosed = true;
    if (this.silenced) clearTimeout(this.silenced);
    navigator.mediaDevices?.removeEventListener?.("devicechange", this.devicesChanged);
    for (const stream of [this.stream, this.former]) for (const track of stream?.getTracks() ?? []) track.stop();
  }

  private watch(track: MediaStreamTrack): void {
    const isCurrent = () => !this.isClosed && this.stream?.getAudioTracks()[0] === track;
    track.addEventListener("ended", () => {
      if (isCurrent()) void this.replace("replaced");
    });
    track.addEventListener("mute", () => {
      if (this.silenced) clearTimeout(this.silenced);
      this.silenced = setTimeout(() => {
        if (!isCurrent() || !track.muted) return;
        this.isSilenced = true;
        this.tell({ device: "microphone", change: "silenced", label: track.label });
      }, SILENCED_MS);
    });
    track.addEventListener("unmute", () => {
      if (this.isSilenced && isCurrent()) this.tell({ device: "microphone", change: "heard", label: track.label });
      this.isSilenced = false;
    });
  }

  private readonly devicesChanged = () => void this.followDevices();

  private async followDevices(): Promise<void> {
    if (this.isClosed) return;
    if (this.isLost) return this.replace("replaced");
    const chosen = this.chosen();
    if (!chosen || this.deviceId() === chosen) return;
    const devices = await navigator.mediaDevices.enumerateDevices();
    if (devices.some((device) => device.kind === "audioinput" && device.deviceId === chosen))
      await this.replace("returned");
  }

  private deviceId(): string | undefined {
    return this.stream?.getAudioTracks()[0]?.getSettings().deviceId;
  }

  /** One after the other: several events tell of one unplugged device. */
  private replace(change: DeviceChange | null): Promise<void> {
    this.changing = this.changing.then(() => this.replaceNow(change));
    return this.changing;
  }

  private async replaceNow(change: DeviceChange | null): Promise<void> {
    const old = this.stream?.getAudioTracks()[0];
    if (this.isClosed || !old) return;
    const isEnded = old.readyState === "ended";
    if (!isEnded && change === "replaced") return;
    if (!isEnded && change === "returned" && this.deviceId() === this.chosen()) return;
    let stream: MediaStream;
    try {
      stream = await this.open();
    } catch {
      if (isEnded && !this.isLost && !this.isClosed) {
        this.isLost = true;
        this.tell({ device: "microphone", change: "lost", label: old.label });
      }
      return;
    }
    const [track] = stream.getAudioTracks();
    if (this.isClosed || !track) {
      for (const unwanted of stream.getTracks()) unwanted.stop();
      return;
    }
    const former = this.stream;
    this.former = former;
    this.stream = stream;
    this.watch(track);
    try {
      // This never settles when the connection is closed meanwhile. Then `close` stops both streams.
      await this.send(track);
    } catch (error) {
      // The other side still hears the former microphone.
      this.stream = former;
      track.stop();
      listenerErrors.report(error);
      return;
    } finally {
      this.former = null;
    }
    this.isLost = false;
    old.stop();
    const { label } = track;
    if (change) this.tell({ device: "microphone", change, label });
    else if (this.isSilenced) this.tell({ device: "microphone", change: "heard", label });
    this.isSilenced = false;
  }
}
