/** Plays one call's far end, and tells when the browser wants a click first. */
export class Speaker {
  private readonly element = new Audio();
  private closed = false;

  constructor(private readonly onBlocked: () => void) {
    this.element.autoplay = true;
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
    const element = this.element as HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };
    await element.setSinkId?.(deviceId);
  }

  close(): void {
    this.closed = true;
    this.element.pause();
    this.element.srcObject = null;
  }
}
