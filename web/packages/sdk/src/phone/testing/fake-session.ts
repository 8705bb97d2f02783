/** A session of JsSIP as the phone uses it, and the other side of the call. For tests. */
import { EventEmitter } from "node:events";
import { FakeConnection, type FakeStream } from "./fake-browser";

interface TerminateOptions {
  status_code?: number;
  reason_phrase?: string;
  cause?: string;
}

interface Outcome {
  succeeded?: () => void;
  failed?: () => void;
}

/** Does what JsSIP 3.13 does (lib/RTCSession.js), as far as anything depends on it. */
export class FakeSession extends EventEmitter {
  status: "inviting" | "ringing" | "answering" | "answered" | "terminated" = "inviting";
  connection: FakeConnection | null = null;
  /** What went to the server: requests by their method, answers by their status. */
  readonly sent: string[] = [];
  /** Set for a negotiation that goes on. */
  isReady = true;
  /** How the server answers a re-INVITE. */
  reinvites: "answered" | "refused" | "unanswered" = "answered";
  /** How the server answers a REFER. */
  refers: "accepted" | "requestFailed" | "unanswered" = "accepted";
  _localHold = false;
  /** Whether the browser names a candidate for the next calls. */
  static hasNetwork = true;
  private isMuted = false;

  constructor(
    readonly direction: "in" | "out",
    readonly target: string,
  ) {
    super();
    if (direction === "in") this.status = "ringing";
  }

  isEnded = () => this.status === "terminated";
  isEstablished = () => this.status === "answering" || this.status === "answered";
  isReadyToReOffer = () => this.isReady && this.status === "answered";

  connect(mediaStream: FakeStream): void {
    this.createConnection();
    // Not before the next turn, so that whoever called can listen (_sendInitialRequest).
    queueMicrotask(() => {
      if (this.isEnded()) return;
      this.addTracks(mediaStream);
      this.emit("connecting", {});
      if (!FakeSession.hasNetwork) return;
      this.sent.push("INVITE");
      this.emit("sending", {});
    });
  }

  answer({ mediaStream }: { mediaStream: FakeStream }): void {
    if (this.status !== "ringing" || this.direction !== "in") throw new Error("Invalid State Error");
    this.status = "answering";
    this.createConnection();
    queueMicrotask(() => {
      if (this.isEnded()) return;
      this.addTracks(mediaStream);
      this.emit("connecting", {});
      if (!FakeSession.hasNetwork) return;
      this.emit("sdp", { originator: "local", sdp: "" });
      this.status = "answered";
      this.sent.push("200");
      this.emit("accepted", { originator: "local" });
      this.connection?.hears();
      this.connection?.iceBecomes("connected");
    });
  }

  terminate(options: TerminateOptions = {}): void {
    if (this.isEnded()) throw new Error("Invalid State Error");
    if (this.status === "answered") {
      this.sent.push("BYE");
      this.end("ended", "local", null, options.cause ?? "Terminated");
    } else if (this.direction === "in") {
      this.sent.push(String(options.status_code ?? 480));
      this.end("failed", "local", null, "Rejected");
    } else {
      this.sent.push("CANCEL");
      this.end("failed", "local", null, "Canceled");
    }
  }

  mute(): void {
    this.isMuted = true;
    this.enableTracks();
  }

  unmute(): void {
    this.isMuted = false;
    this.enableTracks();
  }

  _onhold(originator: string): void {
    this.enableTracks();
    this.emit("hold", { originator });
  }

  _onunhold(originator: string): void {
    this.enableTracks();
    this.emit("unhold", { originator });
  }

  refer(number: string, { eventHandlers }: { eventHandlers: Record<string, () => void> }): void {
    this.sent.push(`REFER ${number}`);
    if (this.refers !== "unanswered") eventHandlers[this.refers]?.();
  }

  sendDTMF(keys: string): void {
    this.sent.push(`DTMF ${keys}`);
  }

  _sendReinvite(options: { eventHandlers: Outcome; rtcOfferConstraints?: { iceRestart?: boolean } }): void {
    const holds = this._localHold ? "hold" : "unhold";
    this.sent.push(`re-INVITE ${options.rtcOfferConstraints?.iceRestart ? "ice" : holds}`);
    this.conclude(options.eventHandlers);
  }

  /** A request was lost with its connection. */
  onTransportError(): void {
    if (!this.isEnded()) this.terminate({ cause: "Connection Error" });
  }

  onRequestTimeout(): void {
    if (!this.isEnded()) this.terminate({ cause: "Request Timeout" });
  }

  // ---- the other side's doings
  otherRings(serverCallId?: string): void {
    this.emit("progress", { originator: "remote", response: message({ "X-Linkus-Call": serverCallId }) });
  }

  otherAnswers(serverCallId?: string): void {
    this.status = "answered";
    this.emit("accepted", { originator: "remote", response: message({ "X-Linkus-Call": serverCallId }) });
    this.connection?.hears();
    this.connection?.iceBecomes("connected");
  }

  otherHangsUp(reason?: string): void {
    this.end("ended", "remote", message({ Reason: reason }), "Terminated");
  }

  /** The caller gives up, or another device has answered. */
  otherCancels(reason?: string): void {
    this.end("failed", "remote", message({ Reason: reason }), "Canceled");
  }

  otherRefuses(status: number): void {
    this.end("failed", "remote", message({}, status), "Rejected");
  }

  otherHolds(isHeld: boolean): void {
    this.emit(isHeld ? "hold" : "unhold", { originator: "remote" });
  }

  // ---- within JsSIP
  private createConnection(): void {
    const connection = new FakeConnection();
    this.connection = connection;
    // _createRTCConnection: before anybody else can listen to the connection.
    connection.addEventListener("iceconnectionstatechange", () => {
      if (connection.iceConnectionState === "failed" && !this.isEnded()) this.terminate({ cause: "RTP Timeout" });
    });
    this.emit("peerconnection", { peerconnection: connection });
  }

  private addTracks(stream: FakeStream): void {
    for (const track of stream.getTracks()) this.connection?.addTrack(track);
  }

  /** Only the tracks that are there by then (_toggleMuteAudio); there is no connection before an answer. */
  private enableTracks(): void {
    if (!this.connection) throw new TypeError("Cannot read properties of null (reading 'getSenders')");
    for (const { track } of this.connection.getSenders()) if (track) track.enabled = !this.isMuted && !this._localHold;
  }

  private conclude({ succeeded, failed }: Outcome): void {
    if (this.reinvites === "answered") succeeded?.();
    if (this.reinvites === "refused") failed?.();
  }

  private end(event: "ended" | "failed", originator: string, response: object | null, cause: string): void {
    this.status = "terminated";
    this.connection?.close();
    this.emit(event, { originator, message: response, cause });
  }
}

function message(headers: Record<string, string | undefined>, status?: number) {
  return { body: null, status_code: status, getHeader: (name: string) => headers[name] };
}
