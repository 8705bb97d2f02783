/** What a browser gives to a softphone: microphones, loudspeakers, and connections for the sound. For tests. */
import { vi } from "vitest";

export class FakeTrack extends EventTarget {
  readonly kind = "audio";
  readyState: "live" | "ended" = "live";
  muted = false;
  enabled = true;

  constructor(readonly deviceId: string) {
    super();
  }

  get label(): string {
    return `label of ${this.deviceId}`;
  }

  getSettings = () => ({ deviceId: this.deviceId });

  stop(): void {
    this.readyState = "ended";
  }
}

export class FakeStream {
  constructor(private readonly tracks: FakeTrack[]) {}
  getTracks = () => this.tracks;
  getAudioTracks = () => this.tracks;
}

class FakeDevices extends EventTarget {
  /** Every microphone that was ever opened. */
  readonly opened: FakeTrack[] = [];
  /** Set for a browser that asks the user first: the answer comes when the test gives it. */
  permission: Promise<void> = Promise.resolve();

  enumerateDevices = async () => [];

  getUserMedia = async ({ audio }: { audio: { deviceId?: { exact: string } } }) => {
    await this.permission;
    const track = new FakeTrack(audio.deviceId?.exact ?? "default");
    this.opened.push(track);
    return new FakeStream([track]);
  };
}

class FakeSender {
  /** Set for a connection that takes its time to send another track. */
  replaced: Promise<void> = Promise.resolve();

  constructor(public track: FakeTrack | null) {}

  async replaceTrack(track: FakeTrack): Promise<void> {
    await this.replaced;
    this.track = track;
  }
}

/** An RTCPeerConnection. */
export class FakeConnection extends EventTarget {
  iceConnectionState: RTCIceConnectionState = "new";
  connectionState: RTCPeerConnectionState = "new";
  localDescription: { sdp: string } | null = null;
  statisticsRead = 0;
  /** Whether the other side's sound comes: another packet whenever somebody looks. */
  isFlowing = true;
  private packets = 0;
  private readonly senders: FakeSender[] = [];

  getSenders = () => this.senders;
  getTransceivers = () => [];

  addTrack(track: FakeTrack): void {
    this.senders.push(new FakeSender(track));
  }

  async getStats(): Promise<Map<string, { id: string; type: string; packetsReceived: number }>> {
    this.statisticsRead += 1;
    if (this.isFlowing) this.packets += 1;
    return new Map([["in", { id: "in", type: "inbound-rtp", packetsReceived: this.packets }]]);
  }

  close(): void {
    this.iceConnectionState = "closed";
    this.connectionState = "closed";
  }

  /** The other side's sound arrives. */
  hears(): void {
    this.dispatchEvent(Object.assign(new Event("track"), { streams: [new FakeStream([])] }));
  }

  iceBecomes(state: RTCIceConnectionState): void {
    this.iceConnectionState = state;
    this.dispatchEvent(new Event("iceconnectionstatechange"));
  }

  becomes(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
}

class FakeAudio {
  srcObject: unknown = null;
  addEventListener() {}
  pause() {}
  play = async () => {};
}

export class FakeBrowser {
  readonly devices = new FakeDevices();
  /** Where the browser tells that it is online again. */
  readonly window = new EventTarget();
  readonly document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  /** `navigator.connection`, which tells of another network. */
  readonly network = new EventTarget();
  /** The streams with nothing in them, for pages that are only listened to. */
  readonly silences: FakeTrack[] = [];
  /** What plays the other side of each call. */
  readonly loudspeakers: FakeAudio[] = [];

  install(): void {
    const { loudspeakers, silences } = this;
    vi.stubGlobal("navigator", { mediaDevices: this.devices, connection: this.network });
    vi.stubGlobal("window", this.window);
    vi.stubGlobal("document", this.document);
    vi.stubGlobal(
      "Audio",
      class extends FakeAudio {
        constructor() {
          super();
          loudspeakers.push(this);
        }
      },
    );
    vi.stubGlobal(
      "AudioContext",
      class {
        state = "running";
        createMediaStreamDestination() {
          const track = new FakeTrack("silence");
          silences.push(track);
          return { stream: new FakeStream([track]) };
        }
        close = async () => {
          this.state = "closed";
        };
      },
    );
  }

  /** The microphones that hear the user now. */
  get openMicrophones(): FakeTrack[] {
    return this.devices.opened.filter(({ readyState }) => readyState === "live");
  }

  /** Makes the browser ask the user before it opens a microphone; the returned function is the user's consent. */
  askFirst(): () => void {
    let consent = () => {};
    this.devices.permission = new Promise((resolve) => {
      consent = resolve;
    });
    return consent;
  }
}
