import * as api from "./api";
import { ApiError, type ApiOptions, type Client, createApi, unwrap, unwrapWithResponse } from "./api";
import { type ClientSettings, EventStream } from "./events";
import type * as shapes from "./generated/types.gen";
import { type HeldCredential, holdCredential } from "./phone/credential";

export type SystemInfo = shapes.SystemInfo;
export type LoginAnswer = shapes.SignedIn;
export type CredentialFacts = shapes.InspectAnswer;
export type ClientSession = shapes.ClientSessionView;
export type Colleague = shapes.Colleague;
export type Organization = shapes.ClientOrganization;
export type Department = shapes.ClientDepartment;
export type CallRecord = shapes.ClientCall;
export type OwnCall = shapes.OwnCall;
export type CallPage = shapes.ClientCallPage;
export type CallFilter = shapes.CallFilter;
export type Device = shapes.DeviceView;
export type MobileSettings = Extract<ClientSettings, { kind: "mobile" }>;
export type Permissions = shapes.OwnPermissions;
export type CodecFacts = shapes.CodecView;
export type CodecName = shapes.Codec;
export type VoicemailMessage = shapes.VoicemailView;
export type VoicemailPage = shapes.VoicemailPage;
export type PrivacyText = shapes.ReadersText;
export type ResetFacts = shapes.ResetInspectAnswer;
/** The kinds of client that people sign in with. */
export type LoginKind = NonNullable<shapes.SignIn["client_kind"]>;

export interface Page<Item> {
  items: Item[];
  total: number;
  page: number;
  page_size: number;
}

export interface ListQuery {
  page?: number;
  page_size?: number;
}

/**
 * A Linkus server as one of its users sees it.
 *
 *     const linkus = new Linkus({ serverUrl: "https://pbx.example.com:8088", transport: "bearer" });
 *     await linkus.login({ username: "1001", password, clientKind: "web" });
 *     const events = linkus.events();
 *     events.on("presence.changed", (presence) => ...);
 *     events.start();
 *
 * A page of the server itself uses cookies; any other program a bearer token, which is kept here and nowhere else.
 */
export class Linkus {
  readonly api: Client;
  readonly serverUrl: string;
  private readonly transport: "cookie" | "bearer";
  private token: string | null = null;

  constructor(options: Omit<ApiOptions, "token"> & { transport?: "cookie" | "bearer" } = {}) {
    this.serverUrl = options.serverUrl || (typeof location === "undefined" ? "" : location.origin);
    this.transport = options.transport ?? "cookie";
    this.api = createApi({ ...options, token: () => this.token });
  }

  info(): Promise<SystemInfo> {
    return unwrap(api.readInfo({ client: this.api }));
  }

  /** Signs in with what a person types. Administrators and users alike: the answer says where one lands. */
  async login(input: {
    username: string;
    password: string;
    clientKind: LoginKind;
    deviceName?: string;
    /** Into the portal instead of the client, for the user of an extension who holds a role. */
    portal?: boolean;
    /** An administrator's second factor; the error `second_factor_needed` asks for it. */
    code?: string;
  }): Promise<LoginAnswer> {
    const body = {
      username: input.username,
      password: input.password,
      client_kind: input.clientKind,
      device_name: input.deviceName,
      transport: this.transport,
      portal: input.portal ?? false,
      code: input.code ?? "",
    };
    return this.signedIn(await unwrap(api.createSession({ client: this.api, body })));
  }

  /** What a one-time link is good for. Consumes nothing. */
  inspectCredential(token: string): Promise<CredentialFacts> {
    return unwrap(api.inspectCredential({ client: this.api, body: { token } }));
  }

  /** Signs in with a one-time link, which is used up by it. */
  async redeemCredential(token: string, deviceName?: string): Promise<LoginAnswer> {
    const body = { token, device_name: deviceName, transport: this.transport };
    return this.signedIn(await unwrap(api.redeemCredential({ client: this.api, body })));
  }

  /** Who is signed in; null when nobody is. */
  async session(): Promise<ClientSession | null> {
    try {
      return await unwrap(api.readClientSession({ client: this.api }));
    } catch (error) {
      if (error instanceof ApiError && error.isSignedOut) return null;
      throw error;
    }
  }

  async logout(): Promise<void> {
    await unwrap(api.deleteClientSession({ client: this.api }));
    this.token = null;
  }

  /** For `Phone`: what the edge accepts for some minutes instead of a lasting password. */
  async sipCredential(): Promise<HeldCredential> {
    const { data, response } = await unwrapWithResponse(api.createSipCredential({ client: this.api }));
    const date = Date.parse(response.headers.get("Date") ?? "");
    return holdCredential(
      { ...data, ice_servers: data.ice_servers.map(toRtcIceServer) },
      Number.isNaN(date) ? Date.now() : date,
      Date.now(),
    );
  }

  /** With `department`, those directly in it; 0: those in no department. */
  colleagues(query: ListQuery & { search?: string; department?: number } = {}): Promise<Page<Colleague>> {
    return unwrap(api.listColleagues({ client: this.api, query }));
  }

  /** The departments with colleagues whom the user may see. */
  organization(): Promise<Organization> {
    return unwrap(api.readClientOrganization({ client: this.api }));
  }

  calls(query: ListQuery & { filter?: CallFilter } = {}): Promise<CallPage> {
    return unwrap(api.listOwnCalls({ client: this.api, query }));
  }

  /** The user has looked at the missed calls. */
  async markCallsSeen(): Promise<void> {
    await unwrap(api.markCallsSeen({ client: this.api }));
  }

