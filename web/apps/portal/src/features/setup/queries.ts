import {
  chooseAdministratorPassword,
  inspectSetup as inspect,
  inspectPasswordLink as inspectLink,
  type PasswordChosen,
  type Setup,
  setUp,
} from "@linkus/sdk/api";
import { api, unwrap } from "../../api/client";

export const inspectSetup = (token: string) => unwrap(inspect({ client: api, body: { token } }));

export const becomeAdministrator = (body: Setup) => unwrap(setUp({ client: api, body }));

export const inspectPasswordLink = (token: string) => unwrap(inspectLink({ client: api, body: { token } }));

export const chooseOwnPassword = (body: PasswordChosen) => unwrap(chooseAdministratorPassword({ client: api, body }));
