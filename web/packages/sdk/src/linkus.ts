import { ApiError, type ApiOptions, type Client, createApi, unwrap, unwrapWithResponse } from "./api";
import { type ClientKind, EventStream } from "./events";
import { type HeldCredential, holdCredential, type SipCredential } from "./phone/credential";

export interface SystemInfo {
  name: string;
  company_name: string;
  version: string;
  domain: string;
  linkus_port: number;
  languages: string[];
  setup_needed: boolean;
}

export interface LoginAnswer {
  role: "administrator" | "extension";
  landing: string;
  token?: string | null;
}

export interface CredentialFacts {
  status: "valid" | "used" | "expired" | "revoked" | "unknown";
  company_name?: string | null;
  extension_number?: string | null;
  display_name?: string | null;
  client_kind?: ClientKind | null;
  expires_at?: string | null;
}

export interface ClientSession {
  extension: {
    id: number;
    number: string;
    first_name?: string | null;
    last_name?: string | null;
    display_name: string;
    email?: string | null;
    language?: string | null;
  };
  client_kind: ClientKind;
  session_id: number | string;
  company_name: string;
}

export interface Colleague {
  number: string;
  display_name: string;
  online: Partial<Record<ClientKind | "phone", boolean>>;
  on_call: boolean;
}

export type CallResult = "answered" | "missed" | "busy" | "declined" | "cancelled" | "failed" | "unanswered";

export interface CallRecord {
  id: number;
  direction: "in" | "out";
  number: string;
  name: string | null;
  started_at: string;
  answered_at: string | null;
  ended_at: string | null;
  duration: number | null;
  result: CallResult;
  seen: boolean;
}

export interface Device {
  session_id: number | string;
  client_kind: ClientKind;
  device_name: string | null;
  created_at: string;
  last_seen_at: string | null;
  current?: boolean;
}

export interface Page<Item> {
  items: Item[];
  total: number;
  page: number;
  page_size: number;
}

export interface ListQuery {
  page?: number;
  page_size?: number;
  search?: string;
}

export type CallFilter = "all" | "missed" | "inbound" | "outbound";

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
    return this.get("/system/info");
  }

  /** Signs in with what a person types. Administrators and users alike: the answer says where one lands. */
  async login(input: {
    username: string;
    password: string;
    clientKind: ClientKind;
    deviceName?: string;
  }): Promise<LoginAnswer> {
    const answer = await this.post<LoginAnswer>("/sessions", {
      username: input.username,
      password: input.password,
      client_kind: input.clientKind,
      device_name: input.deviceName,
      transport: this.transport,
    });
    this.token = answer.token ?? null;
    return answer;
  }

  /** What a one-time link is good for. Consumes nothing. */
  inspectCredential(token: string): Promise<CredentialFacts> {
    return this.post("/credentials/inspect", { token });
  }

  /** Signs in with a one-time link, which is used up by it. */
  async redeemCredential(token: string, deviceName?: string): Promise<LoginAnswer> {
    const answer = await this.post<LoginAnswer>("/credentials/redeem", {
      token,
      device_name: deviceName,
      transport: this.transport,
    });
    this.token = answer.token ?? null;
    return answer;
  }

  /** Who is signed in; null when nobody is. */
  async session(): Promise<ClientSession | null> {
    try {
      return await this.get<ClientSession>("/client/session");
    } catch (error) {
      if (error instanceof ApiError && error.isSignedOut) return null;
      throw error;
    }
  }

  async logout(): Promise<void> {
    await this.delete("/client/session");
    this.token = null;
  }

  async sipCredential(): Promise<HeldCredential> {
    const answer = await unwrapWithResponse<SipCredential>(
      this.api.post({ url: `${PREFIX}/client/sip-credential` }) as ApiAnswer<SipCredential>,
    );
    const date = Date.parse(answer.response.headers.get("Date") ?? "");
    return holdCredential(answer.data, Number.isNaN(date) ? Date.now() : date, Date.now());
  }

  colleagues(query: ListQuery = {}): Promise<Page<Colleague>> {
    return this.get("/client/colleagues", query);
  }

  calls(query: ListQuery & { filter?: CallFilter } = {}): Promise<Page<CallRecord> & { missed_unseen: number }> {
    return this.get("/client/calls", query);
  }

  /** The user has looked at the missed calls. */
  markCallsSeen(): Promise<void> {
    return this.post("/client/calls/seen");
  }

  deleteCall(id: number): Promise<void> {
    return this.delete(`/client/calls/${id}`);
  }

  devices(): Promise<Page<Device>> {
    return this.get("/client/devices");
  }

  signOutDevice(sessionId: number | string): Promise<void> {
    return this.delete(`/client/devices/${sessionId}`);
  }

  /** The events of this session. Signed in by cookie only: a browser's WebSocket carries no other proof. */
  events(): EventStream {
    return new EventStream(
      `${this.serverUrl.replace(/^http/, "ws")}/ws/events`,
      async () => (await this.session()) !== null,
    );
  }

  private get<Data>(path: string, query?: object): Promise<Data> {
    return unwrap(this.api.get({ url: PREFIX + path, query: query as Record<string, unknown> }) as ApiAnswer<Data>);
  }

  private post<Data>(path: string, body?: object): Promise<Data> {
    const headers = { "Content-Type": "application/json" };
    return unwrap(this.api.post({ url: PREFIX + path, body, headers }) as ApiAnswer<Data>);
  }

  private delete(path: string): Promise<void> {
    return unwrap(this.api.delete({ url: PREFIX + path }) as ApiAnswer<void>);
  }
}

const PREFIX = "/api/v1";
type ApiAnswer<Data> = Promise<{ data?: Data; error?: unknown; response?: Response }>;
