import { inspectSetup as inspect, type Setup, setUp } from "@linkus/sdk/api";
import { api, unwrap } from "../../api/client";

export const inspectSetup = (token: string) => unwrap(inspect({ client: api, body: { token } }));

export const becomeAdministrator = (body: Setup) => unwrap(setUp({ client: api, body }));
