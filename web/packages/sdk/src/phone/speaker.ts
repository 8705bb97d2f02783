import type { DeviceNotice } from "./call-microphone";

type Output = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

/** Plays one call's far end, and tells when the browser wants a click first. */
export class Speaker {
  private readonly element: Output = new Audio();
  private chosen = "";
  private isReplaced = false;
  private closed = false;

  constructor(
    private readonly onBlocked: () => void,
    private readonly tell: (notice: DeviceNotice) => void = () => {},
  ) {
    this.element.autoplay = true;
    // An iPhone pauses it for a telephone call of its own and does not go on by itself.
    this.element.addEventListener("pause", () => {
      if (!this.closed && this.element.srcObject) this.onBlocked();
    });
    navigator.mediaDevices?.addEventListener?.("devicechange", this.devicesChanged);
  }

  attach(stream: MediaStream): void {
    this.element.srcObject = stream;
    this.play();
  }

  /** Call from a click when the browser has blocked the sound. */
  play(): void {
    this.element.play().catch((error: unknown) => {
      // AbortError: a newer stream took the place of this one. Only the autoplay policy needs the user.
      if (!this.closed && (error as { name?: string }).name === "NotAllowedError") this.onBlocked();
    });
  }

  /** Chooses the loudspeaker, where the browser can (Chrome 49 and later; not Safari before 18.4). */
  async useOutput(deviceId: string): Promise<void> {
    this.chosen = deviceId;
    this.isReplaced = false;
    await this.element.setSinkId?.(deviceId);
  }

  close(): void {
    this.closed = true;
    navigator.mediaDevices?.removeEventListener?.("devicechange", this.devicesChanged);
    this.element.pause();
    this.element.srcObject = null;
  }

  private readonly devicesChanged = () => void this.followDevices();

  /** The chosen loudspeaker may be gone, or there again. */
  private async followDevices(): Promise<void> {
    if (this.closed || !this.chosen || !this.element.setSinkId) return;
    const outputs = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "audiooutput");
    const device = outputs.find(({ deviceId }) => deviceId === this.chosen);
    if (this.closed || (device !== undefined) !== this.isReplaced) return;
    this.isReplaced = device === undefined;
    await this.element.setSinkId(device ? this.chosen : "");
    const label = device?.label ?? outputs[0]?.label ?? "";
    this.tell({ device: "speaker", change: device ? "returned" : "replaced", label });
  }
}
