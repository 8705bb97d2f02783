import { type HeldCredential, isFresh, renewalDelay, type SipCredential } from "./credential";

/** Has a credential at hand that still lives, and asks for the next one ahead of time. */
export class CredentialKeeper {
  private held: HeldCredential | null = null;
  private asking: Promise<SipCredential> | null = null;
  private renewal: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly ask: () => Promise<HeldCredential>,
    private readonly renewed: (credential: SipCredential) => void,
  ) {}

  get iceServers(): RTCIceServer[] {
    return this.held?.credential.ice_servers ?? [];
  }

  async fresh(): Promise<SipCredential> {
    if (this.held && isFresh(this.held, Date.now())) return this.held.credential;
    this.asking ??= this.fetch().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  /** The edge did not take it: the next use asks for another. */
  forget(): void {
    this.held = null;
  }

  stop(): void {
    if (this.renewal) clearTimeout(this.renewal);
    this.renewal = null;
  }

  private async fetch(): Promise<SipCredential> {
    const held = await this.ask();
    this.held = held;
    this.stop();
    this.renewal = setTimeout(() => void this.renew(), renewalDelay(held));
    return held.credential;
  }

  /** So that a call placed at any moment has a credential at hand. A failure shows at the next use. */
  private async renew(): Promise<void> {
    const before = this.held;
    this.held = null;
    try {
      this.renewed(await this.fresh());
    } catch {
      this.held ??= before;
    }
  }
}
