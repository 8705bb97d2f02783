import { type HeldCredential, isFresh, renewalDelay, type SipCredential } from "./credential";
import { withTimeout } from "./steady-timer";

/** A server that hangs answers nothing, and a browser would wait for minutes. An answer that is late counts later. */
const ASK_MS = 8_000;

/** Has a credential at hand that still lives, and asks for the next one ahead of time. */
export class CredentialKeeper {
  private held: HeldCredential | null = null;
  private asking: Promise<SipCredential> | null = null;
  private renewal: ReturnType<typeof setTimeout> | null = null;
  private isStopped = false;

  constructor(
    private readonly ask: () => Promise<HeldCredential>,
    private readonly renewed: (credential: SipCredential) => void,
  ) {}

  get iceServers(): RTCIceServer[] {
    return this.held?.credential.ice_servers ?? [];
  }

  /** For how long the edge takes what `fresh` gave last. */
  get remainingMs(): number {
    return this.held ? this.held.receivedAt + this.held.lifetimeMs - Date.now() : 0;
  }

  async fresh(): Promise<SipCredential> {
    this.isStopped = false;
    if (this.held && isFresh(this.held, Date.now())) return this.held.credential;
    return this.next();
  }

  /** The edge did not take it: the next use asks for another. */
  forget(): void {
    this.held = null;
  }

  /** Stops the renewal, and drops a late answer of the server until `fresh` is called again. */
  stop(): void {
    this.isStopped = true;
    this.cancelRenewal();
  }

  private cancelRenewal(): void {
    if (this.renewal) clearTimeout(this.renewal);
    this.renewal = null;
  }

  private next(): Promise<SipCredential> {
    this.asking ??= withTimeout(ASK_MS, this.fetch()).finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async fetch(): Promise<SipCredential> {
    const held = await this.ask();
    if (this.isStopped) return held.credential;
    this.held = held;
    this.cancelRenewal();
    this.renewal = setTimeout(() => void this.renew(), renewalDelay(held));
    return held.credential;
  }

  /** So that a call placed at any moment has a credential at hand, the old one meanwhile. A failure shows at the next use. */
  private async renew(): Promise<void> {
    try {
      this.renewed(await this.next());
    } catch {
      // the old one serves until its end
    }
  }
}