  /** Takes a call out of the user's own log. */
  async deleteCall(id: number): Promise<void> {
    await unwrap(api.hideCall({ client: this.api, path: { call_id: id } }));
  }

  /** The messages that callers have left, the newest first. */
  voicemail(query: ListQuery = {}): Promise<VoicemailPage> {
    return unwrap(api.listVoicemail({ client: this.api, query }));
  }

  /** The sound of a message (WAV), for a page of the server itself: it needs the session's cookie. */
  voicemailAudioUrl(id: number): string {
    return `${this.serverUrl}/api/v1/client/voicemail/${id}/audio`;
  }

  markVoicemail(id: number, heard: boolean): Promise<VoicemailMessage> {
    return unwrap(api.markVoicemail({ client: this.api, path: { message_id: id }, body: { heard } }));
  }

  /** For good: the sound is removed. */
  async deleteVoicemail(id: number): Promise<void> {
    await unwrap(api.deleteVoicemail({ client: this.api, path: { message_id: id } }));
  }

  /**
   * Asks before a client answers a call by itself: of all clients of the user one may, the first to ask. With
   * `letsSpeakerFirst` one that is on a call goes first.
   */
  async claimCall(serverCallId: string, letsSpeakerFirst = false): Promise<boolean> {
    const path = { server_call_id: serverCallId };
    const body = { lets_speaker_first: letsSpeakerFirst };
    return (await unwrap(api.claimCall({ client: this.api, path, body }))).yours;
  }

  /** This client was to answer a call by itself and cannot: the user's others may. */
  async giveBackCall(serverCallId: string): Promise<void> {
    await unwrap(api.giveBackCall({ client: this.api, path: { server_call_id: serverCallId } }));
  }

  /** The calls of two that this client is in, also those that the server keeps for it while its page is loaded again. */
  async currentCalls(): Promise<OwnCall[]> {
    return (await unwrap(api.listCurrentCalls({ client: this.api }))).items;
  }

  /**
   * For a page that is being closed or loaded again: the other sides of these calls hear music until it is back. By a
   * beacon, which outlives the page. False when the browser sends none.
   */
  leaveCalls(serverCallIds: readonly string[]): boolean {
    const body = new Blob([JSON.stringify({ call_ids: serverCallIds })], { type: "application/json" });
    return navigator.sendBeacon(`${this.serverUrl}/api/v1/client/calls/leave`, body);
  }

  devices(): Promise<Page<Device>> {
    return unwrap(api.listOwnDevices({ client: this.api }));
  }

  async signOutDevice(id: number): Promise<void> {
    await unwrap(api.signOutOwnDevice({ client: this.api, path: { session_id: id } }));
  }

  /** What the user wants this device to be told apart by. */
  renameDevice(id: number, remark: string): Promise<Device> {
    return unwrap(api.updateOwnDevice({ client: this.api, path: { session_id: id }, body: { remark } }));
  }

  /** What is set for this kind of client, by the user or an administrator. */
  settings(): Promise<ClientSettings> {
    return unwrap(api.readOwnSettings({ client: this.api }));
  }

  /** Carries the values that change; the others stay. Throws `ApiError` `version_conflict` with the present ones as `current`. */
  saveSettings(body: shapes.UpdateOwnSettingsData["body"]): Promise<ClientSettings> {
    return unwrap(api.updateOwnSettings({ client: this.api, body }));
  }

  /** Which menus this client shows, and which settings are read-only. The event `permissions.changed` tells of changes. */
  permissions(): Promise<Permissions> {
    return unwrap(api.readOwnPermissions({ client: this.api }));
  }

  codecs(): Promise<CodecFacts[]> {
    return unwrap(api.listCodecs({ client: this.api }));
  }

  /** What a user accepts before anything else while the session says `privacy_needed`. */
  privacyText(): Promise<PrivacyText> {
    return unwrap(api.readPrivacyText({ client: this.api }));
  }

  /** Throws `ApiError` `privacy_changed` when the text is another one by now. */
  async acceptPrivacy(version: number): Promise<void> {
    await unwrap(api.acceptPrivacy({ client: this.api, body: { version } }));
  }

  /** Changes the user's password; the answer says how many other devices were signed out by it. */
  async changePassword(newPassword: string, currentPassword?: string): Promise<number> {
    const body = { new_password: newPassword, current_password: currentPassword ?? "" };
    return (await unwrap(api.changeOwnPassword({ client: this.api, body }))).sessions_ended;
  }

  /** Mails a link if there is such an account; the answer is the same if there is none. */
  async requestPasswordReset(username: string): Promise<void> {
    await unwrap(api.requestPasswordReset({ client: this.api, body: { username } }));
  }

  /** What a link for a new password is good for. Consumes nothing. */
  inspectPasswordReset(token: string): Promise<ResetFacts> {
    return unwrap(api.inspectPasswordReset({ client: this.api, body: { token } }));
  }

  async resetPassword(token: string, newPassword: string): Promise<void> {
    await unwrap(api.resetPassword({ client: this.api, body: { token, new_password: newPassword } }));
  }

  /** The events of this session. Signed in by cookie only: a browser's WebSocket carries no other proof. */
  events(): EventStream {
    return new EventStream(
      `${this.serverUrl.replace(/^http/, "ws")}/ws/events`,
      async () => (await this.session()) !== null,
    );
  }

  private signedIn(answer: LoginAnswer): LoginAnswer {
    this.token = answer.token ?? null;
    return answer;
  }
}

/** RTCPeerConnection takes a missing user name, but not null. */
function toRtcIceServer(server: shapes.IceServer): RTCIceServer {
  const { urls, username, credential } = server;
  return { urls, ...(username && { username }), ...(credential && { credential }) };
}
