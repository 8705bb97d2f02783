import { toApiError } from "./errors";
import type { Client } from "./generated/client";
import { createClient, createConfig } from "./generated/client";

export * from "./errors";
export * from "./generated";
export type { Client } from "./generated/client";

export interface ApiOptions {
  /** `https://pbx.example.com:8088`; empty for the server that the page came from. */
  serverUrl?: string;
  /** The reader's language, asked before every request. */
  language?: () => string;
  /** A bearer token, for programs that are not a page of the server. */
  token?: () => string | null;
  /** Sends the requests, in place of the browser's own. */
  fetch?: typeof fetch;
}

/** A client for the generated functions: pass it as their `client`, and read their answers with `unwrap`. */
export function createApi(options: ApiOptions = {}): Client {
  const client = createClient(
    createConfig({
      baseUrl: options.serverUrl ?? "",
      credentials: "same-origin",
      ...(options.fetch && { fetch: options.fetch }),
    }),
  );
  client.interceptors.request.use((request) => {
    if (options.language) request.headers.set("Accept-Language", options.language());
    const token = options.token?.();
    if (token) request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  });
  return client;
}

/** The data of an answer. Throws `ApiError` for every other answer, and for none. */
export async function unwrap<Data>(
  result: Promise<{ data?: Data | undefined; error?: unknown; response?: Response | undefined }>,
): Promise<Data> {
  return (await unwrapWithResponse(result)).data;
}

export async function unwrapWithResponse<Data>(
  result: Promise<{ data?: Data | undefined; error?: unknown; response?: Response | undefined }>,
): Promise<{ data: Data; response: Response }> {
  const { data, error, response } = await result.catch((error: unknown) => ({
    data: undefined,
    error,
    response: undefined,
  }));
  if (error !== undefined || !response?.ok) throw toApiError(error, response);
  return { data: data as Data, response };
}
