import type { LoginKind } from "@linkus/sdk";

/** Names the user whose client an administrator looks at, and its kind. */
export interface Preview {
  extensionId: number;
  kind: LoginKind;
}

const PATH = /^\/preview\/(?<extension>\d{1,9})\/(?<kind>web|desktop|mobile)\/?$/;
const OWN = /^\/api\/v1\/client\/(?<what>session|permissions|settings|codecs|colleagues|organization)$/;
/** The code of a request that a preview does not send: it would read the user's own data, or change something. */
export const REFUSED = "preview";

/** Returns what a path such as `/preview/12/mobile` asks for; null for every other page. */
export function previewOf(path: string): Preview | null {
  const { extension, kind } = PATH.exec(path)?.groups ?? {};
  return extension && kind ? { extensionId: Number(extension), kind: kind as LoginKind } : null;
}

/** The path that an administrator's session reads in place of a client's; null for what a preview does not show. */
export function previewPath({ extensionId, kind }: Preview, method: string, path: string): string | null {
  if (!path.startsWith("/api/v1/client/")) return path;
  const what = OWN.exec(path)?.groups?.what;
  return what && method === "GET" ? `/api/v1/admin/extensions/${extensionId}/client-preview/${kind}/${what}` : null;
}

/** Sends a client's requests as those of a preview, or answers them itself. */
export function previewFetch(preview: Preview): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const path = previewPath(preview, request.method, url.pathname);
    if (path === null) return Response.json({ code: REFUSED }, { status: 403 });
    return fetch(new Request(new URL(path + url.search, url.origin), request));
  };
}
