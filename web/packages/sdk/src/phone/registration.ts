import type { RTCSessionEvent } from "jssip/lib/UA";
import { backoffDelay } from "../backoff";
import type { Health } from "./connection-watch";
import type { SipCredential } from "./credential";
import { CredentialKeeper } from "./credential-keeper";
import { EdgeConnection } from "./edge-connection";
import type { OfflineReason, PhoneOptions, PhoneState } from "./phone-types";

export interface RegistrationListener {
  state: (state: PhoneState) => void;
  /** The signalling runs over another connection than before. */
  reconnected: () => void;
  newSession: (event: RTCSessionEvent) => void;
}

/** Registers a phone at the edge with a credential of the server, and tries again with growing pauses while that fails. */
export class Registration {
  private current: PhoneState = { status: "stopped" };
  private connection: EdgeConnection | null = null;
  private readonly credentials: CredentialKeeper;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;
  private generation = 0;

  constructor(
    private readonly options: PhoneOptions,
    private readonly listener: RegistrationListener,
  ) {
    this.credentials = new CredentialKeeper(options.credential, (credential) => this.use(credential));
  }

  get state(): PhoneState {
    return this.current;
  }

  /** Null until there is a first credential, and once it is stopped. */
  get edge(): EdgeConnection | null {
    return this.connection;
  }

  get iceServers(): RTCIceServer[] {
    return this.credentials.iceServers;
  }

  async start(): Promise<void> {
    this.clearTimers();
    const generation = ++this.generation;
    this.setState({ status: "connecting" });
    try {
      const credential = await this.credentials.fresh();
      if (generation === this.generation) this.connect(credential);
    } catch (error) {
      if (generation === this.generation) this.offline("credential", () => this.start(), error);
    }
  }

  /** Takes the registration back and closes the connection. */
  stop(): void {
    this.generation += 1;
    this.clearTimers();
    this.connection?.stop();
    this.connection = null;
    this.credentials.forget();
    this.setState({ status: "stopped" });
  }

  /** Tries again now instead of at `retryAt`. */
  async reconnect(): Promise<void> {
    if (this.current.status !== "offline") return;
    if (!this.connection) await this.start();
    else if (this.current.reason === "network") this.connection.doubt();
    else await this.connection.register();
  }

  /** Makes sure that JsSIP answers the next challenge with a credential that still lives. Throws when there is none. */
  async refreshCredential(): Promise<void> {
    this.use(await this.credentials.fresh());
  }

  private connect(credential: SipCredential): void {
    this.connection?.stop();
    const userAgent = this.options.userAgent ?? "Linkus SDK";
    const options = { serverUrl: this.options.serverUrl, userAgent };
    this.connection = new EdgeConnection(credential, options, this.credentials, {
      health: (health) => this.healthChanged(health),
      registered: () => this.registered(),
      refused: () => this.offline("refused", () => this.registerAgain()),
      noCredential: (error) => this.offline("credential", () => this.registerAgain(), error),
      reconnected: this.listener.reconnected,
      newSession: this.listener.newSession,
    });
    this.connection.start();
  }

  private async registerAgain(): Promise<void> {
    await this.connection?.register();
  }

  private use(credential: SipCredential): void {
    this.connection?.use(credential);
  }

  private registered(): void {
    this.failures = 0;
    if (this.retry) clearTimeout(this.retry);
    this.retry = null;
  }

  private healthChanged(health: Health): void {
    // Why there is no registration was told; that the connection stands is no news then.
    if (this.retry && health.status !== "ready") return;
    if (health.status === "offline") this.setState({ status: "offline", reason: "network", retryAt: health.retryAt });
    else this.setState({ status: health.status });
  }

  private offline(reason: OfflineReason, again: () => Promise<void>, error?: unknown): void {
    if (this.retry) clearTimeout(this.retry);
    const delay = backoffDelay(this.failures);
    this.failures += 1;
    this.retry = setTimeout(() => {
      this.retry = null;
      void again();
    }, delay);
    this.setState({ status: "offline", reason, retryAt: Date.now() + delay, error });
  }

  private clearTimers(): void {
    this.credentials.stop();
    if (this.retry) clearTimeout(this.retry);
    this.retry = null;
  }

  private setState(state: PhoneState): void {
    this.current = state;
    this.listener.state(state);
  }
}
