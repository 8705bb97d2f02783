import {
  beginSecondFactor,
  confirmSecondFactor,
  readSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  type SecondFactorProof,
} from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";

export const secondFactorQuery = queryOptions({
  queryKey: ["second-factor"],
  queryFn: () => unwrap(readSecondFactor({ client: api })),
});

export const beginFactor = (current_password: string) =>
  unwrap(beginSecondFactor({ client: api, body: { current_password } }));

export const confirmFactor = (code: string) => unwrap(confirmSecondFactor({ client: api, body: { code } }));

export const newCodes = (body: SecondFactorProof) => unwrap(renewRecoveryCodes({ client: api, body }));

export const turnOff = (body: SecondFactorProof) => unwrap(removeSecondFactor({ client: api, body }));
