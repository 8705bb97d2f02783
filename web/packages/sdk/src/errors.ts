/** One field of a form that the server refused. */
export interface FieldError {
  code: string;
  message: string;
}

/**
 * Anything but a success from the server. `message` is for the reader, in the language that was asked for; `code` is for
 * programs. `code` is `network` and `status` 0 when the server could not be reached.
 */
export class ApiError extends Error {
  /** The whole body of the answer: some codes have fields of their own, such as `reason` of 401 `session_ended`. */
  details: Readonly<Record<string, unknown>> = {};

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: Record<string, FieldError> = {},
    /** 409 `version_conflict`: the present values. */
    readonly current: unknown = undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ApiError";
  }

  /** Nobody is signed in any more. */
  get isSignedOut(): boolean {
    return this.status === 401;
  }
}

interface ErrorBody {
  code?: string;
  message?: string;
  fields?: Record<string, FieldError>;
  current?: unknown;
}

/** The error in an answer of the server, or of the network when there is no answer. */
export function toApiError(error: unknown, response: Response | undefined): ApiError {
  if (!response) return new ApiError(0, "network", String(error), {}, undefined, { cause: error });
  const body = (typeof error === "object" && error !== null ? error : {}) as ErrorBody;
  // Something before the server answered, such as nginx while the server starts again: no code, and words for nobody.
  const code = body.code ?? (response.status >= 502 && response.status <= 504 ? "unavailable" : "unexpected");
  const found = new ApiError(response.status, code, body.message ?? "", body.fields ?? {}, body.current);
  found.details = { ...body };
  return found;
}
